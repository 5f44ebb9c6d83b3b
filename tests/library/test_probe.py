import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.errors import Invalid
from app.library.inspector import Refused, inspect
from app.library.probe import Audio, Video, probe
from tests.media import Studio

CUTS = 40


async def refusal(path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        await probe(path)
    assert refused.value.detail.endswith(".")
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "extension", "mime", "codecs"),
    [
        ("fast.mp4", "mp4", "video/mp4", "H.264 320×180, 25 fps, AAC"),
        ("slow.mp4", "mp4", "video/mp4", "H.264 320×180, 25 fps, AAC"),
        ("silent.mp4", "mp4", "video/mp4", "H.264 320×180, 25 fps, no sound"),
        ("film.mov", "mov", "video/quicktime", "H.264 320×180, 25 fps, AAC"),
        ("film.mkv", "mkv", "video/x-matroska", "H.264 320×180, 25 fps, AAC"),
        ("film.webm", "webm", "video/webm", "VP9 320×180, 25 fps, Opus"),
        ("film.avi", "avi", "video/x-msvideo", "MPEG-4 320×180, 25 fps, MP3"),
        ("film.flv", "flv", "video/x-flv", "Sorenson 320×180, 25 fps, MP3"),
        ("film.ts", "ts", "video/mp2t", "MPEG-2 320×180, 25 fps, MP2"),
        ("film.mpg", "mpg", "video/mpeg", "MPEG-1 320×180, 25 fps, MP2"),
        ("sound.mp3", "mp3", "audio/mpeg", "MP3, stereo, 48 kHz"),
        ("sound.m4a", "m4a", "audio/mp4", "AAC, mono, 48 kHz"),
        ("sound.ogg", "ogg", "audio/ogg", "Vorbis, mono, 48 kHz"),
        ("sound.opus", "ogg", "audio/ogg", "Opus, mono, 48 kHz"),
        ("sound.flac", "flac", "audio/flac", "FLAC, mono, 48 kHz"),
        ("sound.wav", "wav", "audio/wav", "PCM, mono, 48 kHz"),
        ("sound.aiff", "aiff", "audio/aiff", "PCM, mono, 48 kHz"),
        ("sound.aac", "aac", "audio/aac", "AAC, mono, 48 kHz"),
    ],
)
async def test_media_is_told_by_what_is_in_it(
    name: str, extension: str, mime: str, codecs: str, studio: Studio, tmp_path: Path
) -> None:
    nameless = shutil.copy(studio.file(name), tmp_path / "x.part")
    found = await probe(Path(nameless))
    assert (found.kept.extension, found.kept.mime, found.codecs) == (extension, mime, codecs)
    assert found.duration_ms == pytest.approx(1000 if name == "silent.mp4" else 3000, abs=60)


async def test_size_rate_and_sound_are_numbers_too(studio: Studio) -> None:
    found = await probe(studio.file("fast.mp4"))
    assert found.video == Video("h264", 320, 180, 25.0)
    assert found.audio == Audio("aac", 1, 48000)


@pytest.mark.parametrize(("name", "faststart"), [("fast.mp4", True), ("slow.mp4", False), ("film.webm", None)])
async def test_it_tells_whether_an_mp4_can_start_before_it_is_loaded(
    name: str, faststart: bool | None, studio: Studio
) -> None:
    assert (await probe(studio.file(name))).faststart is faststart


async def test_a_film_from_a_phone_has_the_size_it_is_shown_with(studio: Studio) -> None:
    found = await probe(studio.turned())
    assert found.video is not None
    assert (found.video.width, found.video.height) == (180, 320)


async def test_a_cover_picture_does_not_make_sound_a_video(studio: Studio) -> None:
    assert (await probe(studio.with_cover())).video is None


@pytest.mark.parametrize(("name", "muxer"), [("film.webm", "webm"), ("film.mkv", "matroska")])
async def test_a_recording_without_a_declared_length_is_measured(name: str, muxer: str, studio: Studio) -> None:
    assert (await probe(studio.streamed(name, muxer))).duration_ms == pytest.approx(3000, abs=60)


@pytest.mark.parametrize("name", ["picture.png", "picture.jpg", "picture.gif", "picture.webp", "picture.avif"])
async def test_a_picture_is_not_media(name: str, studio: Studio) -> None:
    assert await refusal(studio.file(name)) == "NOT_MEDIA"


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"Dear diary, this is not a film.\n" * 200,
        b"%PDF-1.7\n" + b"0" * 4000,
        b"PK\x03\x04" + b"\0" * 4000,
        b"\0" * 100_000,
        b"\xff" * 100_000,
        b"<html><body>film</body></html>" * 50,
        b"MZ" + b"\x90" * 5000,
        b"[playlist]\nFile1=film.mp4\n",
        bytes(range(256)) * 400,
    ],
)
async def test_what_is_not_media_is_refused_whatever_its_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert await refusal(path) == "NOT_MEDIA"


async def test_random_bytes_are_not_media(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(os.urandom(200_000))
    assert await refusal(path) == "NOT_MEDIA"


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{other}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{url}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
        '<?xml version="1.0"?><MPD><Period><BaseURL>{url}</BaseURL></Period></MPD>',
        "v=0\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n",
    ],
)
async def test_a_playlist_makes_us_open_neither_files_nor_addresses(text: str, studio: Studio, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        path = tmp_path / "film.mp4"
        url = f"http://127.0.0.1:{port}/film.ts"
        path.write_text(text.format(other=studio.file("film.ts"), url=url, port=port))
        assert await refusal(path) == "NOT_MEDIA"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("name", ["fast.mp4", "slow.mp4"])
async def test_a_film_whose_end_is_missing_is_refused(name: str, studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "cut.part"
    path.write_bytes(studio.file(name).read_bytes()[:-20_000])
    assert await refusal(path) == "MEDIA_TRUNCATED"


@pytest.mark.parametrize(
    "name",
    [
        "fast.mp4",
        "slow.mp4",
        "fragmented.mp4",
        "film.mov",
        "sound.m4a",
        "film.mkv",
        "film.webm",
        "sound.wav",
        "sound.ogg",
    ],
)
def test_wherever_a_file_is_cut_it_is_noticed(name: str, studio: Studio, tmp_path: Path) -> None:
    whole = studio.file(name).read_bytes()
    path = tmp_path / "cut.part"
    lengths = {64 + (len(whole) - 64) * n // CUTS for n in range(CUTS)} | {len(whole) - n for n in (1, 7, 8, 9, 100)}
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        with pytest.raises(Refused, match="MEDIA_TRUNCATED"):
            inspect(str(path))


def boxes(data: bytes) -> list[int]:
    """Where the top-level boxes of an MP4 begin."""
    starts, at = [], 0
    while at < len(data):
        starts.append(at)
        at += int.from_bytes(data[at : at + 4], "big")
    return starts


@pytest.mark.parametrize("name", ["fast.mp4", "slow.mp4", "fragmented.mp4"])
async def test_a_cut_between_two_boxes_is_noticed(name: str, studio: Studio, tmp_path: Path) -> None:
    whole = studio.file(name).read_bytes()
    path = tmp_path / "cut.part"
    for start in boxes(whole)[1:3]:
        path.write_bytes(whole[:start])
        assert await refusal(path) in ("MEDIA_TRUNCATED", "NOT_MEDIA")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("name", ["sound.mp3", "sound.flac", "film.flv", "film.avi"])
def test_a_missing_end_is_noticed_by_the_declared_length(
    name: str, share: float, studio: Studio, tmp_path: Path
) -> None:
    whole = studio.file(name).read_bytes()
    path = tmp_path / "cut.part"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(Refused, match="MEDIA_TRUNCATED"):
        inspect(str(path))


async def test_a_film_whose_picture_cannot_be_decoded_is_refused(studio: Studio) -> None:
    assert await refusal(studio.without_pictures()) == "MEDIA_UNREADABLE"


@pytest.mark.parametrize("name", ["film.ts", "film.mpg"])
async def test_a_recording_may_begin_anywhere(name: str, studio: Studio, tmp_path: Path) -> None:
    whole = studio.file(name).read_bytes()
    path = tmp_path / "recording.part"
    path.write_bytes(whole[len(whole) // 3 :])
    assert (await probe(path)).duration_ms == pytest.approx(2000, abs=800)


async def test_padding_behind_the_last_box_does_no_harm(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "padded.part"
    path.write_bytes(studio.file("slow.mp4").read_bytes() + b"\0" * 1000)
    assert (await probe(path)).duration_ms == pytest.approx(3000, abs=60)


async def test_a_file_that_never_ends_to_be_read_is_given_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.part"
    os.mkfifo(pipe)
    started = time.monotonic()
    with pytest.raises(Invalid) as refused:
        await probe(pipe, seconds=1)
    assert refused.value.code == "MEDIA_UNREADABLE"
    assert time.monotonic() - started < 4
    assert not running(str(pipe))


async def test_a_probe_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.part"
    os.mkfifo(pipe)
    waiting = asyncio.create_task(probe(pipe))
    for _ in range(100):
        await asyncio.sleep(0.05)
        if running(str(pipe)):
            break
    assert running(str(pipe))
    waiting.cancel()
    async with asyncio.timeout(30):
        await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert not running(str(pipe))


def running(argument: str) -> bool:
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], check=True, capture_output=True, text=True).stdout
    return argument in listed


def test_the_child_ends_by_itself_when_its_parent_is_gone(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.part"
    os.mkfifo(pipe)
    child = subprocess.run(
        [sys.executable, "-m", "app.library.inspector", str(pipe), "1"], check=False, capture_output=True, timeout=60
    )
    assert child.returncode == -signal.SIGALRM


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("bytearray(3 << 30)", "MemoryError"),
        ("open('written', 'wb', buffering=0).write(b'x')", "File too large"),
        ("[open('/dev/null') for _ in range(100)]", "Too many open files"),
    ],
)
def test_the_child_has_limits(deed: str, error: str, tmp_path: Path) -> None:
    program = f"from app.library import inspector; inspector._limit(20); {deed}"
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", program]
    child = subprocess.run(command, check=False, cwd=tmp_path, env=env, capture_output=True, timeout=60)
    assert error in child.stderr.decode()
