"""How a problem is told: as a document to programs, as a toast to scripts of a page, as a page to people."""

import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Response
from litestar.connection import Request
from litestar.types import Receive, Scope, Send

from app.accounts import desk
from app.web import faces, htmx, local_paths, problems, sessions
from app.web.problems import Problem

log = logging.getLogger(__name__)


class Answer(Response[None]):
    """A response that is made only when it is sent, since a page needs to ask the database."""

    def __init__(self, request: Request[Any, Any, Any], problem: Problem) -> None:
        super().__init__(None, status_code=problem.status)
        self.request = request
        self.problem = problem

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """The ASGI app that asks and sends."""
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the response and send it."""
        try:
            response = await _response(self.request, self.problem)
        except Exception:
            log.exception("the page that tells of a failure failed itself")
            response = document(self.problem)
        await response.to_asgi_response(app=None, request=self.request)(scope, receive, send)


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[None]:
    """Litestar's exception handler for everything."""
    reference = secrets.token_hex(4)
    problem = problems.of(error, reference)
    if problem.code == "INTERNAL":
        log.error("%s %s failed, reference %s", request.method, request.url.path, reference, exc_info=error)
    return Answer(request, problem)


async def _response(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    if faces.errors_as_json(request) or problem.code == "KEY_BAD":
        return document(problem)
    if problem.code == "SIGN_IN":
        return await _to_sign_in(request)
    in_dialog = htmx.wanted_block(request) == "dialog" and problem.status < 500
    if htmx.is_htmx(request) and not in_dialog:
        events = htmx.trigger(toast=htmx.toast(problem.detail, "bad"))
        headers = htmx.PRIVATE | problem.headers | events | {"HX-Reswap": "none"}
        return Response("", status_code=problem.status, media_type="text/html", headers=headers)
    return await _page(request, problem)


def document(problem: Problem) -> Response[bytes]:
    """The problem document."""
    return Response(
        msgspec.json.encode(problem.document()),
        status_code=problem.status,
        media_type=problems.MEDIA_TYPE,
        headers={**htmx.PRIVATE, **problem.headers},
    )


async def _page(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    back = {"href": "/", "label": "Open dashboard"}
    if await sessions.identify(request.scope) is None:
        back = {"href": "/sign-in", "label": "Sign in"}
    context = {"title": HTTPStatus(problem.status).phrase.capitalize(), "problem": problem, "back": back}
    return await htmx.render(request, "error.html", context, status=problem.status, headers=problem.headers)


async def _to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """The way to sign in and back again; to set-up while there is nobody who could."""
    if not await desk.has_administrator():
        return htmx.redirect(request, "/setup")
    back = _wanted(request)
    return htmx.redirect(request, f"/sign-in?next={quote(back, safe='')}" if back != "/" else "/sign-in")


def _wanted(request: Request[Any, Any, Any]) -> str:
    """The page that somebody wanted to see: this one, or the one whose form or script made the request."""
    if request.method == "GET" and not htmx.is_htmx(request):
        query = request.url.query
        return local_paths.checked(f"{request.url.path}?{query}" if query else request.url.path)
    came_from = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host"):
        return "/"
    return local_paths.checked(came_from._replace(scheme="", netloc="", fragment="").geturl())
