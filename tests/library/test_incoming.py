import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid, StorageFull, TooLarge
from app.library.incoming import receive, refuse_oversized, sweep

LIMIT = 100_000_000


async def stream(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def test_what_comes_in_is_on_disk_with_its_size_and_hash(tmp_path: Path) -> None:
    content = os.urandom(5_000_001)
    pieces = [content[at : at + 65_536] for at in range(0, len(content), 65_536)]
    received = await receive(stream(pieces), tmp_path / "incoming", LIMIT)
    assert received.path.read_bytes() == content
    assert received.bytes == len(content)
    assert received.sha256 == hashlib.sha256(content).hexdigest()


@given(st.lists(st.binary(max_size=50), max_size=20))
@settings(max_examples=30, deadline=None)
def test_pieces_of_any_size_make_up_the_file(pieces: list[bytes]) -> None:
    async def go() -> None:
        received = await receive(stream([*pieces, b"end"]), folder, LIMIT)
        assert received.path.read_bytes() == b"".join([*pieces, b"end"])
        await received.discard()
        assert not any(folder.iterdir())

    with TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(go())


@pytest.mark.parametrize("pieces", [[], [b""], [b"", b""]])
async def test_a_file_without_a_byte_is_refused(pieces: list[bytes], tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        await receive(stream(pieces), tmp_path, LIMIT)
    assert refused.value.code == "FILE_EMPTY"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("size", "fits"), [(999, True), (1000, True), (1001, False), (50_000_000, False)])
async def test_the_limit_holds_to_the_byte(size: int, fits: bool, tmp_path: Path) -> None:
    pieces = [b"x" * 1000] * (size // 1000) + [b"x" * (size % 1000)]
    if fits:
        assert (await receive(stream(pieces), tmp_path, 1000)).bytes == size
        return
    with pytest.raises(TooLarge) as refused:
        await receive(stream(pieces), tmp_path, 1000)
    assert refused.value.code == "UPLOAD_TOO_LARGE"
    assert not any(tmp_path.iterdir())


async def test_no_more_is_read_than_the_limit_takes(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 1000:
            taken += 1
            yield b"x" * 65_536

    with pytest.raises(TooLarge):
        await receive(endless(), tmp_path, 10 * 65_536)
    assert taken == 11


@pytest.mark.parametrize("size", [10, 1_000_000, 10_000_000])
async def test_a_connection_that_breaks_leaves_nothing(size: int, tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x" * size
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await receive(breaking(), tmp_path, LIMIT)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("size", [0, 10, 3_000_000, 30_000_000])
async def test_an_upload_that_is_cancelled_leaves_nothing(size: int, tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        for _ in range(size // 65_536 + 1):
            yield b"x" * min(size, 65_536)
        waiting.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(receive(stalling(), tmp_path, LIMIT))
    await waiting.wait()
    assert any(tmp_path.iterdir())
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("after", [0.0, 0.002, 0.005, 0.01, 0.02, 0.04])
async def test_it_may_be_cancelled_at_any_moment(after: float, tmp_path: Path) -> None:
    upload = asyncio.create_task(receive(stream([b"x" * 1_000_000] * 60), tmp_path, LIMIT))
    await asyncio.sleep(after)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert not any(tmp_path.iterdir())


async def test_other_work_goes_on_while_a_file_comes_in(tmp_path: Path) -> None:
    piece = os.urandom(1_000_000)
    upload = asyncio.create_task(receive(stream([piece] * 90), tmp_path, LIMIT))
    turns = 0
    while not upload.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert upload.result().bytes == 90_000_000
    assert turns > 10


def test_an_announced_length_over_the_limit_is_refused_before_a_byte(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as refused:
        refuse_oversized(1001, 1000, tmp_path / "incoming")
    assert refused.value.code == "UPLOAD_TOO_LARGE"
    assert not (tmp_path / "incoming").exists()


def test_an_announced_length_without_room_is_refused_before_a_byte(tmp_path: Path) -> None:
    with pytest.raises(StorageFull) as refused:
        refuse_oversized(1 << 60, 1 << 61, tmp_path / "incoming")
    assert refused.value.code == "STORAGE_FULL"


@pytest.mark.parametrize("length", [None, 0, 1000])
def test_other_lengths_may_come(length: int | None, tmp_path: Path) -> None:
    refuse_oversized(length, 1000, tmp_path)


async def test_leftovers_of_a_killed_process_are_swept_and_running_uploads_are_not(tmp_path: Path) -> None:
    old = await receive(stream([b"old"]), tmp_path, LIMIT)
    old.still.write_bytes(b"still")
    new = await receive(stream([b"new"]), tmp_path, LIMIT)
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for path, at in ((old.path, noon - timedelta(hours=2)), (old.still, noon - timedelta(hours=2)), (new.path, noon)):
        os.utime(path, (at.timestamp(), at.timestamp()))
    assert sweep(tmp_path, noon - timedelta(hours=1)) == 2
    assert list(tmp_path.iterdir()) == [new.path]


def test_there_is_nothing_to_sweep_before_the_first_upload(tmp_path: Path) -> None:
    assert sweep(tmp_path / "incoming", datetime(2026, 11, 21, tzinfo=UTC)) == 0
