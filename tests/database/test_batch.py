"""Group commit: shared transactions, and each writer its own result."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from app.batch import Batch
from app.database import DB, sql
from tests.database.values import add, value

pytestmark = pytest.mark.usefixtures("counters")


async def test_each_gets_its_own_result_in_the_order_of_asking() -> None:
    batch = Batch()
    assert await asyncio.gather(*[batch.write(lambda: add(1)) for _ in range(50)]) == list(range(1, 51))


async def test_writes_that_wait_together_share_a_transaction() -> None:
    batch, seen = Batch(most=10), set[int]()

    async def note() -> None:
        seen.add(id(DB.current_transaction.get()))
        await add(1)

    await asyncio.gather(*[batch.write(note) for _ in range(25)])
    assert await value() == 25
    assert len(seen) <= 3


async def test_result_is_told_only_once_it_is_committed(path: Path) -> None:
    await Batch().write(lambda: add(1))
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT value FROM counter WHERE name = 'a'").fetchone() == (1,)
    connection.close()


async def test_failing_write_takes_no_other_with_it() -> None:
    batch = Batch()
    numbers = [1, -100, 1, -100, 1]
    writes = [batch.write(partial(add, number)) for number in numbers]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [results[place] for place in (0, 2, 4)] == [1, 2, 3]
    assert all(isinstance(results[place], sqlite3.IntegrityError) for place in (1, 3))
    assert await value() == 3


async def test_write_that_makes_no_sense_takes_no_other_with_it() -> None:
    batch = Batch()
    results = await asyncio.gather(
        batch.write(lambda: add(1)), batch.write(lambda: sql("UPDATE nothing SET x = 1")), return_exceptions=True
    )
    assert results[0] == 1
    assert isinstance(results[1], sqlite3.OperationalError)


async def test_busy_database_is_told_to_all_after_one_wait(path: Path) -> None:
    await sql("PRAGMA busy_timeout=100")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    batch = Batch()
    async with asyncio.timeout(2):
        results = await asyncio.gather(*[batch.write(lambda: add(1)) for _ in range(50)], return_exceptions=True)
    assert {type(result) for result in results} == {sqlite3.OperationalError}
    other.execute("ROLLBACK")
    other.close()
    assert await batch.write(lambda: add(1)) == 1


async def test_write_whose_waiter_is_gone_is_done_all_the_same() -> None:
    batch = Batch()
    tasks = [asyncio.create_task(batch.write(lambda: add(1))) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[2]] == [1, 3]
    assert isinstance(results[1], asyncio.CancelledError)
    assert await value() == 3


async def test_settled_waits_for_all_that_was_handed_over() -> None:
    batch = Batch(most=1)
    tasks = [asyncio.create_task(batch.write(lambda: add(1))) for _ in range(5)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await batch.settled()
    assert await value() == 5
    await asyncio.wait(tasks)


async def test_shared_write_inside_a_transaction_is_refused_at_once() -> None:
    batch = Batch()
    async with DB.transaction():
        await add(1)
        with pytest.raises(RuntimeError, match="inside a transaction"):
            await batch.write(lambda: add(1))
    assert await value() == 1


async def test_batch_goes_on_after_it_was_idle() -> None:
    batch = Batch()
    assert [await batch.write(lambda: add(1)), await batch.write(lambda: add(1))] == [1, 2]
