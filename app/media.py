"""Where ffmpeg is: the one on PATH, else the one that the `ffmpeg` extra brings."""

import shutil
from functools import lru_cache

from app.errors import Unavailable


@lru_cache(maxsize=1)
def ffmpeg() -> str:
    """The program's path; raises Unavailable where there is none. The first call may take a moment."""
    found = shutil.which("ffmpeg") or _bundled()
    if found is None:
        raise Unavailable("FFMPEG_MISSING", "ffmpeg was not found. Install it, or Daypart's extra `ffmpeg`.")
    return found


def _bundled() -> str | None:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None
