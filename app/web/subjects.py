"""What the audit calls the things that were changed: areas register the names of their own."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from app.database import Row


@dataclass(frozen=True, slots=True)
class Subject:
    """The name of a thing, and its page if it has one."""

    name: str
    href: str | None = None


Find = Callable[[list[str]], Awaitable[dict[str, Subject]]]
_finders: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Let an area name its things of a kind, such as `target`, by their ids."""
    _finders[kind] = find


async def named(events: Iterable[Row]) -> dict[tuple[str, str], Subject]:
    """The names of the subjects of events, as far as they are known, with one question a kind."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        wanted.setdefault(event["subject_type"], set()).add(event["subject_id"])
    found: dict[tuple[str, str], Subject] = {}
    for kind, ids in wanted.items():
        if kind in _finders:
            names = await _finders[kind](sorted(ids))
            found |= {(kind, subject): name for subject, name in names.items()}
    return found
