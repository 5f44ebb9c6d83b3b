"""What viewers are shown of composed days: one entry a programme, without gaps or overlaps; pure functions.

Filler is hidden: it belongs to the programme before it. Where a broadcast day begins with filler and nothing runs on
from the day before, there is an interlude, so that what is shown of a day depends on it and the day before alone.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from app.plans.layering import Booked, compose
from app.plans.values import Event

Kind = Literal["programme", "booking", "interlude"]
_MINUTE_MS = 60_000


class Facts(Struct, frozen=True, gc=False):
    """What the library knows of an asset; `picture`: there is a still of it."""

    id: str
    title: str
    type: str
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    genre: str | None = None
    rating: str | None = None
    description: str | None = None
    picture: bool = False

    @property
    def onscreen(self) -> str:
        """Season and episode in the short form: `S01E02`; empty where it has none."""
        if self.episode is None:
            return ""
        return f"{'' if self.season is None else f'S{self.season:02}'}E{self.episode:02}"


class Slot(Struct, frozen=True, gc=False, array_like=True):
    """One stored event of a day."""

    start_ms: int
    span_ms: int
    kind: Literal["program", "filler"]
    title: str
    asset: str | None

    @property
    def end_ms(self) -> int:
        """Where the next one begins."""
        return self.start_ms + self.span_ms


class Day(Struct, frozen=True, gc=False):
    """A schedule day of one channel with its events in order."""

    date: str
    start_ms: int
    end_ms: int
    slots: list[Slot]


class Programme(Struct, frozen=True, gc=False):
    """One entry of the guide. `continued`: a booking cut it, and it goes on here; `date` is its broadcast date."""

    start_ms: int
    end_ms: int
    kind: Kind
    name: str
    date: str
    facts: Facts | None = None
    continued: bool = False

    @property
    def title(self) -> str:
        """What it is called: an episode by its series."""
        return self.facts.series if self.facts and self.facts.series else self.name

    @property
    def heading(self) -> str:
        """Its title as it stands in lists: what goes on after a booking says so."""
        return f"{self.title} (continued)" if self.continued else self.title

    @property
    def sub_title(self) -> str | None:
        """What an episode is called within its series."""
        return self.name if self.facts and self.facts.series and self.facts.series != self.name else None

    @property
    def is_episode(self) -> bool:
        """Whether it is one of a series."""
        return bool(self.facts and self.facts.series)


class _Stretch(Struct, gc=False):
    start_ms: int
    end_ms: int
    kind: Literal["program", "filler", "booking"]
    title: str
    asset: str | None
    into_ms: int = 0


def programmes(
    days: Sequence[Day], bookings: Sequence[Booked], facts: Mapping[str, Facts], *, interlude: str
) -> list[Programme]:
    """The entries of one channel's days, in order; `interlude` names what no programme fills."""
    found: list[Programme] = []
    starts = [day.start_ms for day in days]
    real_end = 0
    for one in _composed(_joined(days), bookings):
        at = bisect_right(starts, one.start_ms) - 1
        day_start, date = (starts[at], days[at].date) if at >= 0 else (one.start_ms, "")
        last = found[-1] if found and found[-1].end_ms == one.start_ms else None
        if one.kind != "filler":
            real_end = one.end_ms
            found.append(_programme(one, date, facts))
        elif last is not None and (last.start_ms >= day_start or real_end > day_start):
            found[-1] = _until(last, one.end_ms)
        else:
            found.append(Programme(one.start_ms, one.end_ms, "interlude", interlude, date))
    return found


def _programme(one: _Stretch, date: str, facts: Mapping[str, Facts]) -> Programme:
    kind: Kind = "booking" if one.kind == "booking" else "programme"
    known = facts.get(one.asset) if one.asset else None
    return Programme(one.start_ms, one.end_ms, kind, one.title, date, known, bool(one.into_ms))


def _until(one: Programme, end_ms: int) -> Programme:
    return Programme(one.start_ms, end_ms, one.kind, one.name, one.date, one.facts, one.continued)


def _joined(days: Sequence[Day]) -> Iterator[Slot]:
    """The events of all days in one row: what runs on from a day goes first, and what nothing covers is filler."""
    at = 0
    for day in days:
        at = max(at, day.start_ms)
        for slot in day.slots:
            if slot.start_ms > at:
                yield Slot(at, slot.start_ms - at, "filler", "", None)
            if slot.end_ms <= at:
                continue
            first = max(at, slot.start_ms)
            yield (
                slot if first == slot.start_ms else Slot(first, slot.end_ms - first, slot.kind, slot.title, slot.asset)
            )
            at = slot.end_ms
        if at < day.end_ms:
            yield Slot(at, day.end_ms - at, "filler", "", None)
            at = day.end_ms


def _composed(slots: Iterable[Slot], bookings: Sequence[Booked]) -> Iterator[_Stretch]:
    """Events and bookings as viewers meet them; without bookings a day is what its events say."""
    if not bookings:
        for slot in slots:
            yield _Stretch(slot.start_ms, slot.end_ms, slot.kind, slot.title, slot.asset)
        return
    events = [Event(one.start_ms, one.span_ms, one.span_ms, one.kind, one.title, asset=one.asset) for one in slots]
    for each in compose(events, bookings):
        asset = each.booking.asset if each.booking else each.event.asset if each.event else None
        yield _Stretch(each.start_ms, each.end_ms, each.kind, each.title, asset, each.into_ms)


def display_duration(one: Programme, minute_of: Sequence[int]) -> str | None:
    """How long a programme is, where its times alone do not say it: `45m`, `2h`, `2h 5m`.

    None for episodes, and for what begins and ends on the half hour; `minute_of` are the wall-clock minutes at which
    it begins and ends.
    """
    minutes = (one.end_ms - one.start_ms + _MINUTE_MS // 2) // _MINUTE_MS
    if one.is_episode or (minutes % 30 == 0 and set(minute_of) <= {0, 30}):
        return None
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours}h"] if hours else []), *([f"{rest}m"] if rest or not hours else [])])


def within(found: Sequence[Programme], from_ms: int, to_ms: int) -> list[Programme]:
    """The entries that an interval overlaps, whole."""
    return [one for one in found if one.start_ms < to_ms and one.end_ms > from_ms]
