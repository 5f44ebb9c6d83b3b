"""What importing rows comes to on the desk as it stands: read at once, judged row by row, and checked again.

Reading and judging need no lock. Whether anything that was relied on is different is told in a moment, inside of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from app.clock import to_ms
from app.csv_text import RowError
from app.database import Row as Stored
from app.database import placeholders, sql
from app.errors import DaypartError, Invalid
from app.posts import approving, csv_import, fitting, slots
from app.posts.bulk_writing import Planned
from app.posts.clashes import Taken, clash
from app.posts.csv_import import Row, Values
from app.posts.fitting import Reached
from app.posts.free_slots import plans_of
from app.posts.naming import Names
from app.posts.places import Pair, Places, bounds, taken_between, videos_on
from app.posts.rendering import Texts
from app.posts.schemas import Scheduled, When

Status = Literal["new", "known", "wrong"]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """What importing a row does or would do; a new one has its post, and `due` is None where there is no time."""

    row: Row
    status: Status
    planned: Planned | None = None
    due: datetime | None = None

    @property
    def made(self) -> Scheduled | None:
        """The post of a new one."""
        return self.planned.scheduled if self.planned else None


@dataclass(frozen=True, slots=True)
class Named:
    """A new row with the ids of its channels and its video."""

    row: Row
    values: Values
    channels: list[str]
    asset: str


@dataclass(slots=True)
class Rows:
    """The rows of a file that still have a chance, and those about which all is said."""

    hopeful: list[Named]
    over: list[Judged]

    @property
    def channels(self) -> list[str]:
        """Every channel that is named."""
        return list(dict.fromkeys(channel for one in self.hopeful for channel in one.channels))

    @property
    def assets(self) -> list[str]:
        """Every video that is named."""
        return list(dict.fromkeys(one.asset for one in self.hopeful))


async def known_keys(rows: Sequence[Row]) -> set[str]:
    """Which rows were imported before."""
    keys = [row.key for row in rows if row.key]
    return {row["source_key"] for row in await _in_parts("SELECT source_key FROM post WHERE source_key", keys)}


async def _in_parts(query: str, values: Sequence[str]) -> list[Stored]:
    found = []
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        found += await sql(f"{query} IN ({placeholders(some)})", *some)
    return found


def named(rows: Sequence[Row], known: set[str], names: Names, now: datetime) -> Rows:
    """Find out what is new, and which channels and videos are meant."""
    plan = csv_import.plan(rows, known, now)
    sorted_out = Rows([], [Judged(row, "wrong") for row in plan.wrong])
    sorted_out.over += [Judged(row, "known", due=_asked(row.values)) for row in plan.known]
    for row in plan.new:
        assert row.values is not None
        try:
            sorted_out.hopeful.append(Named(row, row.values, names.channels(row.values), names.asset(row.values)))
        except DaypartError as error:
            sorted_out.over.append(_wrong(row, error))
    return sorted_out


def _asked(values: Values | None) -> datetime | None:
    return values.when.at if values and values.when else None


def _wrong(row: Row, error: DaypartError) -> Judged:
    """The row with what the desk says of it, at the fields that it was given in."""
    file = "asset" if row.cells.get("asset") else "file"
    told = error.errors or {"": error.detail}
    errors = tuple(RowError({"asset": file}.get(name, name), error.code, text) for name, text in told.items())
    return Judged(replace(row, values=None, errors=errors, key=""), "wrong", due=_asked(row.values))


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything stored that bears on some rows, as it stood at one moment."""

    reached: dict[str, Reached]
    closed: dict[str, DaypartError]
    files: dict[str, Stored]
    places: Places
    taken: dict[str, list[Taken]]
    videos: dict[Pair, Taken]

    @classmethod
    async def of(cls, rows: Rows, now: datetime, tz: ZoneInfo) -> "Picture":
        """As it stands now."""
        channels = rows.channels
        plans = await plans_of(channels)
        taken = await taken_between(channels, *bounds(plans, now))
        places = Places(plans, taken, now, tz)
        return cls(*await _reached(channels), await _files(rows.assets), places, taken, await _videos(rows))

    async def is_still_true(self, rows: Rows, now: datetime) -> bool:
        """Whether nothing came that could refuse one of the rows; `now` is that of the picture."""
        reached, _ = await _reached(rows.channels)
        if reached != self.reached or await _files(rows.assets) != self.files:
            return False
        taken = await taken_between(rows.channels, *bounds(await plans_of(rows.channels), now))
        seen = {one.id: one.due_ms for channel in self.taken.values() for one in channel}
        same = all(seen.get(one.id) == one.due_ms for channel in taken.values() for one in channel)
        return same and (await _videos(rows)).keys() <= self.videos.keys()


async def _reached(channels: Sequence[str]) -> tuple[dict[str, Reached], dict[str, DaypartError]]:
    """The channels that take posts, and why the others do not."""
    reached, closed = dict[str, Reached](), dict[str, DaypartError]()
    for channel in channels:
        try:
            reached[channel] = await fitting.open_channel(channel, {})
        except DaypartError as error:
            closed[channel] = error
    return reached, closed


async def _files(assets: Sequence[str]) -> dict[str, Stored]:
    return {row["id"]: row for row in await _in_parts(f"{fitting.FILE} WHERE a.id", assets)}


async def _videos(rows: Rows) -> dict[Pair, Taken]:
    return await videos_on(rows.channels, rows.assets) if rows.hopeful else {}


class Judge:
    """Judges rows one by one; those that it finds right stand in the way of those after them."""

    def __init__(self, picture: Picture, now: datetime, tz: ZoneInfo, *, approves: bool) -> None:
        self._picture, self._now, self._tz, self._approves = picture, now, tz, approves
        self._places, self._videos = picture.places, dict(picture.videos)

    def all(self, rows: Rows) -> list[Judged]:
        """Every row in the order of the file; those with a time are placed first, the others around them."""
        judged = [self._one(one) for one in sorted(rows.hopeful, key=lambda one: one.values.when is None)]
        return sorted([*rows.over, *judged], key=lambda one: one.row.line)

    def _one(self, one: Named) -> Judged:
        try:
            planned = self._planned(one)
        except DaypartError as error:
            return _wrong(one.row, error)
        self._take(planned)
        return Judged(one.row, "new", planned, planned.when.at)

    def _planned(self, one: Named) -> Planned:
        slots.check_channels(one.channels)
        file = fitting.check_ready(self._picture.files.get(one.asset))
        reached = [self._open(channel) for channel in one.channels]
        texts = Texts(one.values.title, one.values.description, one.values.hashtags)
        fitting.refuse_unfit(reached, texts, file)
        when = one.values.when or self._slot(one.channels)
        slots.check_time(when.at, self._now)
        for at in reached:
            self._refuse_clash(at, one.asset, when)
        stands = approving.at_first(approves=self._approves, needed=any(at.needs_approval for at in reached))
        return Planned(one.asset, texts, reached, when, stands, one.row.key)

    def _open(self, channel: str) -> Reached:
        if channel in self._picture.closed:
            raise self._picture.closed[channel]
        return self._picture.reached[channel]

    def _slot(self, channels: Sequence[str]) -> When:
        slot = self._places.next_free(channels)
        if slot is None:
            raise Invalid("SLOTS_FEW", "No slot of these channels is free within two years.")
        return slot.when

    def _refuse_clash(self, at: Reached, asset: str, when: When) -> None:
        channel = at.channel
        other = self._videos.get((channel.id, asset))
        if others := self._places.near(channel.id, to_ms(when.at)) or ([other] if other else []):
            free = self._places.next_free([channel.id])
            raise clash(channel.title, others, asset, free.at if free else None, self._tz)

    def _take(self, planned: Planned) -> None:
        due_ms = to_ms(planned.when.at)
        for target, at in zip(planned.targets, planned.reached, strict=True):
            taken = Taken(target, due_ms, "scheduled", planned.texts.title, planned.asset)
            self._places.take(at.channel.id, taken)
            self._videos[at.channel.id, planned.asset] = taken
