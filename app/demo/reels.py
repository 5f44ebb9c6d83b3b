"""Programmes of the demo's linear channels: clips of a few seconds, each copied over and over for its length."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.errors import Unavailable
from app.media import ffmpeg

SIZE = "384x216"
RATE = 4
CLIP_S = 8
MIN = 60


@dataclass(frozen=True, slots=True)
class Reel:
    """A programme to render; `chapters` are titles with the second at which each begins."""

    title: str
    type: str
    seconds: int
    clip: str
    series: str = ""
    episode: int = 0
    genre: str = ""
    rating: str = ""
    chapters: tuple[tuple[str, int], ...] = ()


# Of each clip its picture and the pitch of its tone.
CLIPS = {
    "harbour": (f"gradients=size={SIZE}:rate={RATE}:c0=0x14324f:c1=0x7fb4c9:speed=0.01:seed=1", 220),
    "kitchen": (f"gradients=size={SIZE}:rate={RATE}:c0=0x8d5135:c1=0xffcb9b:speed=0.01:seed=2", 262),
    "tin": (f"gradients=size={SIZE}:rate={RATE}:c0=0x3a6b35:c1=0xe3b448:speed=0.01:seed=3", 330),
    "film": (f"gradients=size={SIZE}:rate={RATE}:c0=0x1b1b2f:c1=0xa32c4c:speed=0.01:seed=4", 196),
    "card": (f"testsrc2=size={SIZE}:rate={RATE}", 440),
}


def _episodes(series: str, clip: str, genre: str, titles: Iterable[tuple[str, int]]) -> list[Reel]:
    return [
        Reel(title, "EPI", seconds, clip, series, number, genre, "PG")
        for number, (title, seconds) in enumerate(titles, 1)
    ]


REELS = (
    *_episodes("Harbour Stories", "harbour", "Documentary", (
        ("The pilot boat", 22 * MIN), ("Nets and knots", 23 * MIN), ("Fog signal", 22 * MIN + 30),
        ("Spring tide", 21 * MIN),
    )),
    *_episodes("Kitchen at Six", "kitchen", "Food", (
        ("Barley and leeks", 24 * MIN), ("One pan, four eggs", 23 * MIN), ("Bread without a timer", 25 * MIN),
        ("A soup of peels", 22 * MIN + 20),
    )),
    *_episodes("Tin Pals", "tin", "Children", (
        ("The rusty kite", 11 * MIN), ("A bolt too many", 11 * MIN + 20), ("Oil day", 10 * MIN + 40),
        ("Who wound the clock?", 11 * MIN),
    )),
    Reel("The Last Ferry", "MOV", 88 * MIN, "film", genre="Drama", rating="12", chapters=(
        ("Departure", 0), ("Mid-river", 21 * MIN), ("The storm", 43 * MIN), ("Arrival", 67 * MIN),
    )),
    Reel("Night Train North", "MOV", 74 * MIN, "film", genre="Thriller", rating="12", chapters=(
        ("Platform nine", 0), ("The dining car", 25 * MIN), ("Whistle", 50 * MIN),
    )),
    Reel("Evening Bulletin", "NEW", 12 * MIN, "card", genre="News"),
    Reel("Tonight: The Last Ferry", "PRO", 30, "film"),
    Reel("Weekends: Tin Pals", "PRO", 15, "tin"),
    Reel("Coming up", "BMP", 8, "harbour"),
    Reel("Back after this", "BMP", 6, "harbour"),
    Reel("Harbour One ident", "IDS", 5, "harbour"),
    Reel("Slow water", "FIL", 10 * MIN, "harbour"),
)  # fmt: skip


async def make_clips(folder: Path) -> None:
    """Make what all programmes are copied from."""
    await asyncio.gather(*(_clip(*of, folder / f"{name}.mp4") for name, of in CLIPS.items()))


async def render(reel: Reel, folder: Path) -> Path:
    """Render a programme from its clip in that folder; the same again gives the same bytes. Raises Unavailable."""
    path = folder / f"{reel.title}.mp4"
    notes = path.with_suffix(".txt")
    notes.write_text(_chapters(reel))
    await _ffmpeg(
        "-stream_loop", "-1", "-i", folder / f"{reel.clip}.mp4", "-i", notes, "-map", "0", "-map_metadata", "1",
        "-t", reel.seconds, "-c", "copy", path,
    )  # fmt: skip
    return path


async def _clip(picture: str, tone_hz: int, path: Path) -> None:
    await _ffmpeg(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency={tone_hz}:sample_rate=11025",
        "-t", CLIP_S, "-vf", "format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "32",
        "-g", 2 * RATE, "-c:a", "aac", "-b:a", "16k", "-ac", "1", path,
    )  # fmt: skip


def _chapters(reel: Reel) -> str:
    """What ffmpeg reads as a file's notes: its title, which also makes its bytes its own, and its chapters."""
    ends = [*(start for _, start in reel.chapters[1:]), reel.seconds]
    found = [
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={end}\ntitle={title}\n"
        for (title, start), end in zip(reel.chapters, ends, strict=False)
    ]
    return "".join([f";FFMETADATA1\ntitle={reel.title}\n", *found])


async def _ffmpeg(*arguments: object) -> None:
    process = await asyncio.create_subprocess_exec(
        ffmpeg(), "-y", "-loglevel", "error", *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    if process.returncode:
        raise Unavailable("RENDER_FAILED", f"ffmpeg could not render a sample: {said.decode(errors='replace')}")
