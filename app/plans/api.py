"""Planning for programs: grids, plans with their zones, schedule days and bookings of a channel."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody

from app.plans import bookings, days, grids, previewing, rebooking, remaking, rules, service, zones
from app.plans.bodies import (
    BookingBody,
    ChangedBookingBody,
    ChangedPlanBody,
    GridBody,
    MakeBody,
    OverrideBody,
    PlanBody,
    ZoneBody,
    wanted,
)
from app.plans.bookings import WantedBooking
from app.plans.grids import WantedGrid
from app.plans.rebooking import WantedMove
from app.plans.schemas import (
    BookingJson,
    CheckedJson,
    DayJson,
    GridJson,
    PlanJson,
    booking_json,
    day_json,
    finding_json,
    grid_json,
    plan_json,
)
from app.plans.service import WantedPlan
from app.plans.zones import WantedZone
from app.web.documented import documented
from app.web.guards import act, editor, viewer

AnyRequest = Request[Any, Any, Any]
_ASKED = documented(401, 403, 404, 409)
_CHANGED = documented(404, 409, 413, 422)


class GridApi(Controller):
    """`/api/channels/{channel}/grid`."""

    path = "/api/channels/{channel:str}/grid"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_ASKED)
    async def show(self, channel: FromPath[str]) -> GridJson:
        """The grid of a channel, and when its broadcast day begins."""
        of = await grids.planned(channel)
        return grid_json(of, rules.grid_warnings(of.grid))

    @put(guards=[editor], responses=_CHANGED)
    async def change(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[GridBody]) -> GridJson:
        """Set it; `findings` names the zones that are off it now. Days that are made stay as they are."""
        asked = WantedGrid(data.minutes, data.offset, data.day_start, data.filler_asset)
        return grid_json(*await grids.put_grid(channel, asked, **act(request)))


class PlanApi(Controller):
    """`/api/channels/{channel}/plans`."""

    path = "/api/channels/{channel:str}/plans"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_ASKED)
    async def all(self, channel: FromPath[str]) -> list[PlanJson]:
        """The plans of a channel, by name."""
        return [plan_json(one) for one in await service.plans(channel)]

    @post(guards=[editor], responses=_CHANGED)
    async def create(
        self, request: AnyRequest, channel: FromPath[str], data: JSONBody[PlanBody], empty: FromQuery[bool] = False
    ) -> PlanJson:
        """Add a plan, with a zone over the whole day unless it is to be `empty`."""
        return plan_json(await service.add_plan(channel, wanted(WantedPlan, data), empty=empty, **act(request)))

    @get("/{plan:str}", responses=_ASKED)
    async def show(self, channel: FromPath[str], plan: FromPath[str]) -> PlanJson:
        """One plan, by id or name."""
        return plan_json(await service.plan(channel, plan))

    @patch("/{plan:str}", guards=[editor], responses=_CHANGED)
    async def change(
        self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str], data: JSONBody[ChangedPlanBody]
    ) -> PlanJson:
        """Change a plan, unless it was changed since `version`; days that are made stay as they are."""
        changed = await service.edit_plan(channel, plan, wanted(WantedPlan, data), data.version, **act(request))
        return plan_json(changed)

    @delete("/{plan:str}", guards=[editor], responses=_ASKED)
    async def remove(self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str]) -> None:
        """Delete a plan without zones and days; others can be archived."""
        await service.remove_plan(channel, plan, **act(request))

    @post("/{plan:str}/zones", guards=[editor], responses=_CHANGED)
    async def add_zone(
        self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str], data: JSONBody[ZoneBody]
    ) -> PlanJson:
        """Add a zone; what it breaks is told by Z-VAL-01 to Z-VAL-09."""
        return plan_json((await zones.add_zone(channel, plan, wanted(WantedZone, data), **act(request)))[0])

    @patch("/{plan:str}/zones/{zone:str}", guards=[editor], responses=_CHANGED)
    async def change_zone(
        self,
        request: AnyRequest,
        channel: FromPath[str],
        plan: FromPath[str],
        zone: FromPath[str],
        data: JSONBody[ZoneBody],
    ) -> PlanJson:
        """Change a zone, by id or name."""
        return plan_json((await zones.edit_zone(channel, plan, zone, wanted(WantedZone, data), **act(request)))[0])

    @delete("/{plan:str}/zones/{zone:str}", guards=[editor], responses=_ASKED)
    async def remove_zone(
        self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str], zone: FromPath[str]
    ) -> None:
        """Delete a zone."""
        await zones.remove_zone(channel, plan, zone, **act(request))


class DayApi(Controller):
    """`/api/channels/{channel}/days`."""

    path = "/api/channels/{channel:str}/days"
    tags = ["Schedule days"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(404, 409, 422))
    async def all(self, channel: FromPath[str], since: FromQuery[str], until: FromQuery[str]) -> list[DayJson]:
        """The stored days from one date to another, both included; without their events."""
        return [day_json(one) for one in await days.days(channel, since, until)]

    @get("/{date:str}", responses=documented(404, 409, 422))
    async def show(self, channel: FromPath[str], date: FromPath[str]) -> DayJson:
        """One stored day, with its events and the bookings over them."""
        return day_json(await days.day(channel, date))

    @post("/{date:str}", guards=[editor], status_code=200, responses=_CHANGED)
    async def make(
        self, request: AnyRequest, channel: FromPath[str], date: FromPath[str], data: JSONBody[MakeBody]
    ) -> DayJson:
        """Make a day from the plans that apply."""
        made = await days.generate(channel, date, force=data.force, dry_run=data.dry_run, **act(request))
        return day_json(made)

    @post("/{date:str}/follow", guards=[editor], status_code=200, responses=_CHANGED)
    async def follow(self, request: AnyRequest, channel: FromPath[str], date: FromPath[str]) -> list[DayJson]:
        """Make a stored day and all later ones again, each series going on where the day before leaves it."""
        return [day_json(one) for one in await remaking.remake_from(channel, date, **act(request))]

    @post("/{date:str}/override", guards=[editor], status_code=200, responses=_CHANGED)
    async def override(
        self, request: AnyRequest, channel: FromPath[str], date: FromPath[str], data: JSONBody[OverrideBody]
    ) -> DayJson:
        """Make a day from one plan, whether it applies or not."""
        return day_json(await days.override(channel, date, data.plan, dry_run=data.dry_run, **act(request)))

    @get("/{date:str}/preview", responses=documented(404, 409, 422))
    async def preview(
        self, request: AnyRequest, channel: FromPath[str], date: FromPath[str], now: FromQuery[datetime | None] = None
    ) -> DayJson:
        """Any date as it would resolve now, or with the clock set to an instant: which plan wins each stretch and why,
        and its events. Nothing is stored."""
        if now is not None:
            return day_json(await previewing.preview_at(channel, date, now, clock=request.app.state.clock))
        return day_json(await days.preview(channel, date))

    @get("/{date:str}/validate", responses=documented(404, 409, 422))
    async def check(self, channel: FromPath[str], date: FromPath[str]) -> CheckedJson:
        """What is wrong with a stored day by now."""
        tz = (await grids.planned(channel)).grid.tz
        found = await days.validate(channel, date)
        return CheckedJson(not found, [finding_json(one, tz) for one in found])


AGAIN = ResponseSpec(BookingJson, description="The same booking was there before.", generate_examples=False)


class BookingApi(Controller):
    """`/api/channels/{channel}/bookings`."""

    path = "/api/channels/{channel:str}/bookings"
    tags = ["Schedule days"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(404, 409, 422))
    async def all(
        self, channel: FromPath[str], since: FromQuery[datetime], until: FromQuery[datetime]
    ) -> list[BookingJson]:
        """The bookings that an interval overlaps, in order."""
        of, found = await bookings.bookings(channel, since, until)
        return [booking_json(of, one) for one in found]

    @post(guards=[editor], responses={**_CHANGED, 200: AGAIN})
    async def create(
        self, request: AnyRequest, channel: FromPath[str], data: JSONBody[BookingBody]
    ) -> Response[BookingJson]:
        """Book an asset at a time; the same again answers 200 with the booking that is there."""
        asked = WantedBooking(data.asset, data.start, data.end, data.resume)
        made = await bookings.book(channel, asked, dry_run=data.dry_run, **act(request))
        answer = booking_json(made.channel, made.booking, idempotent=made.idempotent)
        return Response(answer, status_code=200 if made.idempotent else 201)

    @patch("/{booking:str}", guards=[editor], responses=_CHANGED)
    async def change(
        self, request: AnyRequest, channel: FromPath[str], booking: FromPath[str], data: JSONBody[ChangedBookingBody]
    ) -> BookingJson:
        """Give a booking another start, end or way to go on, unless it was changed since `version`."""
        found = await rebooking.of_channel(channel, booking)
        asked = WantedMove(data.start, data.end, data.resume)
        made = await rebooking.move(found.booking.id, asked, data.version, **act(request))
        return booking_json(made.channel, made.booking)

    @delete("/{booking:str}", guards=[editor], responses=_ASKED)
    async def cancel(self, request: AnyRequest, channel: FromPath[str], booking: FromPath[str]) -> None:
        """Take a booking back; doing it twice changes nothing."""
        await bookings.cancel(channel, booking, **act(request))


CONTROLLERS = (GridApi, PlanApi, DayApi, BookingApi)
