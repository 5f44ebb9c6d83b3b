"""`daypart day` and `daypart booking`."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import msgspec

from app import clock as clocks
from app.commands import Local, Said, command, dry_run, table
from app.database import rehearsal
from app.errors import Invalid
from app.plans import bookings, days, grids, previewing, rebooking, remaking
from app.plans.applying import checked_day
from app.plans.bookings import WantedBooking
from app.plans.commands import act
from app.plans.days import DayView
from app.plans.layering import Booked, Entry, Resume
from app.plans.rebooking import WantedMove
from app.plans.schemas import (
    booking_json,
    day_json,
    finding_json,
)
from app.plans.values import Event, Finding


@click.group()
def day() -> None:
    """Schedule days: what a channel airs on a broadcast date. DATE is YYYY-MM-DD."""


@day.command("generate")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@click.option("--force", is_flag=True, help="Make it again if it is there.")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@command
async def generate_day(local: Local, channel: str, date_text: str, force: bool, dry_run: bool) -> Said:
    """Make a day from the plans that apply."""
    return day_said(await days.generate(channel, date_text, force=force, dry_run=dry_run, **act(local)))


@day.command("regenerate")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@click.option("--later", is_flag=True, help="Also all later days that are made, in a row.")
@command
async def regenerate_day(local: Local, channel: str, date_text: str, dry_run: bool, later: bool) -> Said:
    """Make a stored day again, from the cursors that it was built from."""
    if later:
        async with rehearsal() if dry_run else nullcontext():
            made = await remaking.remake_from(channel, date_text, **act(local))
        would = "would be" if dry_run else "is"
        return Said([day_json(one) for one in made], "\n".join(f"{one.date} {would} made again." for one in made))
    return day_said(await days.regenerate(channel, date_text, dry_run=dry_run, **act(local)))


@day.command("override")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@click.argument("plan_name", metavar="PLAN")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@command
async def override_day(local: Local, channel: str, date_text: str, plan_name: str, dry_run: bool, yes: bool) -> Said:
    """Make a day from one plan, whether it applies or not."""
    if not (yes or dry_run):
        click.confirm(f"Replace the day {date_text}?", abort=True, err=True)
    return day_said(await days.override(channel, date_text, plan_name, dry_run=dry_run, **act(local)))


@day.command("show")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@command
async def show_day(local: Local, channel: str, date_text: str) -> Said:
    """One stored day, with the bookings over it."""
    return day_said(await days.day(channel, date_text))


@day.command("preview")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@click.option("--now", metavar="TIME", help="Set the clock to this instant, such as 2026-12-24T18:00Z.")
@command
async def preview_day(local: Local, channel: str, date_text: str, now: str | None) -> Said:
    """Any date as it would resolve now, or with the clock set to an instant; nothing is stored."""
    if now is not None:
        at = clocks.parse_instant(now)
        return day_said(await previewing.preview_at(channel, date_text, at, clock=local.clock))
    return day_said(await days.preview(channel, date_text))


def day_said(found: DayView) -> Said:
    """A day with what is to be known of it, told."""
    tz = found.channel.grid.tz
    rows = [_row(one, tz) for one in found.entries]
    told = [_finding_line(found, one) for one in found.findings]
    return Said(day_json(found), "\n".join([table(("START", "LENGTH", "", "TITLE", "FROM"), rows), *told]))


def _row(one: Entry, tz: ZoneInfo) -> tuple[str, ...]:
    start = f"{clocks.from_ms(one.start_ms).astimezone(tz):%H:%M}"
    return start, _length(one.end_ms - one.start_ms), one.kind, one.title, _source(one.event)


def _length(ms: int) -> str:
    minutes, ms = divmod(ms, clocks.MINUTE_MS)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{ms // 1000:02}" if ms else "")


def _source(event: Event | None) -> str:
    names = [(event.lineage.get(kind) or {}).get("name") for kind in ("plan", "zone", "program")] if event else []
    return " / ".join(name for name in names if name)


def _finding_line(found: DayView, one: Finding) -> str:
    at = f" at {clocks.from_ms(one.start_ms).astimezone(found.channel.grid.tz):%H:%M}" if one.start_ms else ""
    return f"{one.level}: {one.code}{at}: {one.detail}"


@day.command("list")
@click.argument("channel")
@click.option("--date-range", required=True, metavar="FROM:TO")
@command
async def list_days(local: Local, channel: str, date_range: str) -> Said:
    """List the stored days of a channel."""
    first, _, last = date_range.partition(":")
    found = await days.days(channel, first, last)
    rows = [
        (one.date.isoformat(), _length(one.end_ms - one.start_ms), str(len(one.errors)), _by_hand(one)) for one in found
    ]
    return Said([day_json(one) for one in found], table(("DATE", "LENGTH", "ERRORS", ""), rows))


def _by_hand(one: DayView) -> str:
    return "by hand" if one.overridden else ""


@day.command("validate")
@click.argument("channel")
@click.argument("date_text", metavar="DATE")
@command
async def validate_day(local: Local, channel: str, date_text: str) -> Said:
    """What is wrong with a stored day by now; status 1 when anything is."""
    found = await days.validate(channel, date_text)
    if found:
        tz = (await grids.planned(channel)).grid.tz
        told = msgspec.to_builtins([finding_json(one, tz) for one in found])
        raise Invalid("DAY_INVALID", " ".join(f"{one.code}: {one.detail}" for one in found), findings=told)
    return Said({"valid": True, "findings": []}, f"{date_text} is well.")


@click.group()
def booking() -> None:
    """Bookings: hard-timed programmes over the schedule days of a channel."""


@booking.command("add")
@click.argument("channel")
@click.argument("asset")
@click.option("--start", "start_text", required=True, help="Such as 2026-05-14T20:00+01:00.")
@click.option("--end", "end_text", help="Without it, as long as the asset is.")
@click.option("--resume", type=click.Choice(["join", "filler"]), default="join", show_default=True)
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@command
async def add_booking(
    local: Local, channel: str, asset: str, start_text: str, end_text: str | None, resume: Resume, dry_run: bool
) -> Said:
    """Book an asset; the same again changes nothing."""
    end = clocks.parse_instant(end_text) if end_text else None
    asked = WantedBooking(asset, clocks.parse_instant(start_text), end, resume)
    made = await bookings.book(channel, asked, dry_run=dry_run, **act(local))
    told = booking_json(made.channel, made.booking, idempotent=made.idempotent)
    return Said(
        told, f"{told.id}  {told.title}  {told.start} to {told.end}{'  (was there)' if made.idempotent else ''}"
    )


@booking.command("list")
@click.argument("channel")
@click.option("--date", "date_text", help="A broadcast date, YYYY-MM-DD; today without it.")
@click.option("--days", "count", type=click.IntRange(1, 366), default=7, show_default=True)
@command
async def list_bookings(local: Local, channel: str, date_text: str | None, count: int) -> Said:
    """List the bookings of a channel."""
    of = await grids.planned(channel)
    first = checked_day(date_text) if date_text else _today(local.clock.now(), of)
    start, _ = of.grid.day(first)
    _, end = of.grid.day(first + timedelta(days=count - 1))
    _, found = await bookings.bookings(channel, clocks.from_ms(start), clocks.from_ms(end))
    return Said([booking_json(of, one) for one in found], table(("START", "END", "TITLE", "ID"), _booked(of, found)))


def _today(now: datetime, of: grids.Planned) -> date:
    return clocks.broadcast_date(now, of.grid.day_start, of.grid.tz)


def _booked(of: grids.Planned, found: list[Booked]) -> list[tuple[str, ...]]:
    told = [booking_json(of, one) for one in found]
    return [(f"{one.start:%Y-%m-%d %H:%M}", f"{one.end:%H:%M}", one.title, one.id) for one in told]


@booking.command("move")
@click.argument("channel")
@click.argument("booking_id", metavar="ID")
@click.option("--start", "start_text", help="Such as 2026-05-14T20:00+01:00; alone, it keeps the length.")
@click.option("--end", "end_text", help="Where it ends, which may be before its asset does.")
@click.option("--resume", type=click.Choice(["join", "filler"]))
@command
@dry_run
async def move_booking(
    local: Local, channel: str, booking_id: str, start_text: str | None, end_text: str | None, resume: Resume | None
) -> Said:
    """Give a booking another time, end or way to go on."""
    start, end = (clocks.parse_instant(text) if text else None for text in (start_text, end_text))
    found = await rebooking.of_channel(channel, booking_id)
    wanted = WantedMove(start, end, resume)
    made = await rebooking.move(booking_id, wanted, found.booking.version, **act(local))
    told = booking_json(made.channel, made.booking)
    return Said(told, f"{told.id}  {told.title}  {told.start} to {told.end}")


@booking.command("cancel")
@click.argument("channel")
@click.argument("booking_id", metavar="ID")
@command
@dry_run
async def cancel_booking(local: Local, channel: str, booking_id: str) -> Said:
    """Take a booking back; doing it twice changes nothing."""
    changed = await bookings.cancel(channel, booking_id, **act(local))
    return Said({"cancelled": booking_id, "changed": changed}, "It is cancelled.")
