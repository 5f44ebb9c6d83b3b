"""Pages of a library with 100,000 assets beside the same pages of one with 1,000.

One client asks each desk in turn, on connections that stay open, for the newest page, the last one of those sorted by
title, and one that is filtered and sorted. Told is the median time of each; the ceiling is the small library's.
"""

import contextlib
import json
import sqlite3
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.benchmarks.browser import Browser, NotAnswered
from tests.benchmarks.desk import Desk, new_desk
from tests.benchmarks.processes import await_answer, daypart, running
from tests.benchmarks.results import Figure, duration

SMALL, LARGE = 1_000, 100_000
MOST_RATIO = 1.3
ROUNDS = 60
PAGES = {
    "newest": "/library",
    "sorted": "/library?sort=title&after=harbour%20tonight%20{middle}~",
    "filtered": "/library?type=MUS&tag=sea&sort=longest",
    "searched": "/library?q=tonight+harbour",
}
_FEW = 50  # that have the tag, whatever the size
_FORMAT = {"format": "mov,mp4,m4a,3gp,3g2,mj2", "brand": "isom", "duration_ms": 372_000, "faststart": True}
_VIDEO = {"codec": "h264", "width": 1920, "height": 1080, "fps": 25.0}
_PROBE = json.dumps({**_FORMAT, "video": _VIDEO, "audio": {"codec": "aac", "channels": 2, "sample_rate": 48000}})


def run() -> list[Figure]:
    """The time of each page."""
    with _serving(SMALL) as small, _serving(LARGE) as large:
        times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in PAGES}
        for _ in range(ROUNDS):
            for name, path in PAGES.items():
                for (browser, count), taken in zip((small, large), times[name], strict=True):
                    taken.append(_took(browser, path.format(middle=f"{count // 2:06}")))
    figures = []
    for name, both in times.items():
        few, many = (statistics.median(taken) for taken in both)
        figures.append(duration(f"library_{name}_ms", many, ceiling=few, goal=MOST_RATIO * few))
    return figures


def _took(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    page = browser.get(path)
    taken = (time.perf_counter() - began) * 1000
    if (shown := page.count(b'class="asset"')) < _FEW:
        raise NotAnswered(f"{path} shows {shown} assets")
    return taken


@contextlib.contextmanager
def _serving(count: int) -> Iterator[tuple[Browser, int]]:
    with new_desk() as desk:
        _fill(desk, count)
        with running(daypart("web", desk.data, desk.port)) as web:
            await_answer(web, desk.port, "/clock")
            with contextlib.closing(Browser(desk.port)) as browser:
                yield browser, count


def _fill(desk: Desk, count: int) -> None:
    """Put the assets into the database as uploads would, without their files."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    media, assets = [], []
    for n in range(count):
        id, size, tagged = f"{n:012}-0000-7000-8000-000000000000", 5_000_000 + n, n % (count // _FEW) == 0
        media.append((id, f"{n:064}", f"00/{n:064}.mp4", size, "video/mp4", _PROBE))
        tags, kind = '["sea"]' if tagged else "[]", "MUS" if tagged else "SHO"
        title = f"Harbour tonight {n:06}"
        assets.append(
            (id, id, kind, title, f"harbour {n}.mp4", 60_000 + n % 5000, "ready", tags, now_ms, 5_000_000 + n)
        )
    with contextlib.closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, ?, ?, ?)", media
        )
        connection.executemany(
            "INSERT INTO asset (id, media, type, title, name, duration_ms, state, tags, created_ms, bytes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            assets,
        )
        connection.execute("INSERT INTO asset_tag (tag, asset) SELECT 'sea', id FROM asset WHERE type = 'MUS'")
        connection.execute("UPDATE library_stat SET assets = ?, bytes = ?", (count, 5_000_000 * count))
        connection.execute("ANALYZE")
