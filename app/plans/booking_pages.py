"""Pages of bookings: those that come, a new one, and one with what can be changed about it."""

from datetime import timedelta
from typing import Any, cast

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.channels.pages import context
from app.clock import broadcast_date, from_ms, parse_instant
from app.errors import Conflict, DaypartError, Invalid, NotFound
from app.library import listing
from app.library.queries import AssetView, find
from app.plans import booking_views, bookings, outlook, rebooking, walls
from app.plans.bookings import WantedBooking
from app.plans.day_pages import TAB
from app.plans.day_views import days_path
from app.plans.grids import Planned
from app.plans.layering import Booked, Resume
from app.plans.plan_frame import planned
from app.plans.rebooking import Kept, WantedMove
from app.web.forms import form, form_errors
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, render

HtmlResponse = Response[str]
LIST = "/channels/{key:str}/bookings"
ONE = f"{LIST}/{{booking:str}}"
AHEAD = timedelta(days=366)
FOUND_MOST = 20
FIELDS = ("asset", "date", "time", "end", "resume", "q")


class BookingPages(Controller):
    """`/channels/{key}/bookings` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(LIST)
    async def all(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """The bookings that come, and the one on air."""
        now = request.app.state.clock.now()
        of, found = await bookings.bookings(key, now, now + AHEAD)
        page = {**_frame(of), "bookings": booking_views.rows(of, found, now), "can_edit": request.user.can("editor")}
        return await render(request, "plans/bookings.html", page)

    @get(f"{LIST}/new", guards=[editor])
    async def new(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """The form of a new booking: it searches for an asset, and shows what the booking would cut."""
        return await _new_page(request, await planned(key), _typed(request.query_params), look=True)

    @post(LIST, guards=[editor], status_code=303)
    async def create(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Book an asset."""
        of, fields = await planned(key), await form(request)
        values = {name: fields.text(name) for name in FIELDS}
        try:
            wanted, note = _wanted(of, values)
            made = await bookings.book(key, wanted, **act(request))
        except (Invalid, Conflict, NotFound) as refused:
            return await _new_page(request, of, values, refused=refused)
        was = "was booked already" if made.idempotent else "is booked"
        message = f"{made.booking.title} {was}: {booking_views.times(made.booking, of.grid.tz)}."
        return after_post(request, booking_views.bookings_path(of), " ".join(filter(None, (message, note))))

    @get(ONE)
    async def show(
        self, request: Request[Any, Any, Any], key: FromPath[str], booking: FromPath[str], seen: FromQuery[int] = 0
    ) -> HtmlResponse:
        """One booking, with the form that changes it; `seen` is the version that a page shows already."""
        return await _one_page(request, await rebooking.of_channel(key, booking), seen=seen)

    @post(ONE, guards=[editor], status_code=303)
    async def change(self, request: Request[Any, Any, Any], key: FromPath[str], booking: FromPath[str]) -> HtmlResponse:
        """Give a booking another time, end or way to go on."""
        found, fields = await rebooking.of_channel(key, booking), await form(request)
        typed = {name: fields.text(name) for name in ("date", "time", "end", "resume")}
        try:
            wanted, note = _moved(found, typed)
            version = fields.integer("version", 0) or 0
            made = await rebooking.move(found.booking.id, wanted, version, **act(request))
        except (Invalid, Conflict) as refused:
            return await _one_page(request, found, typed, refused)
        told = booking_views.times(made.booking, made.channel.grid.tz)
        message = f"{made.booking.title} airs {told}." if made.event else "Nothing was changed."
        path = f"{booking_views.bookings_path(made.channel)}/{booking}"
        return after_post(request, path, " ".join(filter(None, (message, note))))

    @post(f"{ONE}/cancel", guards=[editor], status_code=303)
    async def cancel(self, request: Request[Any, Any, Any], key: FromPath[str], booking: FromPath[str]) -> HtmlResponse:
        """Take a booking back."""
        found = await rebooking.of_channel(key, booking)
        try:
            await bookings.cancel(key, booking, **act(request))
        except Conflict as refused:
            return await _one_page(request, found, {}, refused)
        return after_post(request, booking_views.bookings_path(found.channel), f"{found.booking.title} is cancelled.")


def _frame(of: Planned) -> dict[str, Any]:
    return {
        **context(of.channel, TAB.name),
        "path": booking_views.bookings_path(of),
        "zone": wording.city(of.grid.tz),
        "resumes": booking_views.RESUMES,
    }


def _typed(query: Any) -> dict[str, str]:
    return {name: (query.get(name) or "").strip() for name in FIELDS}


def _resume(text: str) -> Resume:
    return cast("Resume", text or "join")  # the service refuses what is neither


def _wanted(of: Planned, values: dict[str, str]) -> tuple[WantedBooking, str]:
    """What a form asks for, and what to tell of its time."""
    said = walls.said(values["date"], values["time"], of.grid.tz)
    ends = walls.ends(values["end"], said.at, of.grid.tz) if values["end"] else None
    note = " ".join(filter(None, (said.note, ends.note if ends else "")))
    return WantedBooking(values["asset"], said.at, ends.at if ends else None, _resume(values["resume"])), note


def _moved(found: Kept, typed: dict[str, str]) -> tuple[WantedMove, str]:
    """What is different from how the form was; an end that was left alone moves with the start."""
    tz, stood = found.channel.grid.tz, _values(found)
    said = walls.said(typed["date"], typed["time"], tz)
    moved = (typed["date"], typed["time"]) != (stood["date"], stood["time"])
    start = said.at if moved else from_ms(found.booking.start_ms)
    ends = walls.ends(typed["end"], start, tz) if typed["end"] and typed["end"] != stood["end"] else None
    note = " ".join(filter(None, (said.note if moved else "", ends.note if ends else "")))
    return WantedMove(start, ends.at if ends else None, _resume(typed["resume"])), note


def _values(found: Kept) -> dict[str, str]:
    tz, one = found.channel.grid.tz, found.booking
    there = from_ms(one.start_ms).astimezone(tz)
    return {
        "date": there.date().isoformat(), "time": booking_views.clock(one.start_ms, tz),
        "end": booking_views.clock(one.end_ms, tz), "resume": one.resume,
    }  # fmt: skip


async def _new_page(
    request: AnyRequest, of: Planned, values: dict[str, str], *, look: bool = False, refused: DaypartError | None = None
) -> HtmlResponse:
    looked: dict[str, Any] = {}
    if look and values["asset"] and values["date"] and values["time"]:
        try:
            wanted, note = _wanted(of, values)
            made = await bookings.book(of.channel.id, wanted, dry_run=True, **act(request))
            looked = await _looked(of, made.booking, note)
        except (Invalid, Conflict, NotFound) as error:
            refused = error
    today = outlook.today(of, request.app.state.clock)
    chosen = await find(values["asset"]) if values["asset"] else None
    page = {
        **_frame(of),
        **looked,
        "values": values | {"date": values["date"] or today.isoformat(), "resume": values["resume"] or "join"},
        "errors": _errors(refused),
        "free": _free(of, values, refused),
        "assets": await _assets(values["q"], chosen),
    }
    return await render(request, "plans/booking_new.html", page, status=_status(refused))


async def _assets(q: str, chosen: AssetView | None) -> list[dict[str, str]]:
    """What may be booked: what is chosen already, then what the search finds."""
    found = await listing.assets(listing.Filter(q=q, state="ready", approved=True), limit=FOUND_MOST, sort="newest")
    every = {one.id: one for one in ([chosen] if chosen else []) + found.assets}
    return [
        {"id": one.id, "title": one.title, "type": one.type, "length": wording.length(one.duration_ms or 0)}
        for one in every.values()
    ]  # fmt: skip


async def _looked(of: Planned, one: Booked, note: str) -> dict[str, Any]:
    events = await outlook.cut(of, one)
    return {
        "airs": booking_views.times(one, of.grid.tz),
        "note": note,
        "cuts": booking_views.cuts(one, events, of.grid.tz),
    }  # fmt: skip


def _errors(refused: DaypartError | None) -> dict[str, str]:
    """Which message stands at which field; a start is typed as date and time."""
    if refused is None:
        return {}
    if isinstance(refused, NotFound):
        return {"asset": "Choose what is to air."}
    return {{"start": "time"}.get(name, name): text for name, text in form_errors(refused).items()}


def _free(of: Planned, values: dict[str, str], refused: DaypartError | None) -> dict[str, Any] | None:
    """The next time that is free where one is taken, as the values of a form."""
    if refused is None or "free" not in refused.facts:
        return None
    at = parse_instant(str(refused.facts["free"])).astimezone(of.grid.tz)
    return {
        "label": f"{wording.local(at, of.grid.tz)}{f':{at:%S}' if at.second else ''}",
        "values": values | {"date": at.date().isoformat(), "time": f"{at:%H:%M:%S}", "end": ""},
    }  # fmt: skip


def _status(refused: DaypartError | None) -> int:
    if refused is None:
        return 200
    return 409 if isinstance(refused, Conflict) else 422


async def _one_page(
    request: AnyRequest,
    found: Kept,
    typed: dict[str, str] | None = None,
    refused: DaypartError | None = None,
    seen: int = 0,
) -> HtmlResponse:
    of, one = found.channel, found.booking
    now_ms = request.app.state.clock.now_ms()
    asset = await find(one.asset)
    length = asset.duration_ms if asset else None
    day = broadcast_date(from_ms(one.start_ms), of.grid.day_start, of.grid.tz)
    page = {
        **_frame(of),
        "booking": one,
        "seen": seen or one.version,
        "changed": bool(seen) and seen != one.version,
        "airs": booking_views.times(one, of.grid.tz),
        "state": booking_views.state(one, now_ms, live=found.live),
        "can_edit": found.live and one.end_ms > now_ms and request.user.can("editor"),
        "values": _values(found) | (typed or {}),
        "errors": _errors(refused),
        "length": wording.length(length) if length else "",
        "cuts": booking_views.cuts(one, await outlook.cut(of, one), of.grid.tz) if found.live else [],
        "day_href": f"{days_path(of)}/{day}",
        "asset_href": f"/library/{one.asset}",
    }
    return await render(request, "plans/booking.html", page, status=_status(refused))
