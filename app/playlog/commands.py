"""`daypart playlog`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from app.channels import service as channels
from app.clock import from_ms, parse_instant
from app.commands import Local, Said, command, dry_run, table
from app.errors import Invalid, NotFound, field_error
from app.plans.applying import checked_day
from app.plans.commands import act
from app.plans.grids import Planned, planned
from app.plans.schemas import finding_json
from app.playlog import checking, editing, gone, queries, rolling, service
from app.playlog.editing import Edited, Place
from app.playlog.gone import Gone
from app.playlog.schemas import changed_json, event_json, extended_json, playlog_json
from app.playlog.service import Extended
from app.playlog.values import Line


@click.group()
def playlog() -> None:
    """The playlog: what a linear channel airs at which millisecond. CHANNEL is an id or slug."""


def _span(run: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--date", "date_text", help="A broadcast date, YYYY-MM-DD."),
        click.option("--date-range", metavar="FROM:TO", help="Broadcast dates, both included."),
        click.option("--start-time", help="Such as 2026-05-14T20:00+01:00."),
        click.option("--end-time"),
    ):
        run = option(run)
    return run


@playlog.command("list")
@click.argument("channel")
@_span
@command
async def list_events(
    local: Local, channel: str, date_text: str | None, date_range: str | None, start_time: str | None,
    end_time: str | None,
) -> Said:  # fmt: skip
    """List events; without options all from now on."""
    of, lines = await _asked(local, channel, date_text, date_range, start_time, end_time)
    logs = await queries.logs(of.channel.id, lines)
    now = local.clock.now_ms()
    missing = await gone.told(now, of.channel.id)
    told = playlog_json(of, lines, logs, await queries.frontier(channel), missing, now)
    return Said(told, "\n".join([_lines_said(of, lines), *(_missing_said(of, one) for one in missing)]))


def _missing_said(of: Planned, one: Gone) -> str:
    at = _told(one.start_ms, of.grid.tz)
    return f"{gone.CODE}: the file of {one.title} ({one.asset}) is gone; it would air first at {at}"


async def _asked(
    local: Local, channel: str, date_text: str | None, date_range: str | None, start_time: str | None,
    end_time: str | None,
) -> tuple[Planned, list[Line]]:  # fmt: skip
    if date_range is not None:
        first, _, last = date_range.partition(":")
        of = await planned(channel)
        start, end = of.grid.day(checked_day(first))[0], of.grid.day(checked_day(last))[1]
        if not start < end <= start + queries.LONGEST_MS:
            raise field_error("date_range", "INVALID_DATE_RANGE", "Ask for one to seven days, in order.")
        return of, await queries.beginning(of.channel.id, start, end)
    start_at, end_at = (parse_instant(text) if text else None for text in (start_time, end_time))
    return await queries.asked(channel, date_text, start_at, end_at, local.clock.now())


def _lines_said(of: Planned, lines: list[Line]) -> str:
    rows = [_row(one, of.grid.tz) for one in lines]
    return table(("START", "END", "LENGTH", "KIND", "TITLE", "FROM", "ID"), rows)


def _row(one: Line, tz: ZoneInfo) -> tuple[str, ...]:
    marks = " ".join(word for word in ("hard" * one.hard, "locked" * one.locked, one.fallback or "") if word)
    title = f"{one.title} ({marks})" if marks else one.title
    start, end = (_told(ms, tz) for ms in (one.start_ms, one.end_ms))
    return start, end, str(timedelta(milliseconds=one.length_ms)), one.kind, title, one.asset or "", one.id or ""


def _told(ms: int, tz: ZoneInfo) -> str:
    return from_ms(ms).astimezone(tz).isoformat(timespec="milliseconds")


@playlog.command("show")
@click.argument("channel")
@click.argument("event_id", metavar="EVENT")
@command
async def show_event(local: Local, channel: str, event_id: str) -> Said:
    """One event."""
    return _event_said(local, *await queries.one(channel, event_id))


@playlog.command("query")
@click.argument("channel")
@click.option("--at-time", help="Such as 2026-05-14T20:00+01:00; now without it.")
@command
async def query_event(local: Local, channel: str, at_time: str | None) -> Said:
    """What airs at an instant; at the border of two events it is the later."""
    of, found = await queries.at(channel, parse_instant(at_time) if at_time else local.clock.now())
    if found is None:
        raise NotFound("NOTHING_PLANNED", f"{of.channel.title} has nothing in its playlog at that time.")
    return _event_said(local, of, found)


def _event_said(local: Local, of: Planned, found: Line) -> Said:
    return Said(event_json(found, of.grid.tz, local.clock.now_ms()), _lines_said(of, [found]))


@playlog.command("validate")
@click.argument("channel")
@click.option("--start-time", help="Such as 2026-05-14T20:00+01:00; without times, all that is ahead.")
@click.option("--end-time")
@command
async def validate_playlog(local: Local, channel: str, start_time: str | None, end_time: str | None) -> Said:
    """Look for gaps, overlaps, wrong lengths and what may not air; status 1 when anything is wrong."""
    start, end = (parse_instant(text) if text else None for text in (start_time, end_time))
    of, found = await checking.validate(channel, start, end, clock=local.clock)
    if found:
        told = msgspec.to_builtins([finding_json(one, of.grid.tz) for one in found])
        raise Invalid("PLAYLOG_INVALID", " ".join(f"{one.code}: {one.detail}" for one in found), findings=told)
    return Said({"valid": True, "findings": []}, f"The playlog of {of.channel.title} is well.")


@playlog.command("extend")
@click.argument("channel", required=False)
@click.option("--all", "every", is_flag=True, help="All active linear channels.")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@command
async def extend(local: Local, channel: str | None, every: bool, dry_run: bool) -> Said:
    """Make days and events ahead, as the worker does each half minute; what is there stays."""
    if every == (channel is not None):
        raise field_error("channel", "CHANNEL_MISSING", "Name a channel, or say --all.")
    keys = [channel] if channel else [one.id for one in await channels.channels("linear") if one.active]
    made = [await rolling.roll(key, dry_run=dry_run, **act(local)) for key in keys]
    told = [extended_json(one, local.clock.now_ms()) for one in made]
    return Said(told[0] if channel else told, "\n".join(map(_extended_said, made)))


def _extended_said(made: Extended) -> str:
    until = _told(made.frontier_ms, made.channel.grid.tz)
    missing = [f"missing: {one.title} ({one.step})" for one in made.fallen]
    return "\n".join([f"{made.channel.channel.title}: {len(made.lines)} events, until {until}", *missing])


@playlog.command("rebuild")
@click.argument("channel")
@click.option("--yes", is_flag=True, help="Do not ask.")
@command
@dry_run
async def rebuild(local: Local, channel: str, yes: bool) -> Said:
    """Build all that is ahead anew from days and bookings, except what is locked."""
    if not yes:
        click.confirm("Give up what was changed by hand?", abort=True, err=True)
    made = await service.renew(channel, **act(local))
    return Said(extended_json(made, local.clock.now_ms()), _extended_said(made))


@playlog.command("mend")
@click.argument("channel")
@click.argument("asset")
@command
@dry_run
async def mend(local: Local, channel: str, asset: str) -> Said:
    """Air something else, by the ladder, wherever an asset is ahead whose file is gone."""
    made = await gone.mend(channel, asset, **act(local))
    return Said(extended_json(made, local.clock.now_ms()), _extended_said(made))


def _place(run: Callable[..., Any]) -> Callable[..., Any]:
    run = click.option("--before", metavar="EVENT", help="It goes before this event.")(run)
    return click.option("--after", metavar="EVENT", help="It goes after this event.")(run)


async def _version(channel: str, event_id: str) -> int:
    """The version of the log that an event is in; a command line has seen no other."""
    of, line = await queries.one(channel, event_id)
    return (await queries.logs(of.channel.id, [line]))[0].version


def _edited_said(local: Local, done: Edited, words: str) -> Said:
    tz = done.channel.grid.tz
    before, after = ([_row(one, tz)[:5] for one in lines] for lines in (done.removed, done.added))
    rows = [("-", *row) for row in before if row not in after] + [("+", *row) for row in after if row not in before]
    told = table(("", "START", "END", "LENGTH", "KIND", "TITLE"), sorted(rows, key=lambda row: (row[1], row[0] == "+")))
    return Said(changed_json(done, local.clock.now_ms()), f"{words}\n{told}")


@playlog.command("replace")
@click.argument("channel")
@click.argument("event_id", metavar="EVENT")
@click.argument("asset")
@command
@dry_run
async def replace(local: Local, channel: str, event_id: str, asset: str) -> Said:
    """Air another asset instead of an event."""
    version = await _version(channel, event_id)
    return _edited_said(
        local, await editing.replace_event(channel, event_id, asset, version, **act(local)), "It is replaced."
    )


@playlog.command("insert")
@click.argument("channel")
@click.argument("asset")
@_place
@command
@dry_run
async def insert(local: Local, channel: str, asset: str, before: str | None, after: str | None) -> Said:
    """Air an asset in addition; breaks that follow give way."""
    place = Place(before, after)
    version = await _version(channel, place.neighbour)
    return _edited_said(
        local, await editing.insert_event(channel, place, asset, version, **act(local)), "It is inserted."
    )


@playlog.command("move")
@click.argument("channel")
@click.argument("event_id", metavar="EVENT")
@_place
@command
@dry_run
async def move(local: Local, channel: str, event_id: str, before: str | None, after: str | None) -> Said:
    """Air an event elsewhere."""
    version = await _version(channel, event_id)
    done = await editing.move_event(channel, event_id, Place(before, after), version, **act(local))
    return _edited_said(local, done, "It is moved.")


@playlog.command("remove")
@click.argument("channel")
@click.argument("event_id", metavar="EVENT")
@command
@dry_run
async def remove(local: Local, channel: str, event_id: str) -> Said:
    """Take an event out; the last break of its block grows."""
    version = await _version(channel, event_id)
    return _edited_said(local, await editing.remove_event(channel, event_id, version, **act(local)), "It is removed.")


@playlog.command("lock")
@click.argument("channel")
@click.argument("event_id", metavar="EVENT")
@click.option("--off", is_flag=True, help="Let it go again.")
@command
@dry_run
async def lock(local: Local, channel: str, event_id: str, off: bool) -> Said:
    """Have an event stay as it is, whatever is planned anew."""
    version = await _version(channel, event_id)
    done = await editing.lock_event(channel, event_id, not off, version, **act(local))
    return _edited_said(local, done, "It can change again." if off else "It stays.")
