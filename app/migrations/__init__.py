"""The database's versions: which one this code needs, and which one a file has."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.errors import Unavailable

APP_NAME = "daypart"
FOLDER = Path(__file__).parent / "versions"


def latest() -> str:
    """The newest version this code knows."""
    return max(path.stem for path in FOLDER.glob("v[0-9]*.py"))[1:]


def stored(path: Path) -> str | None:
    """The version a database file has; None where there is no database yet."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT max(name) FROM migration WHERE app_name = ?", (APP_NAME,)).fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            detail = f"{path} is no database: {error}. Restore it from a backup."
            raise Unavailable("DATABASE_BROKEN", detail) from error
    return row[0] if row else None
