"""The kinds of channels, and what areas above add to them: each registers its part and its tabs by a kind's name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels.schemas import ChangedChannelJson, ChannelJson, NewChannelJson
from app.channels.service import ChannelView, Made
from app.clock import MasterClock
from app.errors import field_error
from app.queue import Queue

# What becomes of targets whose time passed while they were paused: sent now, given their next free slot, or moved
# with all that follows, gaps kept.
Past = Literal["now", "next_slot", "shift"]


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a channel below its own address; `coming` says what will be there while no area has built it."""

    name: str
    label: str
    coming: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be made: its words, when its broadcast day begins unless told otherwise, and its tabs."""

    name: str
    label: str
    icon: str
    text: str
    day_start: str
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel stands; times are UTC ms, `waiting` counts what is planned and `problem` is in plain words."""

    next_ms: int | None = None
    last_success_ms: int | None = None
    problem: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What stands beside a channel's title: a platform, or its kind."""

    label: str
    icon: str


class Part(Protocol):
    """What an area above keeps of the channels of one kind, beside what every channel has.

    The schemas name its fields; the same are the fields of the form and the options of the command.
    """

    @property
    def new(self) -> type[NewChannelJson]:
        """The schema of a new channel."""

    @property
    def changed(self) -> type[ChangedChannelJson]:
        """The schema of a change."""

    @property
    def told(self) -> type[ChannelJson]:
        """The schema of a channel that is there."""

    @property
    def fields_template(self) -> str:
        """The template of its fields in the form of a channel."""

    @property
    def shown_once_template(self) -> str:
        """The template that shows a new channel's secret, this once."""

    @property
    def usual(self) -> Mapping[str, str]:
        """What the form of a new channel begins with, where its schema names no default."""

    @property
    def secret_fields(self) -> frozenset[str]:
        """Fields that are never shown again and do not belong on a command line."""

    def context(self, values: dict[str, str]) -> dict[str, Any]:
        """What its template needs beside the values."""

    async def add(self, given: Any, *, by: Identity, clock: MasterClock, keys: KeyFile) -> Made:
        """Make a channel with its part in one transaction."""

    async def edit(self, key: str, given: Any, *, by: Identity, clock: MasterClock, keys: KeyFile) -> None:
        """Change a channel with its part in one transaction."""

    async def json(self, views: Sequence[ChannelView]) -> list[ChannelJson]:
        """How programs see channels of the kind."""

    async def held(self, channel: str) -> int:
        """How many targets a pause of the channel holds; asked inside its transaction."""

    async def resume(
        self, channel: str, past: Past | None, *, by: Identity, clock: MasterClock, queue: Queue | None
    ) -> int:
        """Let a channel go on in one transaction, with what became late; tells how many targets that releases."""

    async def health(self, views: Sequence[ChannelView]) -> dict[str, tuple[Look, Health]]:
        """How channels of the kind stand, by id."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("social", "Social", "social", "Posts videos at a platform, on time and once.", "00:00"),
        Kind(
            "linear", "Linear TV", "tv", "Plays around the clock from plans and the library.", "06:00",
            (
                Tab("plans", "Plans", "The grid, the zones and the programs that fill a broadcast day will be here."),
                Tab("programs", "Programs", "What fills zones will be here."),
                Tab("days", "Days", "The frozen schedule of each date, with bookings over it, will be here."),
                Tab("playout", "Playout", "The live stream, its profile and what is on air will be here."),
            ),
        ),
        Kind(
            "radio", "Radio", "radio", "Airs on a LibreTime station from daily logs.", "00:00",
            (
                Tab("plans", "Plans", "The hour clocks and the plans that make a day's log will be here."),
                Tab("programs", "Programs", "What fills zones will be here."),
                Tab("days", "Days", "The frozen schedule of each date, with bookings over it, will be here."),
                Tab("station", "Station", "The LibreTime station, its connection and its margins will be here."),
            ),
        ),
    )
}  # fmt: skip
_parts: dict[str, Part] = {}
_tabs: dict[str, list[Tab]] = {}


def kind_of(name: str) -> Kind:
    """The kind of that name."""
    if name not in KINDS:
        raise field_error("kind", "KIND_UNKNOWN", f"Choose a kind of channel: {', '.join(KINDS)}.")
    return KINDS[name]


def register(kind: str, part: Part) -> None:
    """Let an area keep its part of the channels of a kind."""
    _parts[kind] = part


def register_tab(kind: str, tab: Tab) -> None:
    """Let an area have a page of each channel of a kind, at `/channels/{key}/{tab.name}`, which it serves itself."""
    _tabs[kind] = [*(one for one in _tabs.get(kind, []) if one.name != tab.name), tab]


def part(kind: str) -> Part | None:
    """The part that an area keeps of a kind; None where every channel's fields are all there is."""
    return _parts.get(kind)


def parts() -> Iterable[Part]:
    """All parts."""
    return _parts.values()


def tabs(kind: str) -> list[Tab]:
    """The tabs of a kind in order: what areas have built, in the place of what was announced."""
    built = {tab.name: tab for tab in _tabs.get(kind, [])}
    announced = [built.pop(tab.name, tab) for tab in KINDS[kind].tabs]
    return [*announced, *built.values()]
