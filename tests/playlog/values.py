"""Entries, shelves and spots for tests of the rules, with little to write."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.plans.layering import Booked, Entry
from app.plans.matching import Library
from app.plans.values import Candidate, Event, Part, Program
from app.playlog.filling import Airings, Spots, Traffic
from app.playlog.growing import Given
from app.playlog.shelf import Shelf
from app.playlog.values import Line
from tests.plans.values import LISBON, MIN, asset

START = 1_778_760_000_000  # 14 May 2026, 12:00 UTC, a line of the grid


def programme(
    parts: Sequence[tuple[str, int]], span_min: float, start: int = START, roles: Sequence[str] = (), **fields
) -> Event:
    """A programme of parts with their lengths in ms, one after another."""
    made, at = [], 0
    for number, (id, length) in enumerate(parts):
        made.append(Part(id, id, at, length, roles[number] if roles else "content"))
        at += length
    return Event(start, round(span_min * MIN), at, "program", "Programme", "p", parts[0][0], tuple(made), **fields)


def entry(event: Event) -> Entry:
    return Entry(event.start_ms, event.end_ms, event.kind, event.title, event)


def booked(id: str, start: int, minutes: float, length_asset: str = "news") -> Entry:
    one = Booked(id, start, start + round(minutes * MIN), length_asset, "News")
    return Entry(one.start_ms, one.end_ms, "booking", one.title, booking=one)


def shelf(assets: Iterable[Candidate], programs: Iterable[Program] = (), **fields) -> Shelf:
    return Shelf(Library(assets), programs={one.id: one for one in programs}, **fields)


def spots(assets: Iterable[Candidate], traffic: Traffic | None = None) -> Spots:
    return Spots("ch", assets, traffic or Traffic())


def airings(*aired: tuple[str, int]) -> Airings:
    return Airings(aired, lambda at: at // (24 * 60 * MIN))


def adverts(number: int, seconds: float = 30, type: str = "ADV") -> list[Candidate]:
    return [asset(f"{type.lower()}-{n}", seconds / 60, type=type) for n in range(number)]


def given(entries: Sequence[Entry], on: Shelf, with_spots: Iterable[Candidate] = ()) -> Given:
    return Given(entries, LISBON, on, spots(with_spots), airings())


def covers(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether each millisecond from start to end has one event, as long as what it plays."""
    edges = [start, *(one.end_ms for one in lines)]
    return (
        [one.start_ms for one in lines] == edges[:-1]
        and edges[-1] == end
        and all(one < other for one, other in pairwise(edges))
        and all(one.out_ms - one.in_ms == one.length_ms for one in lines)
    )


def told(lines: Sequence[Line]) -> list[tuple[str, str | None, float]]:
    """What each event is, of what, and for how many seconds."""
    return [(one.kind, one.asset, one.length_ms / 1000) for one in lines]
