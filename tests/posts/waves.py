"""Groups and acts on them, as tests ask for them."""

from datetime import date, time
from typing import Any

from app.clock import from_ms
from app.database import Row, sql
from app.posts import filling, groups, resuming, scopes, waves
from app.posts.groups import MadeGroup, NewGroup
from app.posts.resuming import Past
from app.posts.schemas import NewPost, Wall, When
from app.posts.scopes import ScopeKind
from app.posts.waves import Done
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk


async def group(desk: Desk, kind: Any, channels: list[str], at: Any = None, **fields: Any) -> MadeGroup:
    """Store a group; `at` is a When, or so many seconds from now."""
    when = at if isinstance(at, When) or at is None else When(desk.at(at))
    asset = fields.pop("asset", None) or (None if fields.pop("empty", False) else await desk.video())
    new = NewGroup(kind, channels, when, asset=asset, **fields)
    return await groups.save(new, by=desk.by, clock=desk.clock, timezone=ZONE)


async def pause(desk: Desk, kind: ScopeKind, key: str = "everything") -> Done:
    return await waves.pause(await scopes.scope(kind, key), by=desk.by, clock=desk.clock)


async def resume(desk: Desk, kind: ScopeKind, key: str = "everything", past: Past | None = None) -> Done:
    of = await scopes.scope(kind, key)
    return await resuming.resume(of, past, by=desk.by, clock=desk.clock, timezone=ZONE)


async def move(desk: Desk, kind: ScopeKind, key: str, when: When) -> Done:
    return await waves.move(await scopes.scope(kind, key), when, by=desk.by, clock=desk.clock, timezone=ZONE)


async def cancel(desk: Desk, kind: ScopeKind, key: str) -> Done:
    return await waves.cancel(await scopes.scope(kind, key), by=desk.by, clock=desk.clock)


async def retry(desk: Desk, kind: ScopeKind, key: str) -> Done:
    return await waves.retry(await scopes.scope(kind, key), by=desk.by, clock=desk.clock)


async def fill(desk: Desk, kind: ScopeKind, key: str, asset: str, title: str = "") -> Done:
    of = await scopes.scope(kind, key)
    return await filling.fill(of, NewPost(asset, title, []), by=desk.by, clock=desk.clock, timezone=ZONE)


async def rows(made: MadeGroup) -> list[Row]:
    return [(await sql("SELECT * FROM target WHERE id = ?", target))[0] for target in made.targets]


async def after_s(desk: Desk, made: MadeGroup) -> list[float]:
    """How many seconds from now each target is due."""
    return [(from_ms(row["due_ms"]) - desk.clock.now()).total_seconds() for row in await rows(made)]


def at(text: str) -> When:
    return When.of_wall(Wall(date.fromisoformat(text[:10]), time.fromisoformat(text[11:]), ZONE))


async def states(made: MadeGroup) -> list[str]:
    return [row["state"] for row in await rows(made)]


async def ok_channels(desk: Desk, receiver: Fake, number: int) -> list[str]:
    return [await desk.channel(f"{receiver.url}/ok") for _ in range(number)]


async def held_scope(desk: Desk, kind: ScopeKind, made: MadeGroup) -> str:
    """The key under which a made group's scope is addressed."""
    row = (await rows(made))[0]
    wave = await sql("SELECT key FROM wave WHERE id = ?", row["wave"])
    keys = {"target": row["id"], "group": row["group"], "wave": wave[0]["key"], "channel": row["channel"]}
    return str(keys.get(kind, "everything"))
