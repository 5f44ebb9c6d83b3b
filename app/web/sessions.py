"""Who makes a request: an API key in its header, else the session of its cookie."""

from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Cookie, Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from app.accounts import keys, service
from app.accounts.rules import Identity
from app.accounts.service import SignedIn
from app.errors import Unauthenticated
from app.settings import Settings
from app.web import csrf

COOKIE = "daypart_session"
SCHEMES = ("bearer", "api-key")


class Authenticate:
    """Finds out who asks, and refuses requests that another site made in their name.

    A route with the option `anonymous` is not looked up at all; one with `signed` proves its origin by itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set `scope["user"]`, then go on."""
        if scope["type"] == ScopeType.HTTP:
            handler = scope["route_handler"]
            if handler.opt.get("anonymous"):
                scope["user"] = None
            else:
                identity = await identify(scope)
                guarded = identity is None and bool(handler.resolve_guards())  # the guard answers 401
                by_key = identity is not None and identity.kind == "key"
                if not (scope["method"] in csrf.SAFE_METHODS or by_key or guarded or handler.opt.get("signed")):
                    csrf.check(scope, scope["litestar_app"].state.settings.url)
        await self.app(scope, receive, send)


async def identify(scope: HTTPScope) -> Identity | None:
    """Whoever makes this request, looked up once; a wrong key is refused even beside a good cookie."""
    if "user" not in scope:
        scope["user"] = None
        scope["user"] = await look_up(scope)
    found: Identity | None = scope["user"]
    return found


async def look_up(scope: HTTPScope) -> Identity | None:
    """Whoever makes this request, as the database knows them now."""
    clock = scope["litestar_app"].state.clock
    if (key := key_of(scope)) is not None:
        if (identity := await keys.by_key(key, clock)) is None:
            raise Unauthenticated("KEY_BAD", "This API key is not valid. It may have been revoked; make another one.")
        return identity
    token = token_of(scope)
    return await service.by_session(token, clock) if token else None


def key_of(scope: HTTPScope) -> str | None:
    """The API key that a request carries; `Authorization` of other schemes belongs to a proxy in front of us."""
    scheme, _, key = Headers.from_scope(scope).get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() in SCHEMES else None


def token_of(scope: HTTPScope) -> str:
    """The session token of a request's cookie, or an empty text."""
    cookies: dict[str, str] = ASGIConnection[Any, Any, Any, Any](scope).cookies
    return cookies.get(COOKIE, "")


def secure(request: Request[Any, Any, Any]) -> bool:
    """Whether cookies may be kept to HTTPS."""
    settings: Settings = request.app.state.settings
    return request.scope["scheme"] == "https" or settings.url.startswith("https://")


def cookie(request: Request[Any, Any, Any], signed_in: SignedIn) -> Cookie:
    """The cookie of a new session."""
    return Cookie(
        key=COOKIE,
        value=signed_in.token,
        max_age=signed_in.max_age,
        httponly=True,
        samesite="lax",
        secure=secure(request),
        path="/",
    )


def no_cookie() -> Cookie:
    """Makes the browser forget the session."""
    return Cookie(key=COOKIE, value="", max_age=0, httponly=True, samesite="lax", path="/")
