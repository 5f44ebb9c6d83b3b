"""A desk with a little of everything, made through the services.

`python -m tests.backup.filled FOLDER` writes it as text, for the test of upgrades: once for each version of the
database, with the program of that version.
"""

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from app import database, migrations
from app.accounts import desk, keys, service
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.clock import ManualClock
from app.library.service import add_file
from app.migrations.run import migrate
from app.posts import claims, social
from app.posts import service as posts
from app.posts.outcomes import Settled
from app.posts.schemas import NewPost, When
from app.posts.social import Wanted
from app.settings import Settings
from tests.media import Studio, tone

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONE = "Europe/Lisbon"
BY = Identity("user", "1", "Edda", "editor")
PASSWORD = "correct horse battery"
OUTCOMES = {
    "Barley": Settled("published", "published", remote_id="r-1", remote_url="https://videos.example.org/1"),
    "Tide": Settled("failed", "refused", error="The receiver answered 410."),
    "Ferry": Settled("unconfirmed", "unknown", error="The connection broke.", doubtful=True),
}


async def fill(settings: Settings, folder: Path) -> None:
    """A station with two people, two channels, three videos and a post in each way a post can stand."""
    await migrate(settings.database)
    clock, secrets = ManualClock(START), KeyFile(settings.key_file)
    async with database.opened(settings.database):
        await _people(settings, clock)
        for title in ("Slow Kitchen", "Workshop Log"):
            wanted = Wanted(title, "http://127.0.0.1:9/take", ZONE)
            await social.add(wanted, by=BY, clock=clock, keys=secrets)
        films = {title: await _film(settings, clock, folder, title) for title in (*OUTCOMES, "Later")}
        for title, settled in OUTCOMES.items():
            await _send(await _plan(films[title], title, ["slow-kitchen"], clock), settled, clock)
        await _plan(films["Later"], "Later", ["slow-kitchen", "workshop-log"], clock, timedelta(days=3))
        (gone,) = (await _plan(films["Barley"], "Gone", ["workshop-log"], clock)).values()
        await posts.cancel(gone, by=BY, clock=clock)


async def _people(settings: Settings, clock: ManualClock) -> None:
    await desk.offer_setup("http://127.0.0.1:8000", settings.setup_link)
    token = parse_qs(urlsplit(settings.setup_link.read_text().strip()).query)["token"][0]
    await service.set_up(token, station="Harbour Media", timezone=ZONE, name="Ada", password=PASSWORD, clock=clock)
    settings.setup_link.unlink()
    await service.add_user("Ed", PASSWORD, "editor", by=BY, clock=clock)
    await keys.create("robot", "editor", by=BY, clock=clock)
    await desk.allow_host("127.0.0.1", by=BY, clock=clock)


async def _film(settings: Settings, clock: ManualClock, folder: Path, title: str) -> str:
    if title == "Barley":
        path = Studio(folder).file("fast.mp4").rename(folder / "Barley.mp4")
    else:
        path = tone(folder / f"{title}.wav", sum(map(ord, title)))
    added = await add_file(path, progress=lambda _: None, settings=settings, by=BY, clock=clock)
    return added.asset.id


async def _plan(
    asset: str, title: str, channels: list[str], clock: ManualClock, ahead: timedelta = timedelta(minutes=2)
) -> dict[str, str]:
    """The post's targets, each with its post."""
    new = NewPost(asset, title, channels, "A description.", ["harbour"], When(clock.now() + ahead))
    made = await posts.schedule(new, by=BY, clock=clock, timezone=ZONE)
    return dict.fromkeys(made.targets, made.post)


async def _send(targets: dict[str, str], settled: Settled, clock: ManualClock) -> None:
    clock.advance(timedelta(minutes=2))
    for target in targets:
        claim = await claims.take(target, 0, "worker-1/1", clock.now_ms())
        assert claim is not None
        assert await claims.ready(claim, {}, clock.now_ms())
        assert await claims.intend(claim, "commit", f"pub:{target}:1", clock.now_ms())
        assert await claims.put(claim, settled, "commit", clock.now_ms())


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        settings = Settings.from_env({"DAYPART_DATA": f"{place}/data"})
        asyncio.run(fill(settings, Path(place)))
        name = f"v{migrations.latest()}"
        with closing(sqlite3.connect(settings.database)) as connection:
            (folder / f"{name}.sql").write_text("\n".join(connection.iterdump()) + "\n")
        (folder / f"{name}.key").write_bytes(settings.key_file.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
