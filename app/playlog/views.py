"""Finished values for the templates of logs: words, times, and what may be done with each event."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app import wording
from app.clock import HOUR_MS, from_ms
from app.library.rules import TYPES
from app.playlog.blocks import Block, Facts, Hour
from app.playlog.gone import Gone
from app.playlog.horizon import Stage, stage
from app.playlog.queries import Rundown
from app.playlog.shelf import Fallen
from app.playlog.values import Line

LIST = "/logs"
KINDS = {"program": "Programme", "bumper": "Bumper", "spot": "Spot", "filler": "Filler", "pad": "Pad"}
_HOURS = {
    "aired": ("aired", "check", ""), "air": ("on air", "tv", ""), "planned": ("planned", "check", ""),
    "under": ("under length", "", "−"), "over": ("over length", "", "+"), "empty": ("empty", "", "·"),
}  # fmt: skip
_FIT_ICONS = {"ok": "check", "under": "warn", "over": "warn"}
_PLAIN_HOURS = 24
_NO_TYPE = "–"


@dataclass(frozen=True, slots=True)
class Moment:
    """What a log is looked at with: now in UTC ms, the wall clock, and whether who looks may change it."""

    now_ms: int
    tz: ZoneInfo
    may_edit: bool

    def reading(self, ms: int) -> str:
        """An instant on the wall clock, to the second."""
        return f"{from_ms(ms).astimezone(self.tz):%H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the templates name it; `stage` is `next` for the first that is not on air yet."""

    line: Line
    stage: Stage | str
    time: str
    iso: str
    length: str
    code: str
    note: str
    open: bool
    elapsed_ms: int
    gone: bool


@dataclass(frozen=True, slots=True)
class BlockLook:
    """One block: what aired of it is apart; the meter's level and overhang are in percent of its span."""

    block: Block
    id: str
    time: str
    count: str
    fit_icon: str
    fit_words: str
    fill_words: str
    level: float
    over: float
    aired: list[Row]
    rows: list[Row]
    aired_words: str
    when: str
    gap: str
    mend: str
    mend_label: str


@dataclass(frozen=True, slots=True)
class HourLook:
    """One hour of the strip, with the block to which it leads."""

    label: str
    state: str
    href: str
    words: str
    icon: str
    sign: str


def anchor(block_ms: int) -> str:
    """The id of a block on its page, by where it begins."""
    return f"at-{block_ms}"


def block_looks(found: Sequence[Block], at: Moment, gone: Collection[str] = ()) -> list[BlockLook]:
    """All blocks of a day; `gone` are assets whose files are."""
    upcoming = (line.id for block in found for line in block.lines if line.start_ms > at.now_ms)
    next_id = next(upcoming, None)
    return [_block(one, at, next_id, gone) for one in found]


def _block(one: Block, at: Moment, next_id: str | None, gone: Collection[str]) -> BlockLook:
    rows = [row(line, at, next_id, gone) for line in one.lines]
    weak = _weak(one, rows)
    aired = [each for each in rows if each.stage == "aired"]
    span = max(1, one.span_ms)
    return BlockLook(
        block=one,
        id=anchor(one.start_ms),
        time=f"{from_ms(one.start_ms).astimezone(at.tz):%H:%M}",
        count=wording.count(len(rows), "event"),
        fit_icon=_FIT_ICONS[one.fit],
        fit_words=_fit_words(one),
        fill_words=f"{wording.length(one.filled_ms)} of {wording.length(one.span_ms)}",
        level=round(min(100.0, one.filled_ms / span * 100), 1),
        over=round(min(100.0, one.cut_ms / span * 100), 1),
        aired=aired,
        rows=rows[len(aired) :],
        aired_words=_aired_words(aired, at),
        when="past" if one.end_ms <= at.now_ms else "air" if one.start_ms <= at.now_ms else "",
        gap=_gap_words(one),
        mend=f"?at={weak.id}&act=replace#log-library" if weak else "",
        mend_label="" if weak is None else f"Replace {weak.title}" if weak.asset else "Replace the slate",
    )


def _weak(one: Block, rows: Sequence[Row]) -> Line | None:
    """The event whose replacement would bring a block to its length, if there is one that can still be changed."""
    open_ = [each.line for each in rows if each.open and not each.line.locked]
    if one.fit == "under":
        return max((line for line in open_ if line.asset is None), key=lambda line: line.length_ms, default=None)
    return next((line for line in reversed(open_) if line.asset), None) if one.fit == "over" else None


def _fit_words(one: Block) -> str:
    if one.fit == "ok":
        return "On length"
    return f"{wording.length(one.cut_ms if one.fit == 'over' else one.idle_ms)} {one.fit}"


def _gap_words(one: Block) -> str:
    """What follows from a block that is not on length; empty where nothing does."""
    if one.fit == "under":
        return "The slate shows for that long."
    if one.fit == "over":
        return "The end of what stands here will not be seen."
    return ""


def _aired_words(aired: Sequence[Row], at: Moment) -> str:
    return f"{len(aired)} aired, {aired[0].time} – {at.reading(aired[-1].line.end_ms)}" if aired else ""


def row(line: Line, at: Moment, next_id: str | None = None, gone: Collection[str] = ()) -> Row:
    """One event."""
    now = stage(line.start_ms, line.end_ms, at.now_ms)
    return Row(
        line=line,
        stage="next" if line.id == next_id else now,
        time=at.reading(line.start_ms),
        iso=from_ms(line.start_ms).astimezone(at.tz).isoformat(timespec="milliseconds"),
        length=wording.length(line.length_ms),
        code=line.type or _NO_TYPE,
        note=_note(line),
        open=at.may_edit and now == "planned" and line.booking is None,
        elapsed_ms=max(0, at.now_ms - line.start_ms),
        gone=now == "planned" and line.asset in gone,
    )


def _note(line: Line) -> str:
    known = TYPES.get(line.type or "", "")
    parts = [KINDS[line.kind] if line.kind in ("pad", "filler") or not known else known]
    if line.break_no is not None:
        parts.append(f"break {line.break_no}")
    if line.kind == "program" and line.in_ms:
        parts.append(f"goes on from {wording.length(line.in_ms)}")
    if line.fallback:
        parts.append("in place of what is missing")
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class MissingLook:
    """An asset of a day whose file is gone: what follows from it, and the place where it can be replaced by hand."""

    asset: str
    head: str
    text: str
    href: str
    mends: bool


def missing_look(one: Gone, lines: Sequence[Line], at: Moment) -> MissingLook | None:
    """What a day tells of a file that is gone; None where none of its events is the asset's."""
    rows = [each for each in (row(line, at, gone={one.asset}) for line in lines) if each.gone]
    if not rows:
        return None
    first = next((each for each in rows if each.open and not each.line.locked), None)
    text = f"{wording.count(len(rows), 'event')} cannot air, the first at {rows[0].time}."
    free = any(not each.line.locked for each in rows)
    return MissingLook(
        one.asset,
        f"The file of “{one.title}” is gone from disk.",
        text if free else f"{text} Unlock what is locked, to replace it.",
        f"?at={first.line.id}&act=replace#log-library" if first else "",
        free,
    )


def mended_words(fallen: Sequence[Fallen], asset: str) -> str:
    """What airs by now in place of what is gone."""
    steps = {one.step for one in fallen if one.asset == asset}
    if not steps:
        return "Other spots air in its place."
    told = {
        "alternative": "another video of the same program", "filler": "filler", "skipped": "what comes next",
        "slate": "the slate",
    }  # fmt: skip
    return f"In its place: {', '.join(words for step, words in told.items() if step in steps)}."


def why_closed(line: Line, at: Moment) -> str:
    """Why nothing can be done with an event."""
    if line.booking is not None:
        return "This is part of a booking. Change or cancel that."
    if line.end_ms <= at.now_ms:
        return "This has aired; what aired stays as it is."
    return "This is on its way to the air already, so it stays as it is."


def facts(line: Line, known: Facts, at: Moment, slug: str) -> list[tuple[str, str, str]]:
    """What is told of an event: a name, a text, and an address or nothing."""
    block = known.titles.get(line.booking or line.day_event or "", "")
    length = known.lengths.get(line.asset or "")
    part = f"{wording.length(line.in_ms)} – {wording.length(line.out_ms)}"
    told = [
        ("Airs", f"{at.reading(line.start_ms)} – {at.reading(line.end_ms)}", ""),
        ("What", _note(line), ""),
        (
            "Booking" if line.booking else "Programme",
            block,
            f"/channels/{slug}/bookings/{line.booking}" if line.booking else "",
        ),
        ("Plays of it", f"{part} of {wording.length(length)}" if length else "", ""),
        ("In the library", line.title if line.asset else "", f"/library/{line.asset}"),
    ]
    return [(name, text, href) for name, text, href in told if text]


def hour_looks(strip: Sequence[Hour], tz: ZoneInfo) -> list[HourLook]:
    """The strip of a day's hours."""
    return [_hour(one, tz) for one in strip]


def _hour(one: Hour, tz: ZoneInfo) -> HourLook:
    words, icon, sign = _HOURS[one.state]
    label = f"{from_ms(one.start_ms).astimezone(tz):%H}"
    href = "#rundown" if one.block_ms is None else f"#{anchor(one.block_ms)}"
    return HourLook(label, one.state, href, words, icon, sign)


def day_words(day: date, start_ms: int, end_ms: int) -> str:
    """A date, with its hours where the clocks change: `Sun 25 Oct, 25 hours`."""
    hours = (end_ms - start_ms) / HOUR_MS
    return wording.day(day) if hours == _PLAIN_HOURS else f"{wording.day(day)}, {hours:g} hours"


def place_words(line: Line, at: Moment) -> str:
    """An event as it is named in a sentence: `“Harbour 2” at 15:03:10`."""
    return f"“{line.title}” at {at.reading(line.start_ms)}"


@dataclass(frozen=True, slots=True)
class Empty:
    """Why a day has no log, and the one link that helps; pairs of address and label."""

    title: str
    text: str
    mends: tuple[tuple[str, str], ...] = ()
    build: str = ""
    """Where the log is built when asked, if that would help."""


def day_path(found: Rundown) -> str:
    """The page of the schedule day that a log is made from."""
    return f"/channels/{found.channel.channel.slug}/days/{found.date}"


def why_empty(found: Rundown, now_ms: int, *, planned: bool) -> Empty:
    """What a day without a log says; `planned`: there is a schedule day to make it from."""
    day, slug = wording.day(found.date), found.channel.channel.slug
    if found.end_ms <= now_ms:
        text = "Nothing was built for this day, or it is so long ago that its log is no longer kept."
        return Empty(f"No log of {day}", text)
    if found.channel.channel.kind != "linear":
        return Empty(f"No log of {day}", "The log of a radio channel is made a day at a time, ahead.")
    if found.start_ms <= now_ms:
        text = "Without one, nothing can air. The desk looks every 30 seconds whether a log must grow."
        return Empty("The log is not built yet", text, build=f"{LIST}/{slug}/build")
    if not planned:
        text = "The log is made from the schedule day, and there is none yet. Days are made from plans, three ahead."
        return Empty(f"Nothing is planned for {day}", text, ((day_path(found), "Open schedule day"),))
    text = "The log grows by itself, three to four hours ahead of now. What is planned stands in the schedule day."
    return Empty(f"The log does not reach to {day} yet", text, ((day_path(found), "Open schedule day"),))
