"""How programs see repetitions and write them."""

from datetime import date, datetime, time
from typing import Literal, get_args

import msgspec

from app.clock import from_ms
from app.errors import field_error
from app.posts.recurrence import Policy, Recurrence, Unit
from app.posts.repetition_forms import PREVIEWED, in_words
from app.posts.repetitions import Listed, Wanted, ahead

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class WantedJson(msgspec.Struct, forbid_unknown_fields=True):
    """A repetition to be: from the date `first` on at the wall-clock `time` (`18:00`) of a zone, the desk's by default.

    `weekdays` are for weeks; it ends after the date `until` or after `count` occurrences. `catch_up` says what becomes
    of those that were missed: skip them, post the last one, or post all. `version` is the one that was read, if any.
    """

    first: date
    time: str
    unit: Unit
    every: int = 1
    weekdays: list[Weekday] = []
    until: date | None = None
    count: int | None = None
    timezone: str | None = None
    catch_up: Policy = "skip"
    version: int | None = None

    def wanted(self, timezone: str) -> Wanted:
        """The same as a value."""
        try:
            wall = time.fromisoformat(self.time)
        except ValueError as error:
            raise field_error("time", "TIME_BAD", "Give a time such as 16:30.") from error
        weekdays = tuple(_WEEKDAYS.index(day) for day in self.weekdays)
        rule = Recurrence(
            self.first, wall, self.timezone or timezone, self.every, self.unit, weekdays, self.until, self.count
        )
        return Wanted(rule, self.catch_up)


class TimeJson(msgspec.Struct):
    """One of the times of a repetition, with the key of its occurrence; `note` tells what a clock change did to it."""

    occurrence: str
    scheduled_time: datetime
    note: str | None


class PreviewJson(msgspec.Struct):
    """A rule in words, and its next times."""

    words: str
    times: list[TimeJson]


class RepetitionJson(msgspec.Struct):
    """The repetition of a post; `clashes` of its occurrences ahead could not be planned and need somebody."""

    post: str
    title: str
    words: str
    first: date
    time: str
    unit: Unit
    every: int
    weekdays: list[Weekday]
    until: date | None
    count: int | None
    timezone: str
    catch_up: Policy
    channels: list[str]
    paused: bool
    over: bool
    next_time: datetime | None
    clashes: int
    version: int


class AgainJson(msgspec.Struct, forbid_unknown_fields=True):
    """When to publish a post again: an instant with its offset, or a wall-clock time with its `timezone`; without
    either at the next free slot. `channels`: some of those that had it, by id or slug."""

    scheduled_time: str | None = None
    timezone: str | None = None
    channels: list[str] = []


def preview_json(wanted: Wanted, now: datetime) -> PreviewJson:
    """The next times of a repetition."""
    found = ahead(wanted.rule, now, PREVIEWED)
    return PreviewJson(in_words(wanted.rule), [TimeJson(one.key, one.at, one.when.note) for one in found])


def repetition_json(one: Listed) -> RepetitionJson:
    """A repetition, told."""
    found, rule = one.repetition, one.repetition.rule
    return RepetitionJson(
        post=found.post, title=one.title, words=in_words(rule), first=rule.first, time=f"{rule.wall:%H:%M}",
        unit=rule.unit, every=rule.every, weekdays=[_WEEKDAYS[day] for day in sorted(set(rule.weekdays))],
        until=rule.until, count=rule.count, timezone=rule.timezone, catch_up=found.catch_up, channels=found.channels,
        paused=found.paused, over=one.over, next_time=None if one.next_ms is None else from_ms(one.next_ms),
        clashes=one.clashes, version=found.version,
    )  # fmt: skip
