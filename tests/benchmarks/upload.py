"""An upload in pieces through the real server, from its first byte to the asset, beside writing the same bytes to disk.

The file is a real film, made long by a box that players skip. The desk hashes it, examines it and draws its picture
as any. The ceiling is one process that writes the same bytes to the same disk and makes them safe. Both take turns;
what is told is the round whose ratio is the median.
"""

import contextlib
import json
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.browser import Browser
from tests.benchmarks.desk import new_desk
from tests.benchmarks.processes import await_answer, daypart, running
from tests.benchmarks.results import Figure, rate
from tests.media import Studio

MEGABYTES = 2_000
ROUNDS = 5
LEAST_RATIO = 0.5
_MB = 1_000_000
_BLOCK = 16 * _MB


class Film:
    """A film of so many bytes, of which a block that is repeated is kept; each number makes another one."""

    def __init__(self, folder: Path) -> None:
        self._film = Studio(folder).file("fast.mp4").read_bytes()
        self._block = memoryview(os.urandom(_BLOCK))
        self.bytes = MEGABYTES * _MB
        self._head = b""

    def number(self, number: int) -> None:
        """Make it another film."""
        box = struct.pack(">I4sI", self.bytes - len(self._film), b"free", number)
        self._head = self._film + box

    def pieces(self, start: int, end: int) -> Iterator[memoryview]:
        """Its bytes from one place to another."""
        if start < len(self._head):
            yield memoryview(self._head)[start:end]
        at = max(start, len(self._head))
        while at < end:
            inside = (at - len(self._head)) % _BLOCK
            piece = self._block[inside : inside + min(end - at, _BLOCK - inside)]
            yield piece
            at += len(piece)


def run() -> list[Figure]:
    """Megabytes a second."""
    with new_desk() as desk, running(daypart("web", desk.data, desk.port)) as web:
        await_answer(web, desk.port, "/clock")
        film, rounds = Film(desk.data.parent), []
        for number in range(ROUNDS):
            film.number(number)
            # A connection of its own: the server ends one that is idle while plain bytes are written.
            with contextlib.closing(Browser(desk.port)) as browser:
                uploaded = _uploaded(browser, film)
            rounds.append((uploaded, _written(desk.data.parent / "plain", film)))
            for path in (desk.data / "media").glob("*/*.mp4"):
                path.unlink()
    ours, bare = sorted(rounds, key=lambda one: one[0] / one[1])[ROUNDS // 2]
    return [rate("upload_mb_per_second", ours, ceiling=bare, goal=LEAST_RATIO)]


def _uploaded(browser: Browser, film: Film) -> float:
    began = time.perf_counter()
    new = json.dumps({"name": "film.mp4", "bytes": film.bytes}).encode()
    upload = json.loads(browser.ask("POST", "/api/uploads", new, content_type="application/json"))
    while upload["asset"] is None:
        at = upload["offset"]
        end = min(film.bytes, at + upload["chunk"])
        told = {"upload_offset": str(at), "content_length": str(end - at)}
        upload = json.loads(browser.ask("PATCH", f"/api/uploads/{upload['id']}", film.pieces(at, end), **told))
    return film.bytes / _MB / (time.perf_counter() - began)


def _written(path: Path, film: Film) -> float:
    began = time.perf_counter()
    with path.open("wb") as file:
        for piece in film.pieces(0, film.bytes):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    taken = time.perf_counter() - began
    path.unlink()
    return film.bytes / _MB / taken
