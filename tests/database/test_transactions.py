"""Transactions on the one writing connection: whole or not at all, and none is left open."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from contextvars import Context
from pathlib import Path

import pytest
from piccolo.engine.sqlite import TransactionType

from app import database
from app.database import DB, Engine, sql
from app.errors import Unavailable
from tests.database.values import add, value

pytestmark = pytest.mark.usefixtures("counters")
TIMES = 400


async def test_transaction_commits_at_its_end() -> None:
    async with DB.transaction():
        await add(1)
        await add(2, "b")
    assert (await value("a"), await value("b")) == (1, 2)


async def test_failing_transaction_changes_nothing() -> None:
    async def fail() -> None:
        async with DB.transaction():
            await add(1)
            await add(-5, "b")

    with pytest.raises(sqlite3.IntegrityError):
        await fail()
    assert await value() == 0


async def test_inner_transaction_ends_with_the_outer_one() -> None:
    async def fail() -> None:
        async with DB.transaction():
            async with DB.transaction():
                await add(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await value() == 0


async def test_others_read_the_last_commit_meanwhile() -> None:
    async with DB.transaction():
        await add(1)
        assert await asyncio.create_task(value(), context=Context()) == 0
        assert await value() == 1


async def test_task_that_outlives_its_transaction_may_not_write_in_another() -> None:
    later = asyncio.Event()

    async def write_later() -> None:
        await later.wait()
        await add(1)

    async with DB.transaction():
        task = asyncio.create_task(write_later())
    later.set()
    with pytest.raises(RuntimeError, match="outlived"):
        await task
    assert await value() == 0


async def test_reading_transaction_sees_one_moment() -> None:
    async with DB.transaction(TransactionType.deferred):
        before = await value()
        await asyncio.create_task(add(1), context=Context())
        assert await value() == before
    assert await value() == before + 1


@pytest.mark.parametrize("suspensions", range(12))
async def test_transaction_cancelled_anywhere_leaves_none_open(suspensions: int) -> None:
    async def twice() -> None:
        async with DB.transaction():
            await add(1)
            await add(1)

    task = asyncio.create_task(twice())
    for _ in range(suspensions):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert await value() in (0, 2)
    async with DB.transaction():
        await add(1, "b")
    assert await _stored(Path(DB.path), "b") == 1


async def test_writer_that_is_never_free_is_told_and_nothing_waits_for_ever(path: Path) -> None:
    engine = Engine(str(path), busy_ms=50)
    await engine.start_connection_pool()
    try:
        async with engine.transaction():
            with pytest.raises(Unavailable) as refused:
                await asyncio.create_task(_begin(engine), context=Context())
    finally:
        await engine.close_connection_pool()
    assert refused.value.code == "DATABASE_BUSY"


async def test_two_processes_lose_no_update(path: Path) -> None:
    command = [sys.executable, "-m", "tests.database.counting", str(path), str(TIMES)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [await asyncio.to_thread(process.wait, 30) for process in processes] == [0, 0]
    assert await value() == 2 * TIMES


async def test_commits_are_on_disk_before_they_return() -> None:
    assert (await sql("PRAGMA synchronous"))[0] == {"synchronous": 2}
    assert (await sql("PRAGMA journal_mode"))[0] == {"journal_mode": "wal"}
    assert (await sql("PRAGMA foreign_keys"))[0] == {"foreign_keys": 1}


async def test_without_open_connections_a_statement_brings_its_own(path: Path) -> None:
    await DB.close_connection_pool()
    async with DB.transaction():
        await add(1)
    assert await value() == 1
    assert await _stored(path, "a") == 1
    database.use(path)


async def _begin(engine: Engine) -> None:
    async with engine.transaction():
        pass


async def _stored(path: Path, name: str) -> int:
    """What another process would read."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()[0])
