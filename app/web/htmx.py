"""All that knows htmx 4: which block a request wants, and the headers that steer the page.

htmx names the target as `tag#id` in `HX-Target`; the block of the same name (`-` read as `_`) is rendered alone.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from jinja2_fragments import render_block
from litestar import MediaType, Response
from litestar.connection import Request

from app.web import flash
from app.web.flash import Note, Tone
from app.web.shell import Shell

AnyRequest = Request[Any, Any, Any]
PRIVATE = {"vary": "HX-Request, HX-Target, Accept", "cache-control": "no-store"}


def is_htmx(request: AnyRequest) -> bool:
    """Whether a script of the page asks, which knows our headers."""
    return request.headers.get("hx-request") == "true"


def wanted_block(request: AnyRequest) -> str | None:
    """The block that belongs to the element which takes the answer; None means a whole page."""
    if not is_htmx(request) or "hx-history-restore-request" in request.headers:
        return None
    _, _, target = request.headers.get("hx-target", "").partition("#")
    return unquote(target).replace("-", "_") or None


def trigger(**events: Any) -> dict[str, str]:
    """The header that fires events in the page once the answer is there; ASCII, since headers are."""
    return {"HX-Trigger": json.dumps(events)}


def toast(message: str, level: Tone = "ok", undo: int | str | None = None) -> dict[str, Any]:
    """What a toast says, and what its Undo puts back: an event of the calendar, or whatever a POST there does."""
    return {"level": level, "message": message} | ({} if undo is None else {"undo": undo})


async def render(
    request: AnyRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    block: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """The page, or the block of it that was asked for; a block that the page lacks means the whole page."""
    shell: Shell = request.app.state.shell
    full = {**await shell.context(request), **context}
    page = shell.env.get_template(template)
    name = block or wanted_block(request)
    whole = name is None or name not in page.blocks
    body = page.render(full) if whole or name is None else render_block(shell.env, template, name, full)
    return Response(
        body,
        status_code=status,
        media_type=MediaType.HTML,
        headers={**PRIVATE, **(headers or {})},
        cookies=flash.forget(request) if whole else [],
    )


def after_post(
    request: AnyRequest,
    location: str,
    message: str = "",
    *,
    tone: Tone = "ok",
    changed: str | None = None,
    undo: int | str | None = None,
) -> Response[str]:
    """The answer to a form that was carried out: the next page with a message.

    With scripts and a `changed` topic the page stays, shows a toast and fetches the live parts of that topic again.
    """
    if is_htmx(request) and changed is not None:
        events = {"toast": toast(message, tone, undo)} if message else {}
        return Response("", status_code=204, headers={**PRIVATE, **trigger(changed={"topic": changed}, **events)})
    return redirect(request, location, Note(tone, message) if message else None)


def redirect(request: AnyRequest, location: str, note: Note | None = None) -> Response[str]:
    """The way to another page of ours, for scripts as for plain forms."""
    cookies = [flash.cookie(request, note)] if note else []
    if is_htmx(request):
        return Response("", status_code=204, headers={**PRIVATE, "HX-Redirect": location}, cookies=cookies)
    headers = {**PRIVATE, "location": location}
    return Response("", status_code=303, media_type=MediaType.HTML, headers=headers, cookies=cookies)
