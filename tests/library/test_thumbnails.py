import asyncio
import logging
import struct
from pathlib import Path

import av
import msgspec
import pytest

from app.library import thumbnails
from app.library.probe import Probe, Video, probe
from tests.media import Studio


def size_of(jpeg: Path) -> tuple[int, int]:
    with av.open(str(jpeg), format="jpeg_pipe") as container:
        stream = container.streams.video[0]
        return stream.codec_context.width, stream.codec_context.height


@pytest.mark.parametrize(
    "name",
    [
        "fast.mp4", "slow.mp4", "fragmented.mp4", "film.mov", "film.webm", "film.mkv", "film.avi", "film.flv",
        "film.ts", "film.mpg", "silent.mp4",
    ],
)  # fmt: skip
async def test_a_film_gets_a_still_of_320_pixels(name: str, studio: Studio, tmp_path: Path) -> None:
    film = studio.file(name)
    assert await thumbnails.make(film, await probe(film), tmp_path / "still")
    assert size_of(tmp_path / "still") == (320, 180)
    assert (tmp_path / "still").read_bytes()[:2] == struct.pack("BB", 0xFF, 0xD8)


async def test_a_turned_film_gets_an_upright_still(studio: Studio, tmp_path: Path) -> None:
    film = studio.turned()
    assert await thumbnails.make(film, await probe(film), tmp_path / "still")
    assert size_of(tmp_path / "still") == (320, 568)


async def test_sound_gets_none_even_with_a_cover(studio: Studio, tmp_path: Path) -> None:
    sound = studio.with_cover()
    assert not await thumbnails.make(sound, await probe(sound), tmp_path / "still")
    assert not (tmp_path / "still").exists()


@pytest.mark.parametrize("content", [b"", b"not a film", b"\0\0\0\x18ftypisom" + b"\0" * 5000])
async def test_a_still_that_fails_is_logged_and_harms_nothing(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = tmp_path / "film.part"
    film.write_bytes(content)
    claimed = Probe("mov,mp4,m4a,3gp,3g2,mj2", "isom", 3000, video=Video("h264", 320, 180, 25.0))
    with caplog.at_level(logging.WARNING, "app.library.thumbnails"):
        assert not await thumbnails.make(film, claimed, tmp_path / "still")
    assert "no thumbnail of film.part" in caplog.text
    assert not (tmp_path / "still").exists()


@pytest.mark.parametrize("name", ["fast.mp4", "film.webm"])
async def test_a_film_whose_picture_ends_early_gets_a_still_of_its_start(
    name: str, studio: Studio, tmp_path: Path
) -> None:
    long_sound = msgspec.structs.replace(await probe(studio.file(name)), duration_ms=10_000_000)
    assert await thumbnails.make(studio.file(name), long_sound, tmp_path / "still")
    assert size_of(tmp_path / "still") == (320, 180)


async def test_a_film_without_any_picture_gets_no_empty_still(studio: Studio, tmp_path: Path) -> None:
    film = studio.without_pictures()
    claimed = await probe(studio.file("slow.mp4"))
    assert not await thumbnails.make(film, claimed, tmp_path / "still")
    assert not (tmp_path / "still").exists()


async def test_a_still_is_drawn_of_the_found_format_alone(studio: Studio, tmp_path: Path) -> None:
    claimed = await probe(studio.file("fast.mp4"))
    assert not await thumbnails.make(studio.file("film.avi"), claimed, tmp_path / "still")


async def test_an_upload_that_ends_takes_its_still_s_process_along(studio: Studio, tmp_path: Path) -> None:
    film = studio.file("fast.mp4")
    drawing = asyncio.create_task(thumbnails.make(film, await probe(film), tmp_path / "still"))
    await asyncio.sleep(0.01)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
