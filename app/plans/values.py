"""The plain values that the rules of planning work on; instants are integer UTC milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.clock import DAY_MINUTES, broadcast_day, to_ms
from app.plans.specs import Mode, Spec

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
CursorKey = tuple[str, int]
"""A program's id and the number of the source within it."""
Cursors = Mapping[CursorKey, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The raster of a channel: its programmes begin at these minutes of its wall clock."""

    minutes: int
    offset: int
    day_start: WallTime
    tz: ZoneInfo

    @property
    def block_ms(self) -> int:
        """One block, in milliseconds."""
        return self.minutes * 60_000

    def day(self, day: date) -> tuple[int, int]:
        """The half-open interval of a broadcast date."""
        start, end = broadcast_day(day, self.day_start, self.tz)
        return to_ms(start), to_ms(end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset as planning sees it."""

    id: str
    title: str
    type: str
    duration_ms: int | None
    state: str = "ready"
    approved: bool = True
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    genre: str | None = None
    rating: str | None = None
    tags: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, int, int, str, str]:
        """What orders a pool, the same whatever else there is."""
        return self.series or "", self.season or 0, self.episode or 0, self.title, self.id


@dataclass(frozen=True, slots=True)
class Program:
    """What fills a zone. `bleed`: it may run on after the zone's end; `slots` is its least number of blocks."""

    id: str
    name: str
    spec: Spec
    mode: Mode = "sequential"
    bleed: bool = False
    slots: int = 1


@dataclass(frozen=True, slots=True)
class Zone:
    """A window of the broadcast day on the wall clock, in minutes since midnight; no days means every day."""

    id: str
    name: str
    start_min: int
    end_min: int
    programs: tuple[Program, ...] = ()
    days: frozenset[str] = frozenset()
    first: str | None = None
    last: str | None = None
    dst: str | None = None
    enabled: bool = True

    @property
    def whole(self) -> bool:
        """Whether it is the zone without programs that a new plan begins with: it gives way to all others."""
        return not self.programs and (self.start_min, self.end_min) == (0, DAY_MINUTES)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a plan applies, and its zones; ids sort by age."""

    id: str
    name: str
    zones: tuple[Zone, ...] = ()
    priority: int = 0
    cron: str | None = None
    first: str | None = None
    last: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know of a day or a plan: a stable code, and plain words."""

    code: str
    level: Literal["warning", "error"]
    detail: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One asset within a programme; `at_ms` counts from the programme's start."""

    asset: str
    title: str
    at_ms: int
    duration_ms: int
    role: str = "content"
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One programme of a day, or filler: it holds `span_ms` of the day, and plays `duration_ms` of that.

    Only a stored one has an id, by which the playlog names it.
    """

    start_ms: int
    span_ms: int
    duration_ms: int
    kind: Literal["program", "filler"]
    title: str
    program: str | None = None
    asset: str | None = None
    parts: tuple[Part, ...] = ()
    lineage: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = field(default=None, compare=False)

    @property
    def end_ms(self) -> int:
        """Where the next event begins."""
        return self.start_ms + self.span_ms
