"""The cast of access tests: three people, a key for each role, and somebody who is not known."""

import asyncio
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from threading import Thread

import httpx
from argon2 import PasswordHasher
from litestar import Litestar

from app.accounts.secrets import digest
from app.migrations.run import migrate
from app.web.sessions import COOKIE

ORIGIN = "http://desk.test"
ROLES = ("viewer", "editor", "admin")
NAMES = {"viewer": "Vera", "editor": "Ed", "admin": "Ada"}
PASSWORD = "correct horse battery"
ADDRESS = ("192.0.2.10", 50_000)
FAR_MS = 4_102_444_800_000  # 2100


def token(role: str) -> str:
    return f"session-of-the-{role}"


def key(role: str) -> str:
    return f"dp_key-of-the-{role}"


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


def new_database(path: Path) -> None:
    """A migrated database; in a thread, since the loop of the tests must stay as it is."""
    thread = Thread(target=lambda: asyncio.run(migrate(path)))
    thread.start()
    thread.join()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def hire(path: Path) -> None:
    """Add the cast to a database, signed in, with keys, and the desk they work at."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO desk (id, name, timezone) VALUES (1, 'Harbour Media', 'Europe/Lisbon')")
        for role in ROLES:
            person = f"person-{role}"
            connection.execute(
                "INSERT INTO person (id, name, password_hash, role, created_ms) VALUES (?, ?, ?, ?, 0)",
                (person, NAMES[role], _password_hash(), role),
            )
            connection.execute(
                "INSERT INTO session (token_hash, person, expires_ms) VALUES (?, ?, ?)",
                (digest(token(role)), person, FAR_MS),
            )
            connection.execute(
                "INSERT INTO api_key (id, name, hash, role, created_ms) VALUES (?, ?, ?, ?, 0)",
                (f"key-{role}", f"script of {role}", digest(key(role)), role),
            )


def browser(app: Litestar, role: str | None = None) -> httpx.AsyncClient:
    """A browser on the desk's own pages, signed in if a role is named."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=ADDRESS),  # type: ignore[arg-type]
        base_url=ORIGIN,
        headers={"origin": ORIGIN, "accept": "text/html"},
        cookies={COOKIE: token(role)} if role else None,
    )


def script(app: Litestar, role: str | None = None) -> httpx.AsyncClient:
    """A program, with a key if a role is named."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=ADDRESS),  # type: ignore[arg-type]
        base_url=ORIGIN,
        headers={"authorization": f"Bearer {key(role)}"} if role else None,
    )
