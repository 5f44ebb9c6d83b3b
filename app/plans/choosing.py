"""One asset out of a pool: by order, month, date, seeded chance, how long ago it was used, or an operator."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from app.clock import HOUR_MS
from app.plans.matching import Library
from app.plans.specs import REST_HOURS, AssetSpec, Mode, RuleSpec, SeriesSpec, Source
from app.plans.values import Candidate, CursorKey, Finding

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
Fits = Callable[[int], bool]
"""Whether a length in milliseconds still fits."""


@dataclass(slots=True)
class Draw:
    """What all choices of one day share. `used` tells when each asset was last scheduled."""

    channel: str
    day: date
    library: Library
    cursors: dict[CursorKey, str]
    used: dict[str, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """For which program, for which of its sources, and when a choice is made; `seat` tells equal instants apart."""

    program: str
    at_ms: int
    seat: int = 0
    mode: Mode = "sequential"


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen asset, why, and where its cursor then stands."""

    asset: Candidate
    why: Mapping[str, Any]
    cursor: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """No asset: RULE_EMPTY where none is eligible, NOTHING_FITS where all are too long."""

    code: str
    detail: str = ""
    findings: tuple[Finding, ...] = field(default=())


def choose(draw: Draw, slot: Slot, source: Source, fits: Fits) -> Choice | Nothing:
    """The next asset of a source, which is then neither marked as used nor passed by its cursor."""
    pool = draw.library.pool(source)
    if not pool:
        return Nothing("RULE_EMPTY", described(source))
    if isinstance(source, AssetSpec):
        return _whole(Choice(pool[0], {"by": "asset"}), fits)
    if slot.mode == "manual" and isinstance(source, SeriesSpec):
        return _whole(_picked(source, pool, slot), fits)
    if slot.mode == "syndication":
        return _whole(_of_the_day(draw, slot, pool), fits)
    if slot.mode == "seasonal":
        season, told = in_season(draw.day.month, pool, slot.at_ms)
        found = _next(draw, slot, season)
        return _whole(replace(found, why={**found.why, "by": "seasonal"}, findings=told), fits)
    if slot.mode in ("sequential", "manual"):
        return _whole(_next(draw, slot, pool), fits)
    # A longer asset never fits where a shorter one does not, so one look often does for all.
    whole = fits(draw.library.longest(source))
    fitting = pool if whole else [one for one in pool if fits(one.duration_ms or 0)]
    if not fitting:
        return Nothing("NOTHING_FITS")
    if slot.mode == "least_recently_used":
        return _longest_ago(draw, fitting)
    return _by_chance(draw, slot, source, fitting)


def _whole(found: Choice, fits: Fits) -> Choice | Nothing:
    return found if fits(found.asset.duration_ms or 0) else Nothing("NOTHING_FITS")


def _picked(source: SeriesSpec, pool: Sequence[Candidate], slot: Slot) -> Choice:
    for one in pool:
        if one.id == source.pick:
            return Choice(one, {"by": "manual"})
    told = Finding("NO_PICK", "warning", "Nobody picked an episode, or it may not air; the first one does.", slot.at_ms)
    return Choice(pool[0], {"by": "manual", "picked": False}, findings=(told,))


def _next(draw: Draw, slot: Slot, pool: Sequence[Candidate]) -> Choice:
    """The first after where the cursor stands, by order and not by number: episodes may come and go."""
    stands = draw.cursors.get((slot.program, slot.seat))
    place = 0 if stands is None else bisect_right(pool, decoded_cursor(stands), key=lambda one: one.key)
    one = pool[place % len(pool)]
    return Choice(one, {"by": "sequential", "of": len(pool), "wrapped": place >= len(pool)}, encoded_cursor(one))


def _of_the_day(draw: Draw, slot: Slot, pool: Sequence[Candidate]) -> Choice:
    """A stripped loop: each broadcast date has the next episode, and all airings of the date have the same."""
    stands = draw.cursors.get((slot.program, slot.seat))
    again = stands is not None and cursor_day(stands) == draw.day.isoformat()
    if not again or stands is None:
        found = _next(draw, slot, pool)
        return replace(
            found, why={**found.why, "by": "syndication"}, cursor=encoded_cursor(found.asset, draw.day.isoformat())
        )  # fmt: skip
    one = pool[bisect_left(pool, decoded_cursor(stands), key=lambda each: each.key) % len(pool)]
    return Choice(one, {"by": "syndication", "of": len(pool), "again": True}, stands)


def in_season(month: int, pool: Sequence[Candidate], at_ms: int) -> tuple[Sequence[Candidate], tuple[Finding, ...]]:
    """The episodes of a month, else those of no month, else all of them; tags such as `december` say the month."""
    due = [one for one in pool if MONTHS[month - 1] in one.tags]
    undated = [one for one in pool if one.tags.isdisjoint(MONTHS)]
    if due or undated:
        return due or undated, ()
    detail = f"No episode is tagged {MONTHS[month - 1]}, so those of other months air."
    return pool, (Finding("SEASON_EMPTY", "warning", detail, at_ms),)


def encoded_cursor(one: Candidate, day: str | None = None) -> str:
    """Where a cursor stands once it has passed an asset, in a stripped loop with the date that it was for."""
    return msgspec.json.encode([*one.key, *([day] if day else [])]).decode()


def cursor_before(one: Candidate) -> str:
    """Where a cursor stands right before an asset, whatever else comes and goes: no id is less than an empty one."""
    return msgspec.json.encode([*one.key[:-1], ""]).decode()


def decoded_cursor(text: str) -> tuple[str, int, int, str, str]:
    """The key of the asset that a cursor has passed."""
    series, season, episode, title, id, *_ = msgspec.json.decode(text)
    return series, season, episode, title, id


def cursor_day(text: str) -> str | None:
    """The broadcast date that a cursor of a stripped loop was moved for."""
    _, _, _, _, _, *day = msgspec.json.decode(text)
    return day[0] if day else None


def _longest_ago(draw: Draw, pool: Sequence[Candidate]) -> Choice:
    one = min(pool, key=lambda each: (draw.used.get(each.id, -1), each.key))
    return Choice(one, {"by": "least_recently_used", "of": len(pool), "last_ms": draw.used.get(one.id)})


def _by_chance(draw: Draw, slot: Slot, source: Source, pool: Sequence[Candidate]) -> Choice:
    fresh, stage = rested(draw, slot.at_ms, source, pool)
    seed = f"{draw.channel}:{slot.program}:{draw.day}:{slot.at_ms}:{slot.seat}"
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    why = {"by": "random", "of": len(pool), "fresh": len(fresh), "rotation": stage, "seed": seed}
    if stage != "reused":
        return Choice(fresh[number % len(fresh)], why)
    told = Finding("ROTATION_DEGRADED", "warning", "Everything was used lately, so something comes again.", slot.at_ms)
    return Choice(fresh[number % len(fresh)], why, findings=(told,))


def rested(draw: Draw, at_ms: int, source: Source, pool: Sequence[Candidate]) -> tuple[Sequence[Candidate], str]:
    """Those not used within the rotation's time; if none, all but the more recent half; if none, all of them."""
    hours = source.rest_hours if isinstance(source, RuleSpec) else REST_HOURS
    since = at_ms - hours * HOUR_MS
    lately = {asset for asset, at in draw.used.items() if at > since}
    fresh = [one for one in pool if one.id not in lately]
    if fresh or hours == 0:
        return fresh or pool, "rested"
    latest = sorted(pool, key=lambda one: (draw.used[one.id], one.key))
    older = latest[: len(latest) - len(latest) // 2]
    return (older, "older half") if len(older) < len(latest) else (pool, "reused")


def described(source: Source) -> str:
    """A source in a few words, for people who wonder why it is empty."""
    said = {name: value for name, value in msgspec.to_builtins(source).items() if name not in ("type", "rest_hours")}
    fields = [f"{name.replace('_', ' ')} {_listed(value)}" for name, value in said.items() if value]
    return ", ".join(fields) or "everything"


def _listed(value: Any) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
