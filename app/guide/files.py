"""The guide as files that players keep an address of: XMLTV, M3U, iCalendar, and the pictures they name."""

import asyncio
from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import File

from app.channels.rules import hue_of, mark_of
from app.channels.service import channel
from app.clock import MasterClock
from app.errors import NotFound, Unauthenticated, field_error
from app.guide import queries, service, sharing
from app.guide.ical import ical
from app.guide.kept import Draft, Files, Kept, packed
from app.guide.m3u import m3u
from app.guide.xmltv import text, xmltv
from app.library import queries as library
from app.library.answers import still
from app.web.sessions import look_up

AnyRequest = Request[Any, Any, Any]
_ANYBODY = {"anonymous": True}
_PICTURE = {"cache-control": "public, max-age=86400"}
# Eight colours of equal lightness, in the order of the stylesheet's channels.
_HUES = ("#2b63b8", "#a4511c", "#a83a6d", "#0d7a5f", "#7a48b3", "#81660a", "#33792f", "#0a7396")


@get("/guide.xml", opt=_ANYBODY, include_in_schema=False)
async def xml_file(request: AnyRequest) -> Response[bytes]:
    """XMLTV of today and the days after it."""
    await _admit(request)
    days, slug, url = await _days(request), _slug(request), request.app.state.settings.url

    async def write() -> Draft:
        shown = await service.shown(request.app.state.clock.now(), days, slug)
        return Draft(xmltv(shown.listings, url), shown.until_ms)

    return await _kept(request, ("xml", days, slug), write, "application/xml; charset=utf-8")


@get("/guide.ics", opt=_ANYBODY, include_in_schema=False)
async def ical_file(request: AnyRequest) -> Response[bytes]:
    """The same for calendar programs; `channel` asks for one."""
    await _admit(request)
    days, slug, state = await _days(request), _slug(request), request.app.state
    desk = await state.shell.desk()

    async def write() -> Draft:
        now = state.clock.now()
        shown = await service.shown(now, days, slug)
        name = shown.channels[0].channel.title if slug else desk.name
        pieces = ical(shown.listings, state.settings.url, name=name, zone=desk.timezone, now=now)
        return Draft(pieces, shown.until_ms)

    return await _kept(request, ("ics", days, slug), write, "text/calendar; charset=utf-8")


@get("/channels.m3u", opt=_ANYBODY, include_in_schema=False)
async def m3u_file(request: AnyRequest) -> Response[bytes]:
    """The live streams of the linear channels, which name the guide under the same terms."""
    await _admit(request)
    url, token = request.app.state.settings.url, request.query_params.get("token", "")
    guide = f"{url}/guide.xml{f'?token={token}' if token else ''}"
    body = m3u(await service.numbered(), url, guide)
    return await answer(request, packed([body]), "audio/x-mpegurl; charset=utf-8")


@get("/guide/icons/{of:str}", opt=_ANYBODY, include_in_schema=False)
async def icon(request: AnyRequest, of: FromPath[str]) -> Response[Any] | File:
    """The mark of a channel or the still of a video that is scheduled; who has the id of one may see it."""
    try:
        found = await channel(of)
    except NotFound:
        if not await queries.is_scheduled(of):
            raise NotFound("ICON_UNKNOWN", "The guide has no such picture.") from None
        return File(still(request, await library.asset(of)), media_type="image/jpeg", headers=_PICTURE)
    return Response(_mark(found.id, found.title), media_type="image/svg+xml", headers=_PICTURE)


def _mark(id: str, title: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">'
        f'<rect width="128" height="128" rx="24" fill="{_HUES[int(hue_of(id)) - 1]}"/>'
        '<text x="64" y="80" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="46"'
        f' fill="#fff">{text(mark_of(title))}</text></svg>'
    )


async def _admit(request: AnyRequest) -> None:
    """Refuse whoever may not see the guide: it is open, or they have a link, or are known here."""
    if (await sharing.sharing()).open:
        return
    if token := request.query_params.get("token"):
        await sharing.open_link(token, request.app.state.clock)
    elif await look_up(request.scope) is None:
        detail = "This guide is not open to everybody. Ask for a link; the guide's page makes one under Subscribe."
        raise Unauthenticated("GUIDE_CLOSED", detail)


async def _days(request: AnyRequest) -> int:
    asked = request.query_params.get("days")
    if not asked:
        return (await sharing.sharing()).days
    if not asked.isdecimal() or len(asked) > len(str(sharing.DAYS_MOST)):
        raise field_error("days", "DAYS_BAD", f"Give 1 to {sharing.DAYS_MOST} days.")
    return sharing.checked_days(int(asked))


def _slug(request: AnyRequest) -> str:
    return str(request.query_params.get("channel") or "").lower()


async def _kept(request: AnyRequest, key: tuple[Any, ...], write: Any, media_type: str) -> Response[bytes]:
    files: Files = request.app.state.guide_files
    clock: MasterClock = request.app.state.clock
    return await answer(request, await files.get(key, clock.now_ms(), write), media_type)


async def answer(request: AnyRequest, file: Kept, media_type: str) -> Response[bytes]:
    """A file in the form that the client takes, or 304 where it has that already."""
    zipped = _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {"etag": file.etag(zipped=zipped), "cache-control": "private, no-cache", "vary": "Accept-Encoding"}
    if _has(request.headers.get("if-none-match", ""), file):
        return Response(b"", status_code=304, media_type=media_type, headers=headers)
    if zipped:
        headers["content-encoding"] = "gzip"
    body = file.zipped if zipped else await asyncio.to_thread(file.body)
    return Response(body, media_type=media_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` takes gzip (RFC 9110 section 12.5.3)."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has(known: str, file: Kept) -> bool:
    tags: Iterable[str] = (tag.strip().removeprefix("W/") for tag in known.split(","))
    ours = {file.etag(zipped=True), file.etag(zipped=False)}
    return any(tag == "*" or tag in ours for tag in tags)
