"""What a marker may be: pure rules over plain values; times are milliseconds from an asset's beginning."""

import re
from collections.abc import Iterable, Sequence

from app.errors import DaypartError, Invalid, field_error
from app.library.probe import Chapter
from app.library.queries import Marker

KINDS = {
    "chapter": "Chapter", "break": "Break", "intro": "Intro", "credits": "Credits", "note": "Note",
}  # fmt: skip
MARKERS_MOST = 500
TITLE_MOST = 200
_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?", re.ASCII)


def time_of(field: str, text: str) -> int:
    """Milliseconds of `1:02:03.450`, `2:03` or `123.45`."""
    found = _TIME.fullmatch(text.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3]) if found else (0, 0, -1)
    if found is None or (found[2] and seconds > 59) or (found[1] and minutes > 59):
        raise field_error(field, "TIME_BAD", "Give a time such as 1:02:03.5.")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found[4] or "").ljust(3, "0"))


def time_text(ms: int) -> str:
    """The shortest text that `time_of` reads as these milliseconds: `2:03.45`."""
    seconds, rest = divmod(ms, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    whole = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{whole}.{rest:03}".rstrip("0") if rest else whole


def checked(wanted: Marker, others: Iterable[Marker], duration_ms: int | None) -> Marker:
    """A marker that may stand among the others of its asset; else all that is wrong with it, at the fields.

    It lies inside of the asset, ends after it begins, and overlaps none of its kind: touching is fine. A break is an
    instant, neither the first nor the last of the asset.
    """
    same = [one for one in others if one.kind == wanted.kind and one.number != wanted.number]
    problems = [*_kind(wanted), *_title(wanted), *_span(wanted, duration_ms)] or _clashes(wanted, same)
    if problems:
        errors = {field: str(one) for one in problems for field in one.errors}
        raise Invalid(problems[0].code, problems[0].detail, errors=errors)
    return Marker(wanted.number, wanted.kind, " ".join(wanted.title.split()), wanted.start_ms, wanted.end_ms)


def _kind(wanted: Marker) -> Sequence[DaypartError]:
    if wanted.kind not in KINDS:
        return [field_error("kind", "MARKER_KIND", f"Choose one of {', '.join(KINDS)}.")]
    if wanted.kind == "break" and wanted.end_ms is not None:
        return [field_error("end", "MARKER_END", "A break is an instant and has no end.")]
    return []


def _title(wanted: Marker) -> Sequence[DaypartError]:
    title = " ".join(wanted.title.split())
    if len(title) > TITLE_MOST or not title.isprintable():
        return [field_error("title", "TITLE_BAD", f"Use at most {TITLE_MOST} printable characters.")]
    return []


def _span(wanted: Marker, duration_ms: int | None) -> Sequence[DaypartError]:
    if not duration_ms:
        return [field_error("start", "MARKER_LENGTH", "This asset has no known length: nothing in it can be marked.")]
    inside = f"It lies outside of the asset, which is {time_text(duration_ms)} long."
    if not 0 <= wanted.start_ms <= duration_ms:
        return [field_error("start", "MARKER_OUTSIDE", inside)]
    if wanted.kind == "break" and wanted.start_ms in (0, duration_ms):
        return [field_error("start", "MARKER_EDGE", "A break lies between the beginning and the end.")]
    if wanted.end_ms is None:
        return []
    if wanted.end_ms <= wanted.start_ms:
        return [field_error("end", "MARKER_END", "It ends after it begins.")]
    return [field_error("end", "MARKER_OUTSIDE", inside)] if wanted.end_ms > duration_ms else []


def _clashes(wanted: Marker, same: Sequence[Marker]) -> Sequence[DaypartError]:
    """A marker without an end is an instant: it clashes with one at its own, and with what lies around it."""
    for one in same:
        if one.start_ms == wanted.start_ms or _around(one, wanted) or _around(wanted, one):
            named = f"{KINDS[one.kind].lower()} at {time_text(one.start_ms)}"
            return [field_error("start", "MARKER_OVERLAP", f"It overlaps the {named}. Change that one first.")]
    return []


def _around(outer: Marker, inner: Marker) -> bool:
    return outer.end_ms is not None and outer.start_ms < inner.start_ms < outer.end_ms


def of_chapters(chapters: Iterable[Chapter], duration_ms: int) -> list[Marker]:
    """The chapters that a file names as markers: as they are, but none beyond its end."""
    inside = [one for one in chapters if one.start_ms < duration_ms]
    return [
        Marker(number, "chapter", one.title, one.start_ms, min(one.end_ms, duration_ms))
        for number, one in enumerate(inside)
    ]
