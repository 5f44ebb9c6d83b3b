"""A desk with a video, a channel and a planned post, and a look at everything that it has stored."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.clock import ManualClock
from app.main import create_app
from app.settings import Settings
from tests import cast
from tests.conftest import START, _settings
from tests.media import Studio, tone

UPLOAD_LIMIT_MB = 1
MB = 1_000_000
TAKEN = "2026-05-20T10:00:00Z"

Stored = tuple[list[str], dict[str, bytes]]
Look = Callable[[], Stored]


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("studio"))


@pytest.fixture
def stored(settings: Settings) -> Callable[[], Stored]:
    """Tells every row of the database and every file of the media folder."""

    def look() -> Stored:
        with closing(sqlite3.connect(settings.database)) as connection:
            rows = list(connection.iterdump())
        files = [path for path in settings.media.rglob("*") if path.is_file()]
        return rows, {str(path.relative_to(settings.media)): path.read_bytes() for path in files}

    return look


@dataclass(frozen=True)
class Made:
    """What there is: ids of an asset that is planned and one that is free, a channel, and a post at TAKEN."""

    asset: str
    free_asset: str
    channel: str
    slug: str
    post: str


async def _furnish(settings: Settings, folder: Path) -> Made:
    app = create_app(settings, ManualClock(START))
    async with app.lifespan(), cast.script(app, "editor") as editor:

        async def asset(frequency: int) -> str:
            body = tone(folder / f"{frequency}.wav", frequency).read_bytes()
            sent = await editor.post("/api/assets", content=body, headers={"X-Filename": f"tone-{frequency}.wav"})
            id: str = sent.raise_for_status().json()["id"]
            return id

        wanted = {"title": "Early Bus", "url": "http://receiver.test/ok", "timezone": "Europe/Lisbon"}
        channel = (await editor.post("/api/channels", json=wanted)).raise_for_status().json()["channel"]
        first, second = await asset(440), await asset(880)
        post = {"asset": first, "title": "Planned", "channels": [channel["slug"]], "scheduled_time": TAKEN}
        planned = (await editor.post("/api/schedule/post", json=post)).raise_for_status().json()["post"]["id"]
        return Made(first, second, channel["id"], channel["slug"], planned)


@pytest.fixture(scope="session")
def furnished(cast_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    """The folder that each test gets a copy of; made in a thread, so that the loop of the tests stays as it is."""
    folder = tmp_path_factory.mktemp("furnished")
    settings = _settings(folder / "data", cast_database)
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(lambda: asyncio.run(_furnish(settings, folder))).result()
    with closing(sqlite3.connect(settings.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return settings.data, made


@pytest.fixture
def made(furnished: tuple[Path, Made]) -> Made:
    return furnished[1]


@pytest.fixture
def settings(furnished: tuple[Path, Made], tmp_path: Path) -> Settings:
    data = shutil.copytree(furnished[0], tmp_path / "data")
    env = {"DAYPART_DATA": str(data), "DAYPART_URL": cast.ORIGIN, "DAYPART_UPLOAD_LIMIT_MB": str(UPLOAD_LIMIT_MB)}
    return Settings.from_env(env)


@pytest.fixture
def editor(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    """A program that may plan."""
    return scripts["editor"]


@pytest.fixture
def person(people: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    """A browser of somebody who may plan."""
    return people["editor"]


def refusal(answer: httpx.Response) -> tuple[int, str, list[str]]:
    """Status, code and faulty fields of a problem document (RFC 9457)."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"].endswith(".")
    return answer.status_code, problem["code"], list(problem["errors"])


@pytest.fixture
def files(tmp_path: Path, studio: Studio) -> dict[str, bytes]:
    """What somebody may take for a video."""
    film = studio.file("fast.mp4").read_bytes()
    return {
        "zero bytes": b"",
        "not media": b"Dear desk,\nthis is a letter and no video.\n" * 100,
        "a picture": studio.file("picture.png").read_bytes(),
        "truncated film": film[: len(film) // 2],
        "truncated sound": tone(tmp_path / "cut.wav", 330).read_bytes()[:2000],
        "too large": b"\0" * (UPLOAD_LIMIT_MB * MB + 1),
    }
