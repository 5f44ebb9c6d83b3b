"""The pages before sign-in: first-run set-up, sign in and out, and the theme."""

import asyncio
from typing import Any

from litestar import Controller, Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery

from app.accounts import desk, rules, service
from app.accounts.service import SignedIn
from app.clock import zone, zone_names
from app.errors import Conflict, DaypartError, Invalid, Throttled, Unauthenticated, field_error
from app.web import local_paths, problems, sessions
from app.web.forms import Form, form, form_errors, problems_of
from app.web.htmx import redirect, render
from app.web.shell import THEME_COOKIE, THEMES

AnyRequest = Request[Any, Any, Any]
_THEME_KEPT_S = 365 * 86_400
ZONE_BEFORE_SETUP = "Etc/UTC"


class SignInPages(Controller):
    """Sign in and out."""

    include_in_schema = False

    def __init__(self, owner: Router) -> None:
        super().__init__(owner)
        # A check takes 64 MiB, and guesses made at the same time must not all pass before one of them is counted.
        self._one_at_a_time = asyncio.Lock()

    @get("/sign-in")
    async def ask(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[str]:
        """The sign-in form; set-up comes first while there is nobody who could sign in."""
        if not await desk.has_administrator():
            return redirect(request, "/setup")
        if request.user is not None:
            return redirect(request, local_paths.checked(next))
        return await _sign_in_page(request, {"name": "", "stay": False}, local_paths.checked(next))

    @post("/sign-in", status_code=303)
    async def sign_in(self, request: AnyRequest) -> Response[str]:
        """Open a session and go on to the page that was wanted."""
        fields = await form(request)
        values: dict[str, Any] = {"name": fields.text("name"), "stay": fields.flag("stay")}
        wanted = local_paths.checked(fields.text("next", "/"))
        address = request.client.host if request.client else "unknown"
        try:
            async with self._one_at_a_time:
                signed_in = await service.sign_in(
                    values["name"],
                    fields.raw("password"),
                    stay=values["stay"],
                    address=address,
                    clock=request.app.state.clock,
                )
        except (Unauthenticated, Throttled) as refused:
            return await _sign_in_page(request, values, wanted, refused)
        return await _with_session(request, signed_in, wanted)

    @post("/sign-out", status_code=303)
    async def sign_out(self, request: AnyRequest) -> Response[str]:
        """End the session."""
        await service.sign_out(sessions.token_of(request.scope))
        response = redirect(request, "/sign-in")
        response.set_cookie(sessions.no_cookie())
        return response

    @post("/theme", status_code=303)
    async def theme(self, request: AnyRequest) -> Response[str]:
        """Keep the chosen theme in this browser."""
        fields = await form(request)
        theme = fields.text("theme")
        if theme not in THEMES:
            raise field_error("theme", "UNKNOWN_THEME", "Choose light or dark.")
        response = redirect(request, local_paths.checked(fields.text("next", "/")))
        response.set_cookie(
            Cookie(
                key=THEME_COOKIE,
                value=theme,
                max_age=_THEME_KEPT_S,
                path="/",
                httponly=True,
                samesite="lax",
                secure=sessions.secure(request),
            )
        )
        return response


class SetupPages(Controller):
    """First run: the link that the start prints makes the first administrator."""

    path = "/setup"
    include_in_schema = False

    @get()
    async def ask(self, request: AnyRequest, token: FromQuery[str] = "") -> Response[str]:
        """The set-up form, for whoever holds the link."""
        await desk.check_setup_token(token)
        return await _setup_page(request, token, {"station": "", "timezone": ZONE_BEFORE_SETUP, "name": ""}, {})

    @post(status_code=303)
    async def set_up(self, request: AnyRequest) -> Response[str]:
        """Make the first administrator and sign them in."""
        fields = await form(request)
        token = fields.text("token")
        values = {name: fields.text(name) for name in ("station", "timezone", "name")}
        password = fields.raw("password")
        await desk.check_setup_token(token)
        if errors := _setup_errors(fields):
            return await _setup_page(request, token, values, errors, status=422)
        try:
            signed_in = await service.set_up(token, **values, password=password, clock=request.app.state.clock)
        except (Invalid, Conflict) as refused:
            return await _setup_page(request, token, values, form_errors(refused), status=problems.of(refused).status)
        request.app.state.shell.forget()
        return await _with_session(request, signed_in, "/")


def _setup_errors(fields: Form) -> dict[str, str]:
    name, password = fields.text("name"), fields.raw("password")
    errors = problems_of(
        lambda: rules.checked_name(fields.text("station"), "station"),
        lambda: zone(fields.text("timezone")),
        lambda: rules.checked_name(name),
        lambda: rules.check_password(password, name),
    )
    if password != fields.raw("again"):
        errors.setdefault("again", "This is not the same password.")
    return errors


async def _with_session(request: AnyRequest, signed_in: SignedIn, location: str) -> Response[str]:
    """The way on, with a new session; the one that this browser had before ends."""
    if before := sessions.token_of(request.scope):
        await service.sign_out(before)
    response = redirect(request, location)
    response.set_cookie(sessions.cookie(request, signed_in))
    return response


async def _sign_in_page(
    request: AnyRequest, values: dict[str, Any], wanted: str, refused: DaypartError | None = None
) -> Response[str]:
    context = {
        "title": "Sign in",
        "error": refused.detail if refused else "",
        "values": values,
        "next": wanted,
        "lede": "",
    }
    problem = problems.of(refused) if refused else None
    wait = {"retry-after": problem.headers["retry-after"]} if problem and "retry-after" in problem.headers else {}
    status = problem.status if problem else 200
    return await render(request, "accounts/sign_in.html", context, status=status, headers=wait)


async def _setup_page(
    request: AnyRequest, token: str, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    context = {"title": "Set up this desk", "token": token, "zones": zone_names(), "values": values, "errors": errors}
    return await render(request, "accounts/setup.html", context, status=status)
