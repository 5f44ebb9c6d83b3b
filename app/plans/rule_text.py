"""Rules and lengths as people type them: `types: EPI; genres: comedy, sitcom; seasons: 1-3; longest: 30:00`."""

import re
from typing import Any

from app.errors import field_error
from app.plans.specs import REST_HOURS, RuleSpec

LISTS = ("types", "series", "genres", "ratings", "not_ratings", "tags", "not_tags")
RANGES = ("seasons", "episodes")
LENGTHS = {"shortest": "shortest_s", "longest": "longest_s"}
REST = "rest"
_RANGE = re.compile(r"(\d{1,6})(?:\s*(?:-|\.\.)\s*(\d{1,6}))?")
_LENGTH = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,5})")


def split(text: str) -> tuple[str, ...]:
    """The entries of a list with commas or line ends between them."""
    return tuple(filter(None, (" ".join(entry.split()) for entry in re.split(r"[,\n]", text))))


def range_of(text: str, field: str) -> tuple[int, int]:
    """`2` or `1-3` as both ends of a range."""
    read = _RANGE.fullmatch(text.strip())
    if read is None:
        raise field_error(field, "SPEC_BAD", "Write a range as 2 or 1-3.")
    return int(read[1]), int(read[2] or read[1])


def written_range(ends: tuple[int, int] | None) -> str:
    """A range as it is typed."""
    return "" if ends is None else str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}-{ends[1]}"


def seconds_of(text: str, field: str) -> int | None:
    """A length in seconds: minutes as `90`, or `22:30`, or `1:30:00`; nothing where nothing is typed."""
    text = text.strip()
    if not text:
        return None
    read = _LENGTH.fullmatch(text)
    if read is None:
        raise field_error(field, "SPEC_BAD", "Write a length as minutes, as 22:30 or as 1:30:00.")
    hours, minutes, last = (int(part or 0) for part in read.groups())
    return hours * 3600 + minutes * 60 + last if ":" in text else last * 60


def written_seconds(seconds: int | None) -> str:
    """A length as it is typed."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def read(text: str, field: str = "rule") -> RuleSpec:
    """A typed rule; series stand in it as they were typed."""
    given: dict[str, Any] = {}
    for part in filter(str.strip, re.split(r"[;\n]", text)):
        name, colon, value = part.partition(":")
        word = "_".join(name.lower().split())
        if not colon or not value.strip():
            raise field_error(field, "SPEC_BAD", f"“{part.strip()}” is no condition. Write such as genres: comedy.")
        given |= _read_one(word, value, field)
    return RuleSpec(**given)


def _read_one(word: str, value: str, field: str) -> dict[str, Any]:
    if word == "types":
        return {word: split(value.upper())}
    if word in LISTS:
        return {word: split(value)}
    if word in RANGES:
        return {word: range_of(value, field)}
    if word in LENGTHS:
        return {LENGTHS[word]: seconds_of(value, field)}
    if word == REST and value.strip().isascii() and value.strip().isdigit():
        return {"rest_hours": int(value)}
    known = ", ".join((*LISTS, *RANGES, *LENGTHS, REST)).replace("_", " ")
    raise field_error(
        field, "SPEC_BAD", f"“{word.replace('_', ' ')}” is no condition with that value. There are {known}."
    )


def written(rule: RuleSpec) -> str:
    """A rule as it is typed; an empty one means everything."""
    said = [(name, ", ".join(getattr(rule, name))) for name in LISTS]
    said += [(name, written_range(getattr(rule, name))) for name in RANGES]
    said += [(name, written_seconds(getattr(rule, column))) for name, column in LENGTHS.items()]
    if rule.rest_hours != REST_HOURS:
        said.append((REST, str(rule.rest_hours)))
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in said if value)
