"""What a media file holds, found by PyAV in a short-lived child with limits."""

import logging
import sys
from pathlib import Path

import msgspec

from app.errors import Invalid
from app.library import limited
from app.library.formats import Kept, codec_label, kept_as, rate_label, sound_label

log = logging.getLogger(__name__)

_SECONDS = 30
_GRACE_S = 2
_ROOT = Path(__file__).parents[2]
_UNREADABLE = "This file could not be examined. It may be damaged; export it again, then upload it once more."
_REFUSALS = {
    "MEDIA_UNREADABLE": _UNREADABLE,
    "NOT_MEDIA": "This is not a video or sound file. Pictures, documents and playlists cannot be played.",
    "MEDIA_TRUNCATED": "The end of this file is missing. Copy or export it again, then upload it once more.",
}


class Video(msgspec.Struct, frozen=True):
    """The picture of a file: its size in pixels as shown, and frames a second (0: varying)."""

    codec: str
    width: int
    height: int
    fps: float


class Audio(msgspec.Struct, frozen=True):
    """The sound of a file: its channels, and samples a second."""

    codec: str
    channels: int
    sample_rate: int


class Chapter(msgspec.Struct, frozen=True):
    """A chapter that a file names, in milliseconds from its beginning."""

    title: str
    start_ms: int
    end_ms: int


class Probe(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found in a file; `faststart` is None where the format has no such thing."""

    format: str
    brand: str
    duration_ms: int
    faststart: bool | None = None
    video: Video | None = None
    audio: Audio | None = None
    has_thumbnail: bool = False
    chapters: list[Chapter] = []

    @property
    def kept(self) -> Kept:
        """The extension and media type that the file is kept with."""
        return kept_as(self.format, self.brand, has_video=self.video is not None)

    @property
    def codecs(self) -> str:
        """One line for people: `H.264 1280×720, 25 fps, AAC`, or `MP3, stereo, 44.1 kHz` for sound alone."""
        sound = codec_label(self.audio.codec) if self.audio else ""
        if self.video is None:
            return ", ".join([sound, sound_label(self.audio.channels, self.audio.sample_rate)] if self.audio else [])
        picture = f"{codec_label(self.video.codec)} {self.video.width}×{self.video.height}"
        rate = rate_label(self.video.fps) if self.video.fps else ""
        return ", ".join(part for part in (picture, rate, sound or "no sound") if part)


async def probe(path: Path, seconds: int = _SECONDS) -> Probe:
    """Examine a file; raises Invalid with the code NOT_MEDIA, MEDIA_TRUNCATED or MEDIA_UNREADABLE."""
    command = [sys.executable, "-m", "app.library.inspector", str(path), str(seconds)]
    try:
        ended = await limited.run(command, seconds + _GRACE_S, cwd=_ROOT)
    except TimeoutError as error:
        raise Invalid("MEDIA_UNREADABLE", _UNREADABLE) from error
    return _read(path, ended)


def _read(path: Path, ended: limited.Ended) -> Probe:
    if ended.status != 0:
        last = ended.err.decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("probing %s ended with exit status %s: %s", path.name, ended.status, last)
        raise Invalid("MEDIA_UNREADABLE", _UNREADABLE)
    told = msgspec.json.decode(ended.out)
    if "refused" in told:
        raise Invalid(told["refused"], _REFUSALS[told["refused"]])
    return msgspec.convert(told, Probe)
