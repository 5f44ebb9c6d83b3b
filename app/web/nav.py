"""The sidebar: the areas, which one is current, and the counts that areas announce."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.clock import MasterClock

_KEPT_MS = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """A number beside an area: how it sounds, and what is counted (`posts failed`)."""

    number: int
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the sidebar, ready to show."""

    href: str
    label: str
    icon: str
    current: bool
    count: str
    count_tone: str
    count_label: str


GROUPS = (
    (
        ("/", "Dashboard", "dashboard"),
        ("/schedule", "Schedule", "schedule"),
        ("/guide", "Guide", "guide"),
        ("/logs", "Logs", "log"),
        ("/library", "Library", "library"),
    ),
    (
        ("/channels", "Channels", "channels"),
        ("/ai-config", "AI config", "spark"),
        ("/analytics", "Analytics", "analytics"),
        ("/settings", "Settings", "settings"),
    ),
)
NOTHING = Count(0, "", "")
Counter = Callable[[], Awaitable[Count | None]]
_counters: dict[str, Counter] = {}


def register_count(label: str, counter: Counter) -> None:
    """Let an area show a count beside its link; asked at most once a second, None or 0 shows nothing."""
    _counters[label] = counter


class Counts:
    """The counts of all areas, asked again when they are a second old."""

    def __init__(self, clock: MasterClock) -> None:
        self._clock = clock
        self._known: dict[str, Count] = {}
        self._until_ms = 0

    async def now(self) -> dict[str, Count]:
        """What each area announces."""
        now = self._clock.now_ms()
        if now >= self._until_ms:
            self._until_ms = now + _KEPT_MS
            found = await asyncio.gather(*(counter() for counter in _counters.values()))
            self._known = {label: count for label, count in zip(_counters, found, strict=True) if count}
        return self._known


def groups(path: str, counts: dict[str, Count]) -> list[list[Item]]:
    """The sidebar as seen from an address; the longest prefix of it is current."""
    hrefs = [href for group in GROUPS for href, _, _ in group]
    current = max((href for href in hrefs if _covers(href, path)), key=len, default="")
    return [[_item(*entry, current=current, counts=counts) for entry in group] for group in GROUPS]


def _covers(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def _item(href: str, label: str, icon: str, *, current: str, counts: dict[str, Count]) -> Item:
    count = counts.get(label, NOTHING)
    shown = str(count.number) if count.number else ""
    return Item(href, label, icon, href == current, shown, count.tone, count.label)
