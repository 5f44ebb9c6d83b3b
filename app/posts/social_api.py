"""How social channels are connected, for programs."""

from typing import Any

import msgspec
from litestar import Controller, Request, post
from litestar.params import FromPath

from app.posts import connections, social
from app.web.documented import documented
from app.web.guards import editor

AnyRequest = Request[Any, Any, Any]


class SecretJson(msgspec.Struct):
    """A new signing secret, told this once."""

    secret: str


class FindingJson(msgspec.Struct):
    """One thing that was looked at: whether it is well, a stable code, and what to do in plain words."""

    ok: bool
    code: str
    detail: str


class ConnectionJson(msgspec.Struct):
    """`ok` when everything that was looked at is well."""

    ok: bool
    findings: list[FindingJson]


class ConnectionApi(Controller):
    """What hangs below `/api/channels` of social channels."""

    path = "/api/channels"
    tags = ["Channels"]  # noqa: RUF012 - Litestar's form
    guards = [editor]  # noqa: RUF012

    @post("/{key:str}/secret", status_code=200, responses=documented(401, 403, 404))
    async def renew_secret(self, request: AnyRequest, key: FromPath[str]) -> SecretJson:
        """Give a social channel a new signing secret."""
        state = request.app.state
        return SecretJson(await social.renew_secret(key, by=request.user, clock=state.clock, keys=state.key_file))

    @post("/{key:str}/connection", status_code=200, responses=documented(401, 403, 404, 409))
    async def attempt(self, request: AnyRequest, key: FromPath[str]) -> ConnectionJson:
        """Ask GitHub about a channel's token, repository and workflow; nothing is started."""
        state = request.app.state
        found = await connections.attempt(key, by=request.user, clock=state.clock, keys=state.key_file)
        told = [FindingJson(one.ok, one.code, one.detail) for one in found]
        return ConnectionJson(all(one.ok for one in found), told)
