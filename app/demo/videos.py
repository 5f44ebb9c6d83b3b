"""The demo's videos, rendered with ffmpeg from its own patterns."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.errors import Unavailable
from app.media import ffmpeg

SIZE = "640x360"
RATE = 25


@dataclass(frozen=True, slots=True)
class Sample:
    """A video to render, with the texts of its post."""

    title: str
    description: str
    hashtags: str
    picture: str
    tone_hz: int
    seconds: int


SAMPLES = (
    Sample(
        "One-pot barley with leeks", "Barley that cooks itself while you lay the table.", "onepot barley",
        f"gradients=size={SIZE}:rate={RATE}:c0=0x8d5135:c1=0xffcb9b:speed=0.02", 220, 14,
    ),
    Sample(
        "Sharpening a block plane", "Three stones, ten minutes, no jig.", "woodwork handtools",
        f"mandelbrot=size={SIZE}:rate={RATE}:maxiter=60", 262, 12,
    ),
    Sample(
        "Harbour walk at first light", "Fog, gulls, and the first ferry.", "harbour morning",
        f"gradients=size={SIZE}:rate={RATE}:c0=0x14324f:c1=0x7fb4c9:speed=0.03", 330, 16,
    ),
    Sample(
        "Five knots that hold", "Bowline, sheet bend, and three that look like them.", "knots sailing",
        f"life=size={SIZE}:rate={RATE}:mold=10:ratio=0.1:death_color=0x2a4d69:life_color=0xf4e9cd", 196, 10,
    ),
    Sample(
        "Test card, with sound", "For lining up the studio monitors.", "testcard",
        f"testsrc2=size={SIZE}:rate={RATE}", 440, 8,
    ),
)  # fmt: skip


async def render(sample: Sample, turn: int, folder: Path) -> Path:
    """Render a sample; each turn's file differs, so that it is a video of its own. Raises Unavailable."""
    path = folder / f"{sample.title}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        ffmpeg(), "-y", "-loglevel", "error", "-f", "lavfi", "-i", sample.picture,
        "-f", "lavfi", "-i", f"sine=frequency={sample.tone_hz + turn}:sample_rate=48000",
        "-t", str(sample.seconds), "-vf", f"hue=h={turn * 37 % 360},format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "96k",
        "-metadata", f"comment=turn {turn}", "-movflags", "+faststart", str(path),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    if process.returncode:
        raise Unavailable("RENDER_FAILED", f"ffmpeg could not render {sample.title}: {said.decode(errors='replace')}")
    return path
