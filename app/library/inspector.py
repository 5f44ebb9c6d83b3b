"""The probing child: `python -m app.library.inspector PATH SECONDS` prints what a file holds, as JSON.

It reads hostile files, so it runs under limits, opens no other file and no network, and imports little.
"""

import contextlib
import itertools
import json
import resource
import signal
import sys
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from app.library.containers import Layout, layout
from app.library.formats import DEMUXERS

_MEMORY = 2 << 30
_FILES = 32
_US = 1_000_000
_TAIL_US = 2 * _US
_PACKETS = 500
_CHAPTERS, _CHAPTER_TITLE = 500, 200
_TOLERANCE_LEAST_S, _TOLERANCE_MOST_S, _TOLERANCE = 0.5, 5.0, 0.02
# Their length is only estimated from their size, and cut anywhere they still play.
_WITHOUT_LENGTH = frozenset(("aac", "mpegts", "mpeg"))
# Playlists and concatenations would make the library open other files for us: only these formats are read.
_OPTIONS = {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": "file"}


class Refused(Exception):
    """The file is not wanted; the argument is the error's code."""


def main(path: str, seconds: str) -> None:
    """Inspect one file and print the outcome."""
    _limit(int(seconds))
    try:
        told = inspect(path)
    except Refused as refused:
        told = {"refused": str(refused)}
    json.dump(told, sys.stdout)


def _limit(seconds: int) -> None:
    # The alarm ends us even when nobody is left to kill us, and even inside a read that hangs.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def inspect(path: str) -> dict[str, Any]:
    """What a file holds, as `Probe` takes it; raises Refused for one that is not media, not whole or damaged."""
    av.logging.set_level(av.logging.PANIC)
    with open(path, "rb") as file:
        headers = layout(file)
    if headers.truncated:
        raise Refused("MEDIA_TRUNCATED")
    try:
        with av.open(path, options=_OPTIONS) as container:
            return _told(container, headers)
    except av.FFmpegError as error:
        raise Refused("NOT_MEDIA") from error


def _told(container: InputContainer, headers: Layout) -> dict[str, Any]:
    video = next((s for s in container.streams.video if _plays(s)), None)
    audio = next((s for s in container.streams.audio if _plays(s)), None)
    if (video is None and audio is None) or (audio is None and _is_picture(container, video)):
        raise Refused("NOT_MEDIA")
    return {
        "format": container.format.name,
        "brand": headers.brand,
        "faststart": headers.faststart,
        "video": _video(container, video) if video else None,
        "audio": _audio(audio) if audio else None,
        "duration_ms": _duration_ms(container, known_whole=headers.truncated is False),
        "chapters": [_chapter(one) for one in container.chapters()[:_CHAPTERS] if one["time_base"]],
    }


def _chapter(found: Any) -> dict[str, Any]:
    title = found["metadata"].get("title", "")
    start, end = (max(0, round(float(found[at] * found["time_base"]) * 1000)) for at in ("start", "end"))
    return {"title": " ".join(title.split())[:_CHAPTER_TITLE], "start_ms": start, "end_ms": max(start, end)}


def _plays(stream: Stream) -> bool:
    return stream.codec_context is not None and not stream.disposition & stream.disposition.attached_pic


def _is_picture(container: InputContainer, video: VideoStream | None) -> bool:
    """Whether a file is a still in a video's clothes, such as AVIF or HEIC."""
    return video is not None and not container.duration and video.frames == 1


def _video(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    width, height = stream.codec_context.width, stream.codec_context.height
    if _rotation(container, stream) % 180:
        width, height = height, width
    return {
        "codec": stream.codec_context.codec.canonical_name,
        "width": width,
        "height": height,
        "fps": round(float(stream.average_rate or 0), 3),
    }


def _rotation(container: InputContainer, stream: VideoStream) -> int:
    """By how much the picture is turned for showing, which the first frame tells; there must be one."""
    stream.thread_count = 1
    for packet in itertools.islice(container.demux(stream), _PACKETS):
        with contextlib.suppress(av.FFmpegError):  # a recording may begin between two whole pictures
            for frame in packet.decode():
                return frame.rotation
    raise Refused("MEDIA_UNREADABLE")


def _audio(stream: AudioStream) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "codec": context.codec.canonical_name, "channels": context.channels, "sample_rate": context.sample_rate
    }  # fmt: skip


def _duration_ms(container: InputContainer, *, known_whole: bool) -> int:
    """The length: declared and confirmed by the file's end, else found by reading all of it."""
    declared = (container.duration or 0) / _US
    if declared <= 0:
        declared = _end_s(container)
    elif not known_whole and container.format.name not in _WITHOUT_LENGTH:
        _refuse_truncated(container, declared)
    if declared <= 0:
        raise Refused("NOT_MEDIA")
    return max(1, round(declared * 1000))


def _refuse_truncated(container: InputContainer, declared: float) -> None:
    tail = (container.start_time or 0) + (container.duration or 0) - _TAIL_US
    with contextlib.suppress(av.FFmpegError):  # without an index, reading goes on from where it stands
        container.seek(max(0, tail))
    tolerance = max(_TOLERANCE_LEAST_S, min(_TOLERANCE_MOST_S, declared * _TOLERANCE))
    if _end_s(container) < declared - tolerance:
        raise Refused("MEDIA_TRUNCATED")


def _end_s(container: InputContainer) -> float:
    """How many seconds after the file's start its last packet ends."""
    last = 0.0
    with contextlib.suppress(av.FFmpegError):  # what cannot be read any more is missing
        for packet in container.demux():
            last = max(last, _end_of(packet))
    return last - (container.start_time or 0) / _US


def _end_of(packet: "Packet[Stream]") -> float:
    if packet.pts is None or packet.is_corrupt or not packet.size:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)


if __name__ == "__main__":
    main(*sys.argv[1:])
