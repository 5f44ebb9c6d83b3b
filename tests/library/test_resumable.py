"""Uploads in pieces: whatever cuts them, what arrived stays, and the file that comes out is the one that went in."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.accounts.rules import Identity
from app.database import sql
from app.errors import Conflict, Invalid, NotFound, TooLarge
from app.library import resumable
from app.library.resumable import CutOff, Upload, Uploads
from app.settings import Settings
from tests.library.conftest import EDITOR, Desk
from tests.library.test_processes import ROOT
from tests.media import tone

OTHER = Identity("user", "2", "Otto", "editor")
PIECE = 16_384


@pytest.fixture
def uploads(desk: Desk) -> Uploads:
    return Uploads(desk.settings, desk.clock)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tone(tmp_path_factory.mktemp("sound") / "tone.wav", 440, seconds=10).read_bytes()  # 160 kB


async def whole(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def cut(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise CutOff


async def begun(uploads: Uploads, content: bytes, sha256: str | None = None) -> Upload:
    return await uploads.begin("../Early Bus.wav", len(content), sha256, by=EDITOR)


async def sent(uploads: Uploads, upload: Upload, content: bytes, piece: int = PIECE) -> Upload:
    """Send what is missing, in pieces."""
    for _ in range(len(content)):
        if upload.asset is not None:
            return upload
        body = whole(content[upload.offset : upload.offset + piece])
        upload = await uploads.append(upload.id, upload.offset, body, by=EDITOR)
    raise AssertionError("it never ended")


def path_of(desk: Desk, upload: Upload) -> Path:
    return resumable.incoming(desk.settings) / f"{upload.id}{resumable.SUFFIX}"


async def test_pieces_become_an_asset(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    done = await sent(uploads, await begun(uploads, sound), sound)
    assert done.asset is not None
    assert not done.existed
    assert (done.asset.title, done.asset.name) == ("Early Bus", "Early Bus.wav")
    assert (desk.settings.media / str(done.asset.path)).read_bytes() == sound
    assert desk.files() == [done.asset.path]
    assert (await uploads.show(done.id, by=EDITOR)).asset == done.asset


async def test_upload_cut_at_every_chunk_goes_on_from_what_arrived(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    chunks = [sound[at : at + PIECE] for at in range(0, len(sound), PIECE)]
    for number in range(len(chunks)):
        content = sound[:-2] + number.to_bytes(2, "big")
        upload = await begun(uploads, content)
        arrived = [content[at : at + PIECE] for at in range(0, number * PIECE, PIECE)]
        after = await uploads.append(upload.id, 0, cut(*arrived), by=EDITOR)
        assert after.offset == number * PIECE
        assert (await uploads.show(upload.id, by=EDITOR)).offset == number * PIECE
        done = await sent(uploads, after, content)
        assert done.asset is not None
        assert done.asset.sha256 == hashlib.sha256(content).hexdigest()


async def test_upload_cut_after_every_piece_of_another_size_comes_out_whole(
    desk: Desk, uploads: Uploads, sound: bytes
) -> None:
    upload, size = await begun(uploads, sound), 1
    while upload.asset is None:
        body = cut(sound[upload.offset : upload.offset + size])
        upload = await uploads.append(upload.id, upload.offset, body, by=EDITOR)
        size = size * 2 + 1
    assert upload.asset.sha256 == hashlib.sha256(sound).hexdigest()


async def test_another_process_goes_on_with_an_upload(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    half = await uploads.append(upload.id, 0, whole(sound[:70_000]), by=EDITOR)
    after_restart = Uploads(desk.settings, desk.clock)
    done = await sent(after_restart, half, sound)
    assert done.asset is not None
    assert done.asset.sha256 == hashlib.sha256(sound).hexdigest()


async def test_wrong_offset_is_refused_with_the_right_one(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    await uploads.append(upload.id, 0, whole(sound[:1000]), by=EDITOR)
    for wrong in (0, 999, 1001, len(sound)):
        with pytest.raises(Conflict) as refused:
            await uploads.append(upload.id, wrong, whole(b"x"), by=EDITOR)
        assert (refused.value.code, refused.value.facts["offset"]) == ("OFFSET_WRONG", 1000)


async def test_bytes_that_the_row_does_not_know_are_written_anew(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    half = await uploads.append(upload.id, 0, whole(sound[:50_000]), by=EDITOR)
    with path_of(desk, upload).open("ab") as file:  # written before a crash, but not noted
        file.write(b"rubbish")
    done = await sent(Uploads(desk.settings, desk.clock), half, sound)
    assert done.asset is not None
    assert done.asset.sha256 == hashlib.sha256(sound).hexdigest()


async def test_upload_whose_file_got_lost_begins_anew(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    half = await uploads.append(upload.id, 0, whole(sound[:50_000]), by=EDITOR)
    path_of(desk, upload).unlink()
    with pytest.raises(Conflict) as refused:
        await uploads.append(upload.id, half.offset, whole(sound[50_000:]), by=EDITOR)
    assert refused.value.facts["offset"] == 0
    assert (await sent(uploads, await uploads.show(upload.id, by=EDITOR), sound)).asset is not None


async def test_newer_request_takes_over_from_one_that_hangs(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload, reading = await begun(uploads, sound), asyncio.Event()

    async def hanging() -> AsyncIterator[bytes]:
        yield sound[:1000]
        reading.set()
        await asyncio.Event().wait()

    lost = asyncio.create_task(uploads.append(upload.id, 0, hanging(), by=EDITOR))
    await reading.wait()
    done = await sent(uploads, await uploads.show(upload.id, by=EDITOR), sound)
    assert done.asset is not None
    assert done.asset.sha256 == hashlib.sha256(sound).hexdigest()
    with pytest.raises(Conflict) as refused:
        await lost
    assert refused.value.code == "UPLOAD_TAKEN_OVER"


async def test_upload_that_another_process_writes_is_busy(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload, reading, go_on = await begun(uploads, sound), asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        reading.set()
        await go_on.wait()
        yield sound

    writing = asyncio.create_task(uploads.append(upload.id, 0, slow(), by=EDITOR))
    await reading.wait()
    with pytest.raises(Conflict) as refused:
        await Uploads(desk.settings, desk.clock).append(upload.id, 0, whole(sound), by=EDITOR)
    assert refused.value.code == "UPLOAD_BUSY"
    go_on.set()
    assert (await writing).asset is not None


async def test_last_piece_sent_twice_at_once_makes_one_asset(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    await uploads.append(upload.id, 0, whole(sound[:-1]), by=EDITOR)
    ends = [uploads.append(upload.id, len(sound) - 1, whole(sound[-1:]), by=EDITOR) for _ in range(3)]
    done = await asyncio.gather(*ends, return_exceptions=True)
    assert any(isinstance(one, Upload) and one.asset for one in done), done
    again = await sent(uploads, await uploads.show(upload.id, by=EDITOR), sound)
    assert again.asset is not None
    assert len(await sql("SELECT id FROM asset")) == 1
    assert desk.files() == [again.asset.path]


async def test_upload_of_somebody_else_is_not_there(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    acts: list[Callable[[], object]] = [
        lambda: uploads.show(upload.id, by=OTHER),
        lambda: uploads.append(upload.id, 0, whole(sound), by=OTHER),
        lambda: uploads.cancel(upload.id, by=OTHER),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            await act()  # type: ignore[misc]
    assert (await uploads.show(upload.id, by=EDITOR)).offset == 0


async def test_cancelled_upload_leaves_nothing(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    await uploads.append(upload.id, 0, whole(sound[:1000]), by=EDITOR)
    await uploads.cancel(upload.id, by=EDITOR)
    assert desk.files() == []
    with pytest.raises(NotFound):
        await uploads.show(upload.id, by=EDITOR)


async def test_file_with_a_known_hash_need_not_be_sent(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    first = await sent(uploads, await begun(uploads, sound), sound)
    again = await begun(uploads, sound, hashlib.sha256(sound).hexdigest().upper())
    assert again.existed
    assert again.asset == first.asset
    assert again.offset == len(sound)


async def test_the_same_bytes_sent_again_are_the_same_asset(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    first = await sent(uploads, await begun(uploads, sound), sound)
    again = await sent(uploads, await begun(uploads, sound), sound)
    assert again.existed
    assert again.asset == first.asset
    assert len(desk.files()) == 1


async def test_file_that_came_in_otherwise_than_announced_is_refused(
    desk: Desk, uploads: Uploads, sound: bytes
) -> None:
    upload = await begun(uploads, sound, "0" * 64)
    with pytest.raises(Invalid) as refused:
        await sent(uploads, upload, sound)
    assert refused.value.code == "HASH_DIFFERS"
    assert desk.files() == []


async def test_what_is_no_media_is_refused_and_leaves_nothing(desk: Desk, uploads: Uploads) -> None:
    letter = b"Dear desk, " * 2000
    upload = await begun(uploads, letter)
    with pytest.raises(Invalid) as refused:
        await sent(uploads, upload, letter)
    assert refused.value.code == "NOT_MEDIA"
    assert desk.files() == []
    with pytest.raises(NotFound):
        await uploads.show(upload.id, by=EDITOR)


async def test_more_bytes_than_announced_are_refused(desk: Desk, uploads: Uploads, sound: bytes) -> None:
    upload = await begun(uploads, sound)
    with pytest.raises(TooLarge) as refused:
        await uploads.append(upload.id, 0, whole(sound, b"more"), by=EDITOR)
    assert refused.value.code == "UPLOAD_OVERRUN"


@pytest.mark.parametrize(("length", "code"), [(0, "FILE_EMPTY"), (-1, "FILE_EMPTY"), (50_000_001, "UPLOAD_TOO_LARGE")])
async def test_impossible_length_is_refused_before_a_byte_is_sent(
    length: int, code: str, desk: Desk, uploads: Uploads
) -> None:
    with pytest.raises((Invalid, TooLarge)) as refused:
        await uploads.begin("film.mp4", length, None, by=EDITOR)
    assert getattr(refused.value, "code", "") == code
    assert await sql("SELECT id FROM upload") == []


async def test_upload_that_nobody_goes_on_with_is_forgotten_after_a_day(
    desk: Desk, uploads: Uploads, sound: bytes
) -> None:
    upload = await begun(uploads, sound)
    await uploads.append(upload.id, 0, whole(sound[:1000]), by=EDITOR)
    (path_of(desk, upload).with_name(f"unknown{resumable.SUFFIX}")).write_bytes(b"x")
    assert await resumable.sweep(desk.settings, desk.clock.now_ms() + resumable.KEPT_MS) == 1
    assert (await uploads.show(upload.id, by=EDITOR)).offset == 1000
    later = desk.clock.now() + timedelta(days=1, seconds=1)
    assert await resumable.sweep(desk.settings, int(later.timestamp() * 1000)) == 1
    assert desk.files() == []
    with pytest.raises(NotFound):
        await uploads.show(upload.id, by=EDITOR)


def test_disk_that_fills_up_in_the_middle_keeps_what_arrived_and_goes_on_with_room(
    settings: Settings, sound: bytes, tmp_path: Path
) -> None:
    (tmp_path / "sound.wav").write_bytes(sound)
    command = [sys.executable, "-m", "tests.library.resumed_disk", settings.data, tmp_path / "sound.wav", "100000"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["STORAGE_FULL", "100000", hashlib.sha256(sound).hexdigest()]
