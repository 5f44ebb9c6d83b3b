"""A film with chapters."""

import subprocess
from pathlib import Path

from app.media import ffmpeg

_CHAPTER = "[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n"
CHAPTERS = [("Opening", 0, 1000), ("At the  harbour", 1000, 2500), ("Küche", 2500, 3000)]


def chaptered(film: Path, path: Path) -> Path:
    """A copy of a film of three seconds with CHAPTERS in it."""
    told = path.with_suffix(".txt")
    chapters = (_CHAPTER.format(title=title, start=start, end=end) for title, start, end in CHAPTERS)
    told.write_text(";FFMETADATA1\n" + "".join(chapters))
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", "-i", str(film), "-i", str(told), "-map_metadata", "1"]
    subprocess.run([*command, "-codec", "copy", str(path)], check=True, timeout=200)
    return path
