"""Real films that differ in their bytes, since the library keeps each film once."""

import os
import shutil
import struct
from pathlib import Path

from tests.media import Studio


class Films:
    """A folder of films: copies of one that was rendered, each with a box of its own that players skip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._studio = Studio(folder)

    def film(self, name: str, padding: int = 16) -> Path:
        """A film of three seconds with so many more bytes (`free` box: ISO/IEC 14496-12 section 8.1.2)."""
        path = self.folder / f"{name}.mp4"
        shutil.copyfile(self._studio.file("fast.mp4"), path)
        with path.open("ab") as file:
            file.write(struct.pack(">I4s", padding + 8, b"free") + os.urandom(padding))
        return path
