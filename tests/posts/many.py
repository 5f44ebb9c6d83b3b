"""Targets in numbers, written past the services."""

import sqlite3
from contextlib import closing

from app.posts.states import State
from tests.posts.desk import Desk


class Many:
    """Rows written past the services, in numbers."""

    def __init__(self, desk: Desk) -> None:
        self._path = desk.settings.database
        self._now_ms = desk.clock.now_ms()

    def targets(self, channel: str, state: State, count: int, *, ago_s: int = 60, every_s: int = 60) -> None:
        """So many targets of a channel, one each so often, the newest so long ago."""
        newest_ms = self._now_ms - ago_s * 1000
        asked_ms = newest_ms if state in ("unconfirmed", "confirming") else None
        rows = [
            (f"{channel}-{state}-{n}", channel, state, newest_ms - n * every_s * 1000, newest_ms, asked_ms)
            for n in range(count)
        ]
        with closing(sqlite3.connect(self._path)) as connection, connection:
            # One post for all of them: without one they would be slots that wait for their video.
            connection.execute(
                "INSERT OR IGNORE INTO post (id, title, description, hashtags, created_ms) VALUES ('many', '', '', '[]', 0)"
            )
            connection.executemany(
                "INSERT INTO target (id, post, channel, state, due_ms, committed_ms, retry_ms)"
                " VALUES (?, 'many', ?, ?, ?, ?, ?)",
                rows,
            )

    def analysed(self) -> None:
        """As SQLite does by itself in the long run: it may choose other ways then."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("ANALYZE")
