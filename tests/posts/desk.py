"""A desk to publish from: social channels on a fake receiver, videos, posts, and an engine driven step by step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.accounts.desk import allow_host
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.clock import ManualClock, MasterClock, from_ms
from app.database import Row, new_id, sql
from app.posts import service, social
from app.posts.publishing import Publisher
from app.posts.schemas import NewPost, Scheduled, When
from app.posts.social import Made, Wanted
from app.settings import Settings
from tests.fakes.server import Fake
from workers.publishing import DueLoop

EDITOR = Identity("user", "1", "Edda", "editor")
ZONE = "Europe/Lisbon"
NOW = datetime(2026, 5, 14, 13, 20, tzinfo=UTC)
"""14:20 in Lisbon."""
WITHIN_S = 60.0


class Engine:
    """A worker's publisher and due loop without their processes; every look is waited for to its end."""

    def __init__(self, desk: "Desk", name: str) -> None:
        keys = KeyFile(desk.settings.key_file)
        self.publisher = Publisher(desk.settings, desk.clock, keys, name)
        self.loop = DueLoop(self.publisher, None, desk.clock)

    async def look(self) -> None:
        await self.loop.look()
        await self.finish()

    async def finish(self) -> None:
        """Wait for every step that is under way."""
        while self.publisher._running:
            await asyncio.wait(self.publisher._running.values())


@dataclass
class Desk:
    """A data folder with its open database, a clock moved by hand, and shortcuts to what tests need."""

    settings: Settings
    clock: MasterClock = field(default_factory=lambda: ManualClock(NOW))
    by: Identity = EDITOR

    @property
    def keys(self) -> KeyFile:
        return KeyFile(self.settings.key_file)

    def at(self, seconds: float) -> datetime:
        """The instant so many seconds from now."""
        return self.clock.now() + timedelta(seconds=seconds)

    @property
    def hands(self) -> ManualClock:
        """The clock, to be moved."""
        assert isinstance(self.clock, ManualClock)
        return self.clock

    def wait(self, seconds: float) -> None:
        self.hands.advance(timedelta(seconds=seconds))

    async def allow(self, host: str = "127.0.0.1") -> None:
        await allow_host(host, by=self.by, clock=self.clock)

    async def add_channel(self, url: str = "http://127.0.0.1:9/ok", title: str = "", grace_min: int = 60) -> Made:
        wanted = Wanted(title or f"Channel {new_id()[-12:]}", url, ZONE, grace_min=grace_min)
        return await social.add(wanted, by=self.by, clock=self.clock, keys=self.keys)

    async def channel(self, url: str = "http://127.0.0.1:9/ok", title: str = "", grace_min: int = 60) -> str:
        return (await self.add_channel(url, title, grace_min)).channel

    async def video(self) -> str:
        media, asset = new_id(), new_id()
        self.settings.media.mkdir(exist_ok=True)
        (self.settings.media / "p").touch()
        await sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, 'p', 1, 'video/mp4', '{}')",
            media, media,
        )  # fmt: skip
        await sql(
            "INSERT INTO asset (id, media, type, title, name, duration_ms, state, created_ms)"
            " VALUES (?, ?, 'PRO', 'Harbour', 'harbour.mp4', 1000, 'ready', 0)",
            asset, media,
        )  # fmt: skip
        return asset

    async def schedule(self, *channels: str, at: datetime | None = None, **fields: Any) -> Scheduled:
        asset = fields.pop("asset", None) or await self.video()
        when = None if at is None else When(at)
        new = NewPost(asset, fields.pop("title", "Harbour Tonight"), list(channels), when=when, **fields)
        return await service.schedule(new, by=self.by, clock=self.clock, timezone=ZONE)

    async def due_target(self, url: str, **fields: Any) -> str:
        """A target on a channel of its own that is due now."""
        return (await self.schedule(await self.channel(url), at=self.clock.now(), **fields)).targets[0]

    async def target(self, target: str) -> Row:
        return (await sql("SELECT * FROM target WHERE id = ?", target))[0]

    async def state(self, target: str) -> str:
        return str((await self.target(target))["state"])

    async def put_in_state(self, target: str, state: str, **columns: Any) -> None:
        """As if the engine had brought it there."""
        columns = {"state": state, **columns}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        await sql(f"UPDATE target SET {assignments} WHERE id = ?", *columns.values(), target)

    async def attempts(self, target: str) -> list[Row]:
        return await sql("SELECT * FROM attempt WHERE target = ? ORDER BY number, started_ms, phase", target)

    async def wait_for_retry(self, target: str) -> None:
        """Move the clock to when the target is to be tried or asked about again."""
        retry_ms = (await self.target(target))["retry_ms"]
        self.hands.set(max(self.clock.now(), from_ms(retry_ms)))

    @asynccontextmanager
    async def engine(self, name: str = "worker-1") -> AsyncIterator[Engine]:
        engine = Engine(self, name)
        await engine.publisher.begin()
        try:
            yield engine
        finally:
            await engine.publisher.close(patience_s=0)


async def rows_of_everything() -> dict[str, int]:
    """How many rows each table has, to see that a refused wish changed nothing."""
    tables = ("post", "target", "attempt", "event", "channel", "social_account")
    return {table: (await sql(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in tables}


async def until_state(desk: Desk, target: str, state: str) -> None:
    async with asyncio.timeout(WITHIN_S):
        while await desk.state(target) != state:
            await asyncio.sleep(0.01)


async def until_arrived(receiver: Fake, deliveries: int = 1) -> None:
    """Wait until the receiver has so many: from then on what was meant to be sent is on its way."""
    async with asyncio.timeout(WITHIN_S):
        while receiver.get("/counts")["total"] < deliveries:
            await asyncio.sleep(0.01)
