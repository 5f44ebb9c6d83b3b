"""A still for each video, so that people find it again: a JPEG made by ffmpeg."""

import logging
from pathlib import Path

from app import media
from app.errors import Unavailable
from app.library import limited
from app.library.probe import Probe

log = logging.getLogger(__name__)

_WIDTH = 320
_SECONDS = 20
_AT = (0.1, 0.0)  # of the length: openings are often black, but some pictures end before the sound


async def make(source: Path, probe: Probe, target: Path) -> bool:
    """Draw a file's still and say whether there is one; a failure is logged and harms nothing else."""
    if probe.video is None:
        return False
    said = ""
    try:
        for share in _AT:
            at_s = probe.duration_ms * share / 1000
            ended = await limited.run(_command(source, probe, at_s, target), _SECONDS)
            # Where there is no picture, ffmpeg writes an empty file and says that all is well.
            if ended.status == 0 and target.stat().st_size:
                return True
            said = ended.err.decode(errors="replace")[-500:]
    except (Unavailable, OSError, TimeoutError) as error:
        said = repr(error)
    log.warning("no thumbnail of %s: %s", source.name, said)
    target.unlink(missing_ok=True)
    return False


def _command(source: Path, probe: Probe, at_s: float, target: Path) -> list[str]:
    return [
        media.ffmpeg(), "-nostdin", "-v", "fatal", "-threads", "1",
        # The file is hostile: it is read as what the probe found, and may open no other file.
        "-format_whitelist", probe.format, "-protocol_whitelist", "file",
        "-ss", f"{at_s:.3f}", "-i", f"file:{source}",
        "-map", "0:V:0", "-frames:v", "1",
        "-vf", f"scale=iw*sar:ih,scale={_WIDTH}:-2,setsar=1,format=yuvj420p", "-q:v", "4",
        "-f", "mjpeg", "-y", f"file:{target}",
    ]  # fmt: skip
