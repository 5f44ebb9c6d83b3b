"""Writing new posts with their targets: what was validated before, one post or ten thousand in as many statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from app.channels.service import ChannelView
from app.clock import to_ms
from app.database import new_id, sql_many
from app.events import Change, Event, record_all
from app.posts.rendering import Texts
from app.posts.schemas import Scheduled, When

_POST = (
    "INSERT INTO post (id, asset, title, description, hashtags, source_key, arrival, created_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TARGET = "INSERT INTO target (id, post, asset, channel, due_ms, wall, timezone, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Planned:
    """A validated post that is not written yet; it has its ids already. With an `arrival` it waits for its video."""

    asset: str | None
    texts: Texts
    channels: Sequence[ChannelView]
    when: When
    source_key: str | None = None
    arrival: str | None = None
    id: str = field(default_factory=new_id)
    targets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name its targets."""
        self.targets.extend(new_id() for _ in self.channels)

    @property
    def scheduled(self) -> Scheduled:
        """What is told of it."""
        return Scheduled(self.id, self.targets, self.when.at, self.when.note)


async def write(happening: Change, planned: Sequence[Planned]) -> None:
    """Write posts, a target of each on each of its channels, and what happened."""
    await sql_many(_POST, [_post(one, happening.at_ms) for one in planned])
    await sql_many(_TARGET, [target for one in planned for target in _targets(one)])
    await record_all((event for one in planned for event in _events(one, happening.actor)), happening.at_ms)


def _post(one: Planned, at_ms: int) -> tuple[object, ...]:
    texts, tags = one.texts, msgspec.json.encode(one.texts.hashtags).decode()
    return one.id, one.asset, texts.title, texts.description, tags, one.source_key, one.arrival, at_ms


def _targets(one: Planned) -> Iterable[tuple[object, ...]]:
    when, due_ms = one.when, to_ms(one.when.at)
    for target, channel in zip(one.targets, one.channels, strict=True):
        state = "draft" if one.arrival else "scheduled"
        yield target, one.id, one.asset, channel.id, due_ms, when.wall, when.timezone, state


def _events(one: Planned, actor: str) -> Iterable[Event]:
    for target, channel in zip(one.targets, one.channels, strict=True):
        after = {"post": one.id, "channel": channel.title, "due": one.when.at}
        yield Event(actor, "posts", "target", target, "scheduled", after=after)
