"""The settings of the desk: station, people, keys, outbound hosts and the audit; one section a page."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app import events
from app.accounts import desk, keys, rules, service, settings_views
from app.accounts.keys import NewKey
from app.clock import zone, zone_names
from app.errors import Conflict, DaypartError, Invalid
from app.web import problems, subjects
from app.web.forms import form, form_errors, problems_of
from app.web.guards import admin
from app.web.htmx import after_post, render

AnyRequest = Request[Any, Any, Any]
ROLE_CHOICES = [{"value": role, "label": role.capitalize()} for role in rules.ROLES]
AUDIT_PAGE = 50


class SettingsPages(Controller):
    """`/settings` and its sections."""

    path = "/settings"
    include_in_schema = False
    guards = (admin,)

    @get()
    async def station(self, request: AnyRequest) -> Response[str]:
        """The desk's name and zone."""
        view = await desk.desk()
        return await _station(request, {"station": view.name, "timezone": view.timezone}, {})

    @post(status_code=303)
    async def save_station(self, request: AnyRequest) -> Response[str]:
        """Give the desk another name or zone."""
        fields = await form(request)
        values = {"station": fields.text("station"), "timezone": fields.text("timezone")}
        errors = problems_of(lambda: rules.checked_name(values["station"], "station"), lambda: zone(values["timezone"]))
        if errors:
            return await _station(request, values, errors, status=422)
        await desk.rename(values["station"], values["timezone"], by=request.user, clock=request.app.state.clock)
        request.app.state.shell.forget()
        return after_post(request, "/settings", "Station saved.")

    @get("/users")
    async def users(self, request: AnyRequest) -> Response[str]:
        """Who may sign in."""
        return await _users(request, {"name": "", "role": "viewer"}, {})

    @post("/users", status_code=303)
    async def add_user(self, request: AnyRequest) -> Response[str]:
        """Add a person."""
        fields = await form(request)
        values = {"name": fields.text("name"), "role": fields.text("role")}
        password = fields.raw("password")
        errors = problems_of(
            lambda: rules.checked_name(values["name"]),
            lambda: rules.check_password(password, values["name"]),
            lambda: rules.checked_role(values["role"]),
        )
        if errors:
            return await _users(request, values, errors, status=422)
        try:
            await service.add_user(**values, password=password, by=request.user, clock=request.app.state.clock)
        except (Conflict, Invalid) as refused:
            return await _users(request, values, form_errors(refused), status=problems.of(refused).status)
        return after_post(request, "/settings/users", f"{values['name']} can sign in now.")

    @post("/users/{user_id:str}/role", status_code=303)
    async def change_role(self, request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
        """Give a person another role."""
        role = (await form(request)).text("role")
        try:
            await service.change_role(user_id, role, by=request.user, clock=request.app.state.clock)
        except Invalid as refused:
            return await _refused_users(request, refused)
        return after_post(request, "/settings/users", "Role changed.")

    @post("/users/{user_id:str}/remove", status_code=303)
    async def remove_user(self, request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
        """Remove a person."""
        try:
            await service.remove_user(user_id, by=request.user, clock=request.app.state.clock)
        except Invalid as refused:
            return await _refused_users(request, refused)
        return after_post(request, "/settings/users", "User removed.")

    @get("/keys")
    async def keys(self, request: AnyRequest) -> Response[str]:
        """The keys of scripts."""
        return await _keys(request, {"name": "", "role": "viewer"}, {})

    @post("/keys", status_code=200)
    async def make_key(self, request: AnyRequest) -> Response[str]:
        """Make a key; the page that answers is the only one that shows it."""
        fields = await form(request)
        values = {"name": fields.text("name"), "role": fields.text("role")}
        errors = problems_of(lambda: rules.checked_name(values["name"]), lambda: rules.checked_role(values["role"]))
        if errors:
            return await _keys(request, values, errors, status=422)
        made = await keys.create(**values, by=request.user, clock=request.app.state.clock)
        return await _keys(request, {"name": "", "role": "viewer"}, {}, made=made)

    @post("/keys/{key_id:str}/revoke", status_code=303)
    async def revoke_key(self, request: AnyRequest, key_id: FromPath[str]) -> Response[str]:
        """End a key."""
        await keys.revoke(key_id, by=request.user, clock=request.app.state.clock)
        return after_post(request, "/settings/keys", "Key revoked.")

    @get("/hosts")
    async def hosts(self, request: AnyRequest) -> Response[str]:
        """The private hosts that outbound calls may reach."""
        return await _hosts(request, {"host": ""}, {})

    @post("/hosts", status_code=303)
    async def allow_host(self, request: AnyRequest) -> Response[str]:
        """Allow a private host."""
        host = (await form(request)).text("host")
        try:
            host = await desk.allow_host(host, by=request.user, clock=request.app.state.clock)
        except Invalid as refused:
            return await _hosts(request, {"host": host}, form_errors(refused), status=422)
        return after_post(request, "/settings/hosts", f"Calls may reach {host} now.")

    @post("/hosts/remove", status_code=303)
    async def forbid_host(self, request: AnyRequest) -> Response[str]:
        """Take a host off the list."""
        host = (await form(request)).text("host")
        await desk.forbid_host(host, by=request.user, clock=request.app.state.clock)
        return after_post(request, "/settings/hosts", f"Calls no longer reach {host}.")

    @get("/audit")
    async def audit(self, request: AnyRequest, before: FromQuery[int | None] = None) -> Response[str]:
        """Everything that happened, newest first."""
        rows = await events.audit(before, AUDIT_PAGE + 1)
        tz = zone((await desk.desk()).timezone)
        names = await subjects.named(rows[:AUDIT_PAGE])
        entries = [
            settings_views.entry(row, tz, names.get((row["subject_type"], row["subject_id"])))
            for row in rows[:AUDIT_PAGE]
        ]
        more = rows[AUDIT_PAGE - 1]["seq"] if len(rows) > AUDIT_PAGE else None
        pager = settings_views.audit_pager(before, more)
        return await _section(request, "audit", {"entries": entries, "pager": pager}, {}, {})


async def _station(
    request: AnyRequest, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    return await _section(request, "station", {"zones": zone_names()}, values, errors, status)


async def _users(
    request: AnyRequest, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    tz = zone((await desk.desk()).timezone)
    users = [settings_views.user(row, request.user, tz) for row in await service.users()]
    return await _section(request, "users", {"users": users, "roles": ROLE_CHOICES}, values, errors, status)


async def _refused_users(request: AnyRequest, refused: DaypartError) -> Response[str]:
    return await _users(request, {"name": "", "role": "viewer"}, {"": refused.detail}, status=422)


async def _keys(
    request: AnyRequest,
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
    made: NewKey | None = None,
) -> Response[str]:
    tz, now = zone((await desk.desk()).timezone), request.app.state.clock.now_ms()
    shown = [settings_views.key(row, tz, now) for row in await keys.keys()]
    context = {"keys": shown, "new_key": made, "roles": ROLE_CHOICES}
    return await _section(request, "keys", context, values, errors, status)


async def _hosts(
    request: AnyRequest, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    tz = zone((await desk.desk()).timezone)
    hosts = [settings_views.host(row, tz) for row in await desk.allowed_hosts()]
    return await _section(request, "hosts", {"hosts": hosts}, values, errors, status)


async def _section(
    request: AnyRequest,
    section: str,
    context: Mapping[str, Any],
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    whole = {"title": "Settings", "section": section, "values": values, "errors": errors, **context}
    return await render(request, "accounts/settings.html", whole, status=status)
