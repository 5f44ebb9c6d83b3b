"""The database as it was at one moment: copied while the desk works, examined, and asked what it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.backup.progress import Step
from app.errors import Invalid

# 8 MB: a fraction of a second, after which Ctrl-C is heard.
_PAGES = 2048


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A stored file as the database names it; `title` is of an asset that is made of it."""

    path: str
    sha256: str
    bytes: int
    title: str


def copy(source: Path, target: Path, step: Step) -> None:
    """Copy a database that others write to, to a single file without a write-ahead log.

    Writers do not wait: in WAL mode they go on beside a reader.
    """
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, isolation_level=None)) as origin,
        closing(sqlite3.connect(target)) as copied,
    ):
        origin.execute("PRAGMA busy_timeout = 10000")
        # Holding one moment by a read transaction: without it, each write of the desk starts the copy anew.
        origin.execute("BEGIN")
        (pages,) = origin.execute("SELECT page_count FROM pragma_page_count").fetchone()
        (page,) = origin.execute("SELECT page_size FROM pragma_page_size").fetchone()
        advance, done = step("Copying the database", pages * page), 0

        def told(_status: int, remaining: int, total: int) -> None:
            nonlocal done
            advance((total - remaining - done) * page)
            done = total - remaining

        copied.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        origin.backup(copied, pages=_PAGES, progress=told)
        copied.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        # A copy may come from anywhere: what its schema calls is not trusted.
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


def check(path: Path) -> None:
    """Refuse a database whose pages or indexes are damaged."""
    with _reading(path) as connection:
        try:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise Invalid("DATABASE_DAMAGED", f"The database is damaged: {found}.")


def counts(path: Path) -> dict[str, int]:
    """The number of rows of each table."""
    with _reading(path) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
        ).fetchall()
        return {name: _count(connection, name) for (name,) in names}


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    (rows,) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
    return int(rows)


def media(path: Path) -> list[MediaRow]:
    """Every stored file that the database names."""
    with _reading(path) as connection:
        rows = connection.execute(
            "SELECT CAST(path AS TEXT), CAST(sha256 AS TEXT), CAST(bytes AS INTEGER),"
            " coalesce((SELECT min(title) FROM asset WHERE media = media.id), '') FROM media ORDER BY path"
        )
        return [MediaRow(*row) for row in rows]
