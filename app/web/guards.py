"""Who may use a route, listed on it by name; and in whose name a use case is called."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.accounts.rules import Identity, Role
from app.errors import Forbidden, Unauthenticated

Connection = ASGIConnection[Any, Any, Any, Any]


def _require(connection: Connection, role: Role) -> None:
    identity: Identity | None = connection.scope["user"]
    if identity is None:
        raise Unauthenticated("SIGN_IN", "Sign in, or send an API key as `Authorization: Bearer KEY`.")
    if not identity.can(role):
        raise Forbidden("ROLE", f"This needs the role {role}; you have the role {identity.role}.", needs=role)


def viewer(connection: Connection, _: BaseRouteHandler) -> None:
    """Everybody who is signed in, and every key: the lowest role."""
    _require(connection, "viewer")


def editor(connection: Connection, _: BaseRouteHandler) -> None:
    """Those who plan: editors and administrators."""
    _require(connection, "editor")


def admin(connection: Connection, _: BaseRouteHandler) -> None:
    """Administrators."""
    _require(connection, "admin")


signed_in = viewer


def act(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Who asks, and by which clock: what a use case that changes something takes as `by` and `clock`."""
    return {"by": request.user, "clock": request.app.state.clock}
