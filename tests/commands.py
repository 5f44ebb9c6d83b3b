"""`daypart ...` as an operator has it: in the process of the tests, or, at some cost, in one of its own."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from app.cli import main
from app.database import DB
from app.settings import Settings

ROOT = Path(__file__).parents[1]
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Any]


def daypart(data: Path, *arguments: object, typed: str = "", process: bool = False, **env: str) -> Done:
    """Run a command on a data folder; nothing that it sets stays behind."""
    words = [str(one) for one in arguments]
    chosen = {"DAYPART_DATA": str(data), **env}
    return _in_process_of_its_own(words, typed, chosen) if process else _here(words, typed, chosen)


def told(done: Done, status: int = 0) -> Any:
    """What a command told as JSON."""
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def linear_desk(settings: Settings, assets: Iterable[tuple[str, str, str, int]]) -> Run:
    """Give a desk a linear channel `one` and assets, as id, type, title and milliseconds; gives what runs commands there.

    That tells their JSON unless told otherwise, after it looked at their exit status.
    """
    with contextlib.closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.execute(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start)"
            " VALUES ('c1', 'one', 'linear', 'One', 'Europe/Lisbon', '06:00')"
        )
        connection.executemany(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
            " VALUES (?, ?, ?, '', ?, 'ready', 1, 0)",
            assets,
        )

    def run(*arguments: object, status: int = 0, plain: bool = False) -> Any:
        done = daypart(settings.data, *arguments, *([] if plain else ["--json"]))
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr if plain or status == 2 else json.loads(done.stdout)

    return run


def _in_process_of_its_own(words: list[str], typed: str, env: dict[str, str]) -> Done:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "app.cli", *words], cwd=ROOT, env={"PATH": os.environ["PATH"], **env},
        input=typed, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def _here(words: list[str], typed: str, env: dict[str, str]) -> Done:
    others: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("DAYPART_", "REDIS_"))}

    def work() -> Done:
        done = CliRunner().invoke(main, words, typed, env={**others, **env}, catch_exceptions=False)
        return Done(words, done.exit_code, done.stdout, done.stderr)

    with _database_set_aside():
        if not _in_a_loop():
            with _signals_kept():
                return work()
        with ThreadPoolExecutor(1) as pool:  # a command has an event loop of its own
            return pool.submit(work).result()


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextlib.contextmanager
def _database_set_aside() -> Iterator[None]:
    """What a test holds open stays open, and stays the database of that test."""
    kept = {**vars(DB), "connection_kwargs": dict(DB.connection_kwargs)}
    DB._writer = None
    try:
        yield
    finally:
        vars(DB).update(kept)


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
