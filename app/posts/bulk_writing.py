"""Writing many new posts with their targets, which were validated before, in a handful of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from app.clock import to_ms
from app.database import new_id, sql_many
from app.events import Change, Event, record_all
from app.posts.approving import Approval
from app.posts.fitting import Reached
from app.posts.rendering import Texts
from app.posts.schemas import Scheduled, When

_POST = (
    "INSERT INTO post (id, asset, title, description, hashtags, approval, source_key, created_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TARGET = (
    "INSERT INTO target (id, post, asset, channel, due_ms, wall, timezone, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 'scheduled')"
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A validated post that is not written yet; it has its ids already."""

    asset: str
    texts: Texts
    reached: Sequence[Reached]
    when: When
    approval: Approval
    source_key: str
    id: str = field(default_factory=new_id)
    targets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name its targets."""
        self.targets.extend(new_id() for _ in self.reached)

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
    return one.id, one.asset, texts.title, texts.description, tags, one.approval, one.source_key, at_ms


def _targets(one: Planned) -> Iterable[tuple[object, ...]]:
    when, due_ms = one.when, to_ms(one.when.at)
    for target, at in zip(one.targets, one.reached, strict=True):
        yield target, one.id, one.asset, at.channel.id, due_ms, when.wall, when.timezone


def _events(one: Planned, actor: str) -> Iterable[Event]:
    for target, at in zip(one.targets, one.reached, strict=True):
        after = {"post": one.id, "channel": at.channel.title, "due": one.when.at}
        yield Event(actor, "posts", "target", target, "scheduled", after=after)
    if one.approval == "waiting":
        yield Event(actor, "posts", "post", one.id, "submitted", after={"approval": one.approval})
