"""The API of keys, people, the desk and the audit, for administrators."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET

from app import events
from app.accounts import desk, keys, service
from app.accounts.schemas import (
    AuditEntry,
    AuditPage,
    DeskOut,
    DeskPatch,
    HostIn,
    HostOut,
    KeyIn,
    KeyOut,
    NewKeyOut,
    UserIn,
    UserOut,
    UserPatch,
)
from app.errors import NotFound
from app.web.documented import documented
from app.web.guards import admin, viewer

AnyRequest = Request[Any, Any, Any]
AUDIT_PAGE = 100
AUDIT_MOST = 500


class KeyApi(Controller):
    """API keys."""

    path = "/api/keys"
    tags = ("Keys",)
    guards = (admin,)

    @get(responses=documented())
    async def keys(self) -> list[KeyOut]:
        """List all keys, the usable ones first."""
        return [KeyOut.of(row) for row in await keys.keys()]

    @post(responses=documented(413, 422))
    async def make(self, request: AnyRequest, data: JSONBody[KeyIn]) -> NewKeyOut:
        """Make a key; the answer is the only place where it can be seen."""
        return NewKeyOut.of(await keys.create(data.name, data.role, by=request.user, clock=request.app.state.clock))

    @delete("/{key_id:str}", responses=documented(404))
    async def revoke(self, request: AnyRequest, key_id: FromPath[str]) -> None:
        """End a key for good."""
        await keys.revoke(key_id, by=request.user, clock=request.app.state.clock)


class UserApi(Controller):
    """People who may sign in."""

    path = "/api/users"
    tags = ("Users",)
    guards = (admin,)

    @get(responses=documented())
    async def users(self) -> list[UserOut]:
        """List everybody, by name."""
        return [UserOut.of(row) for row in await service.users()]

    @post(responses=documented(409, 413, 422))
    async def add(self, request: AnyRequest, data: JSONBody[UserIn]) -> UserOut:
        """Add a person."""
        clock = request.app.state.clock
        return await _user(await service.add_user(data.name, data.password, data.role, by=request.user, clock=clock))

    @patch("/{user_id:str}", responses=documented(404, 413, 422))
    async def change(self, request: AnyRequest, user_id: FromPath[str], data: JSONBody[UserPatch]) -> UserOut:
        """Give a person another role."""
        await service.change_role(user_id, data.role, by=request.user, clock=request.app.state.clock)
        return await _user(user_id)

    @delete("/{user_id:str}", responses=documented(404, 422))
    async def remove(self, request: AnyRequest, user_id: FromPath[str]) -> None:
        """Remove a person and end their sessions."""
        await service.remove_user(user_id, by=request.user, clock=request.app.state.clock)


class HostApi(Controller):
    """Private hosts that outbound calls may reach."""

    path = "/api/settings/allowed-hosts"
    tags = ("Settings",)
    guards = (admin,)

    @get(responses=documented())
    async def hosts(self) -> list[HostOut]:
        """List the private hosts that are allowed."""
        return [HostOut.of(row) for row in await desk.allowed_hosts()]

    @post(responses=documented(413, 422))
    async def allow(self, request: AnyRequest, data: JSONBody[HostIn]) -> HostOut:
        """Let outbound calls reach a private host."""
        host = await desk.allow_host(data.host, by=request.user, clock=request.app.state.clock)
        return HostOut.of(next(row for row in await desk.allowed_hosts() if row["host"] == host))

    @delete("/{host:str}", responses=documented(404))
    async def forbid(self, request: AnyRequest, host: FromPath[str]) -> None:
        """Take a host off the list."""
        await desk.forbid_host(host, by=request.user, clock=request.app.state.clock)


class DeskApi(Controller):
    """The desk itself."""

    path = "/api/desk"
    tags = ("Settings",)

    @get(guards=[viewer], responses=documented())
    async def desk(self) -> DeskOut:
        """Tell the desk's name and time zone."""
        return await _desk()

    @patch(guards=[admin], responses=documented(413, 422))
    async def change(self, request: AnyRequest, data: JSONBody[DeskPatch]) -> DeskOut:
        """Give the desk another name or time zone."""
        before = await desk.desk()
        name = before.name if data.name is UNSET else data.name
        timezone = before.timezone if data.timezone is UNSET else data.timezone
        await desk.rename(name, timezone, by=request.user, clock=request.app.state.clock)
        request.app.state.shell.forget()
        return await _desk()


class AuditApi(Controller):
    """Everything that happened on this desk."""

    path = "/api/audit"
    tags = ("Audit",)
    guards = (admin,)

    @get(responses=documented())
    async def entries(
        self,
        before: Annotated[
            int | None, QueryParameter(ge=1, description="Only what happened before this number.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=AUDIT_MOST)] = AUDIT_PAGE,
    ) -> AuditPage:
        """List what happened, newest first."""
        entries = [AuditEntry.of(row) for row in await events.audit(before, limit)]
        return AuditPage(entries, entries[-1].seq if len(entries) == limit else None)


async def _desk() -> DeskOut:
    view = await desk.desk()
    return DeskOut(view.name, view.timezone)


async def _user(user_id: str) -> UserOut:
    for row in await service.users():
        if row["id"] == user_id:
            return UserOut.of(row)
    raise NotFound("USER_UNKNOWN", "There is no such user.")
