import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app import events
from app.database import sql
from app.errors import Conflict, Invalid, NotFound, TooLarge
from app.library import queries, service, uses
from tests.library.conftest import EDITOR, Desk
from tests.media import Studio, tone


async def counts() -> tuple[int, int]:
    rows = await sql("SELECT (SELECT count(*) FROM media) AS media, (SELECT count(*) FROM asset) AS assets")
    return rows[0]["media"], rows[0]["assets"]


async def test_an_uploaded_film_becomes_an_asset_with_its_file_and_still(desk: Desk, studio: Studio) -> None:
    film = studio.file("fast.mp4")
    added = await desk.upload(film, "../Market_haul-final.MP4")
    asset, sha = added.asset, hashlib.sha256(film.read_bytes()).hexdigest()
    assert not added.existed
    assert (asset.title, asset.name) == ("Market haul final", "Market_haul-final.MP4")
    assert (asset.type, asset.state, asset.approved, asset.version) == ("PRO", "ready", False, 1)
    assert (asset.duration_ms, asset.bytes, asset.mime) == (3000, film.stat().st_size, "video/mp4")
    assert (asset.sha256, asset.path) == (sha, f"{sha[:2]}/{sha}.mp4")
    assert asset.codecs == "H.264 320×180, 25 fps, AAC"
    assert asset.created_ms == desk.clock.now_ms()
    assert asset.has_thumbnail
    assert not asset.is_audio
    assert desk.files() == [f"{sha[:2]}/{sha}.jpg", f"{sha[:2]}/{sha}.mp4"]
    assert (desk.settings.media / f"{sha[:2]}/{sha}.mp4").read_bytes() == film.read_bytes()


async def test_the_history_tells_who_added_it(desk: Desk, tmp_path: Path) -> None:
    added = await desk.upload(tone(tmp_path / "tone.wav", 440))
    told = (await events.history("asset", added.asset.id))[0]
    assert (told["actor"], told["verb"], told["at_ms"]) == ("Edda", "added", desk.clock.now_ms())


async def test_sound_has_no_still(desk: Desk, tmp_path: Path) -> None:
    asset = (await desk.upload(tone(tmp_path / "tone.wav", 440))).asset
    assert asset.is_audio
    assert asset.thumbnail is None
    assert len(desk.files()) == 1


async def test_the_same_bytes_are_kept_once_whatever_their_name(desk: Desk, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 440)
    first = await desk.upload(path)
    second = await desk.upload(path, "other name.mp4")
    assert second.existed
    assert second.asset == first.asset
    assert await counts() == (1, 1)
    assert len(desk.files()) == 1


async def test_the_same_bytes_sent_at_once_become_one_asset(desk: Desk, studio: Studio) -> None:
    added = await asyncio.gather(*(desk.upload(studio.file("fast.mp4"), f"{n}.mp4") for n in range(4)))
    assert sorted(one.existed for one in added) == [False, True, True, True]
    assert len({one.asset.id for one in added}) == 1
    assert await counts() == (1, 1)
    assert len(desk.files()) == 2


async def test_a_file_that_got_lost_is_put_back_by_the_next_upload(desk: Desk, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 440)
    first = (await desk.upload(path)).asset
    (desk.settings.media / str(first.path)).unlink()
    again = await desk.upload(path)
    assert again.existed
    assert again.asset.id == first.id
    assert (desk.settings.media / str(first.path)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "FILE_EMPTY"), (b"Dear diary", "NOT_MEDIA"), (b"\0\0\0\x18ftypisom" + b"\0" * 12, "MEDIA_TRUNCATED")],
)
async def test_what_cannot_be_played_is_refused_and_storage_stays_as_it_was(
    content: bytes, code: str, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    before = await events.newest()
    with pytest.raises(Invalid) as refused:
        await desk.upload(path)
    assert refused.value.code == code
    assert desk.files() == []
    assert await counts() == (0, 0)
    assert await events.newest() == before


async def test_a_film_over_the_limit_is_refused_and_storage_stays_as_it_was(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1_000_000)

    for length in (60_000_000, None):  # announced, and not
        with pytest.raises(TooLarge) as refused:
            await service.upload(endless(), "film.mp4", length, settings=desk.settings, by=EDITOR, clock=desk.clock)
        assert refused.value.detail == "This file is larger than 50.0 MB, the most this desk takes."
        assert desk.files() == []


async def test_an_upload_that_is_cancelled_at_any_moment_is_there_with_its_row_or_not_at_all(
    desk: Desk, tmp_path: Path
) -> None:
    content = tone(tmp_path / "tone.wav", 440).read_bytes()
    started = time.monotonic()
    await desk.upload(tmp_path / "tone.wav")
    takes = time.monotonic() - started
    cancelled = 0
    for step in range(20):
        (tmp_path / "other.wav").write_bytes(content + bytes(2 * step + 2))
        upload = asyncio.create_task(desk.upload(tmp_path / "other.wav"))
        await asyncio.sleep(takes * step / 18)
        upload.cancel()
        done = await asyncio.gather(upload, return_exceptions=True)
        cancelled += isinstance(done[0], asyncio.CancelledError)
        assert sorted(row["path"] for row in await sql("SELECT path FROM media")) == desk.files()
    assert cancelled > 3


async def test_a_local_file_is_copied_in_with_progress(desk: Desk, tmp_path: Path) -> None:
    path = tone(tmp_path / "tone.wav", 440, seconds=60)
    told: list[int] = []
    added = await service.add_file(path, progress=told.append, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert added.asset.title == "tone"
    assert sum(told) == path.stat().st_size
    assert len(told) > 1
    assert path.exists()


@pytest.mark.parametrize(("kind", "error", "code"), [
    ("missing", NotFound, "FILE_UNKNOWN"),
    ("folder", Invalid, "FILE_NOT_REGULAR"),
    ("pipe", Invalid, "FILE_NOT_REGULAR"),
])  # fmt: skip
async def test_a_path_that_is_no_file_is_refused(
    kind: str, error: type[Exception], code: str, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "it"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(error) as refused:
        await service.add_file(path, progress=print, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert getattr(refused.value, "code", None) == code


async def test_a_deleted_asset_takes_its_file_and_still_along(desk: Desk, studio: Studio) -> None:
    asset = (await desk.upload(studio.file("fast.mp4"))).asset
    await service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert desk.files() == []
    assert await counts() == (0, 0)
    with pytest.raises(NotFound) as refused:
        await queries.asset(asset.id)
    assert refused.value.code == "ASSET_UNKNOWN"
    assert (await events.history("asset", asset.id))[0]["verb"] == "removed"


async def test_a_file_stays_while_another_asset_is_made_of_it(desk: Desk, tmp_path: Path) -> None:
    asset = (await desk.upload(tone(tmp_path / "tone.wav", 440))).asset
    await sql("INSERT INTO asset (id, media, type, title, name, state, created_ms)"
              " SELECT 'second', media, type, title, name, state, created_ms FROM asset")  # fmt: skip
    await service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert desk.files() == [str((await queries.asset("second")).path)]
    await service.remove("second", settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert desk.files() == []


@pytest.fixture
def in_use() -> Iterator[list[dict[str, str]]]:
    used: list[dict[str, str]] = []

    async def find(asset_id: str) -> list[dict[str, str]]:
        return used

    uses.register("lesson", find)
    yield used
    used.clear()


async def test_an_asset_in_use_is_not_deleted_and_its_users_are_named(
    desk: Desk, tmp_path: Path, in_use: list[dict[str, str]]
) -> None:
    asset = (await desk.upload(tone(tmp_path / "tone.wav", 440))).asset
    in_use += [{"kind": "lesson", "id": "1", "title": "One"}, {"kind": "lesson", "id": "2", "title": "Two"}]
    with pytest.raises(Conflict) as refused:
        await service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert (refused.value.code, refused.value.detail) == (
        "ASSET_USED",
        "tone is used by 2 lessons. Remove that first.",
    )
    assert refused.value.facts["conflicts"] == in_use
    assert await queries.asset(asset.id) == asset
    assert desk.files() == [asset.path]


async def test_an_asset_that_a_post_is_made_of_is_not_deleted_even_if_nobody_said_so(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses, "_finders", {})
    asset = (await desk.upload(tone(tmp_path / "tone.wav", 440))).asset
    await sql("INSERT INTO post (id, asset, title, description, hashtags, created_ms) VALUES ('p', ?, '', '', '', 0)",
              asset.id)  # fmt: skip
    with pytest.raises(Conflict) as refused:
        await service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert refused.value.code == "ASSET_USED"
    assert desk.files() == [asset.path]


async def test_deleting_and_sending_the_same_file_at_once_leaves_a_row_with_its_file_or_neither(
    desk: Desk, tmp_path: Path
) -> None:
    path = tone(tmp_path / "tone.wav", 440)
    for _ in range(5):
        asset = (await desk.upload(path)).asset
        gone = service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
        await asyncio.gather(gone, desk.upload(path))
        assert [row["path"] for row in await sql("SELECT path FROM media")] == desk.files()
        for row in await sql("SELECT id FROM asset"):
            await service.remove(row["id"], settings=desk.settings, by=EDITOR, clock=desk.clock)
