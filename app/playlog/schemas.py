"""What leaves the playlog by API and command line; instants carry the offset of the channel's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.clock import from_ms
from app.plans.grids import Planned
from app.playlog import horizon
from app.playlog.editing import Edited
from app.playlog.gone import Gone
from app.playlog.queries import LogView
from app.playlog.service import Extended
from app.playlog.shelf import Fallen
from app.playlog.values import Line


class PlaylogEventJson(Struct):
    """A playlog event: an asset from `in_ms` to `out_ms`, or the slate; `stage` tells how it stands to the clock.

    `block` is where its programme, booking or filler begins; `placed` is what an operator put there.
    """

    id: str | None
    start: datetime
    end: datetime
    length_ms: int
    asset: str | None
    title: str
    type: str | None
    in_ms: int
    out_ms: int
    kind: str
    block: datetime
    break_no: int | None
    day_event: str | None
    booking: str | None
    hard: bool
    locked: bool
    placed: bool
    fallback: str | None
    instead_of: str | None
    generation: int
    stage: str
    log: str | None


class LogJson(Struct):
    """The log of a broadcast day; edits quote its `version`."""

    id: str
    date: str
    mode: str
    state: str
    revision: int
    version: int


class MissingJson(Struct):
    """An asset whose file is gone, so that `events` of those ahead cannot air it, the first of them at `start`."""

    asset: str
    title: str
    start: datetime
    events: int


class PlaylogJson(Struct):
    """Events in order, the logs that they belong to, and until when the playlog is built.

    Nothing before `commit_edge` changes any more. `missing` is all that is known to be gone of what is ahead.
    """

    channel: str
    frontier: datetime | None
    commit_edge: datetime
    logs: list[LogJson]
    events: list[PlaylogEventJson]
    missing: list[MissingJson]


class FallenJson(Struct):
    """Media that was missing, and the step of the ladder that was taken: alternative, filler, skipped or slate."""

    at: datetime
    asset: str
    title: str
    step: str
    instead: str | None


class ExtendedJson(Struct):
    """What a look at the horizon added, and what airs otherwise than planned."""

    channel: str
    frontier: datetime
    events: list[PlaylogEventJson]
    fallen: list[FallenJson]


class EditedJson(Struct):
    """An edit that was made: the number by which it can be undone for ten seconds, and the log's version by now."""

    channel: str
    event: int
    version: int


class ChangedJson(EditedJson):
    """An edit with the events that gave way, and those that air instead."""

    removed: list[PlaylogEventJson]
    added: list[PlaylogEventJson]


def _at(ms: int, tz: ZoneInfo) -> datetime:
    return from_ms(ms).astimezone(tz)


def event_json(one: Line, tz: ZoneInfo, now_ms: int) -> PlaylogEventJson:
    """A playlog event as programs see it."""
    return PlaylogEventJson(
        one.id, _at(one.start_ms, tz), _at(one.end_ms, tz), one.length_ms, one.asset, one.title, one.type, one.in_ms,
        one.out_ms, one.kind, _at(one.block_ms, tz), one.break_no, one.day_event, one.booking, one.hard, one.locked,
        one.placed, one.fallback, one.instead_of, one.generation, horizon.stage(one.start_ms, one.end_ms, now_ms),
        one.log,
    )  # fmt: skip


def log_json(one: LogView) -> LogJson:
    """A log as programs see it."""
    return LogJson(one.id, one.date.isoformat(), one.mode, one.state, one.revision, one.version)


def playlog_json(
    of: Planned, lines: list[Line], logs: list[LogView], frontier: datetime | None, missing: list[Gone], now_ms: int
) -> PlaylogJson:
    """A stretch of a playlog as programs see it."""
    tz = of.grid.tz
    return PlaylogJson(
        of.channel.slug, frontier and frontier.astimezone(tz), _at(horizon.commit_edge(now_ms), tz),
        [log_json(one) for one in logs], [event_json(one, tz, now_ms) for one in lines],
        [MissingJson(one.asset, one.title, _at(one.start_ms, tz), one.events) for one in missing],
    )  # fmt: skip


def extended_json(made: Extended, now_ms: int) -> ExtendedJson:
    """What a look at the horizon did."""
    tz = made.channel.grid.tz
    return ExtendedJson(
        made.channel.channel.slug, _at(made.frontier_ms, tz), [event_json(one, tz, now_ms) for one in made.lines],
        [_fallen_json(one, tz) for one in made.fallen],
    )  # fmt: skip


def _fallen_json(one: Fallen, tz: ZoneInfo) -> FallenJson:
    return FallenJson(_at(one.start_ms, tz), one.asset, one.title, one.step, one.instead)


def edited_json(done: Edited) -> EditedJson:
    """An edit as programs see it."""
    return EditedJson(done.channel.channel.slug, done.event, done.version)


def changed_json(done: Edited, now_ms: int) -> ChangedJson:
    """An edit with all that it changed."""
    removed, added = (
        [event_json(one, done.channel.grid.tz, now_ms) for one in lines] for lines in (done.removed, done.added)
    )
    return ChangedJson(done.channel.channel.slug, done.event, done.version, removed, added)
