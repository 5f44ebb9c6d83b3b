"""Small real media, rendered by ffmpeg once a session."""

import math
import struct
import subprocess
import wave
from pathlib import Path

from app.media import ffmpeg

_PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
_SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
_H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]
_FILM = [*_PICTURE, *_SOUND, "-t", "3"]
_MP4 = [*_FILM, *_H264, "-c:a", "aac"]
_VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
_STILL = [*_PICTURE, "-frames:v", "1"]

RECIPES: dict[str, list[str]] = {
    "fast.mp4": [*_MP4, "-movflags", "+faststart"],
    "slow.mp4": _MP4,
    "fragmented.mp4": [*_MP4, "-movflags", "frag_keyframe+empty_moov+default_base_moof"],
    "film.mov": _MP4,
    "film.mkv": _MP4,
    "film.webm": [*_FILM, *_VP9],
    "film.avi": [*_FILM, "-c:v", "mpeg4", "-c:a", "libmp3lame"],
    "film.flv": [*_FILM, "-c:v", "flv1", "-c:a", "libmp3lame", "-ar", "44100"],
    "film.ts": [*_FILM, "-c:v", "mpeg2video", "-c:a", "mp2"],
    "film.mpg": [*_FILM, "-c:v", "mpeg1video", "-c:a", "mp2"],
    "silent.mp4": [*_PICTURE, "-t", "1", *_H264],
    "sound.mp3": [*_SOUND, "-t", "3", "-ac", "2"],
    "sound.m4a": [*_SOUND, "-t", "3", "-c:a", "aac"],
    "sound.ogg": [*_SOUND, "-t", "3", "-c:a", "libvorbis"],
    "sound.opus": [*_SOUND, "-t", "3", "-c:a", "libopus"],
    "sound.flac": [*_SOUND, "-t", "3"],
    "sound.wav": [*_SOUND, "-t", "3"],
    "sound.aiff": [*_SOUND, "-t", "3"],
    "sound.aac": [*_SOUND, "-t", "3"],
    "picture.png": _STILL,
    "picture.jpg": _STILL,
    "picture.gif": _STILL,
    "picture.webp": _STILL,
    "picture.avif": [*_STILL, "-c:v", "libaom-av1", "-cpu-used", "8"],
}


class Studio:
    """A folder of rendered media."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        """The file of a recipe."""
        path = self.folder / name
        if not path.exists():
            self._run([*RECIPES[name], str(path)])
        return path

    def turned(self) -> Path:
        """A film that is stored lying and shown upright, as a phone makes it."""
        path = self.folder / "turned.mp4"
        if not path.exists():
            path.write_bytes(_turned(self.file("fast.mp4").read_bytes()))
        return path

    def with_cover(self) -> Path:
        """A piece of sound with a picture attached to it."""
        path = self.folder / "cover.mp3"
        if not path.exists():
            sources = ["-i", str(self.file("sound.mp3")), "-i", str(self.file("picture.jpg"))]
            self._run([*sources, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v", "attached_pic", str(path)])
        return path

    def without_pictures(self) -> Path:
        """A film whose picture's data is lost, while its headers are whole."""
        path = self.folder / "blank.mp4"
        if not path.exists():
            film = self.file("slow.mp4").read_bytes()
            data, index = film.index(b"mdat") + 4, film.index(b"moov") - 4
            path.write_bytes(film[:data] + bytes(index - data) + film[index:])
        return path

    def streamed(self, name: str, muxer: str) -> Path:
        """A film written to a pipe, so that its header knows no length."""
        path = self.folder / f"streamed.{muxer}"
        if not path.exists():
            command = [ffmpeg(), "-v", "error", *RECIPES[name], "-f", muxer, "-"]
            path.write_bytes(subprocess.run(command, check=True, capture_output=True, timeout=200).stdout)
        return path

    @staticmethod
    def _run(arguments: list[str]) -> None:
        subprocess.run([ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments], check=True, timeout=200)


def _turned(film: bytes) -> bytes:
    """The film with a quarter turn in its picture's track header (`tkhd`, ISO/IEC 14496-12 section 8.3.2).

    Written here, since ffmpeg's option for it has another name in each of its versions.
    """
    one = 1 << 16
    matrix = struct.pack(">9i", 0, one, 0, -one, 0, 0, 180 * one, 0, 1 << 30)
    place = film.index(b"tkhd") + 44
    return film[:place] + matrix + film[place + len(matrix) :]


def tone(path: Path, frequency: float, seconds: float = 0.5) -> Path:
    """A WAV file of one tone: real media in a millisecond, different bytes for each frequency."""
    rate = 8000
    samples = [int(9000 * math.sin(2 * math.pi * frequency * n / rate)) for n in range(int(rate * seconds))]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path
