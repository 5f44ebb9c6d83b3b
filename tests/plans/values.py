"""Plans, zones, programs and libraries for tests, with little to write."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from app.clock import from_ms, zone
from app.plans.building import Built, Given, build
from app.plans.matching import Library
from app.plans.specs import AssetSpec, RuleSpec, SeriesSpec
from app.plans.values import Candidate, Grid, Plan, Program, Zone

LISBON = Grid(30, 0, time(6), zone("Europe/Lisbon"))
DAY = date(2026, 5, 14)
MIN = 60_000
_numbers = itertools.count(1)


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def asset(id: str, length_min: float, **fields: Any) -> Candidate:
    return Candidate(id, fields.pop("title", id), fields.pop("type", "PRO"), round(length_min * MIN), **fields)


def episodes(series: str, number: int, length_min: float = 25) -> list[Candidate]:
    return [
        asset(f"{series}-{n}", length_min, type="EPI", series=series, season=1, episode=n) for n in range(1, number + 1)
    ]


def fixed(id: str, **fields: Any) -> Program:
    return Program(f"p-{id}", id, AssetSpec(id), **fields)


def series(id: str, **fields: Any) -> Program:
    return Program(f"p-{id}", id, SeriesSpec(id), **fields)


def rule(id: str = "rule", mode: Any = "random", bleed: bool = False, **fields: Any) -> Program:
    return Program(f"p-{id}", id, RuleSpec(**fields), mode, bleed)


def window(start: str, end: str, *programs: Program, **fields: Any) -> Zone:
    id = f"z{next(_numbers):03}"
    name = fields.pop("name", f"{start}-{end}")
    return Zone(id, name, minutes(start), minutes(end), programs, **fields)


def plan(name: str, *zones: Zone, **fields: Any) -> Plan:
    return Plan(fields.pop("id", name), name, zones, **fields)


def built(
    plans: Sequence[Plan], assets: Iterable[Candidate], day: date = DAY, grid: Grid = LISBON,
    cursors: Mapping[tuple[str, int], str] | None = None, used: Mapping[str, int] | None = None,
    carried_ms: int | None = None,
) -> Built:  # fmt: skip
    return build(Given("ch", day, grid, plans, Library(assets), cursors or {}, used or {}, carried_ms))


def local(at_ms: int, grid: Grid = LISBON) -> datetime:
    return from_ms(at_ms).astimezone(grid.tz)


def clock(at_ms: int, grid: Grid = LISBON) -> str:
    return f"{local(at_ms, grid):%H:%M}"


def told(day: Built, grid: Grid = LISBON) -> list[tuple[str, str]]:
    """Where each event begins on the wall clock, and what it is."""
    return [(clock(one.start_ms, grid), one.asset or one.kind) for one in day.events]


def codes(day: Built) -> list[str]:
    return [one.code for one in day.findings]
