"""Group commit: many small writes, one transaction."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

from app.database import DB
from app.errors import Unavailable

Write = Callable[[], Awaitable[Any]]
Waiting = tuple[Write, asyncio.Future[Any]]


class Batch:
    """Writes that wait at the same time share one transaction, and each gets its own result.

    One commit to disk serves many targets that are due at one instant; a write that fails takes no other with it.
    A write that was handed over is done even if nobody waits for its result any more.
    """

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, work: Write) -> Any:
        """Run a write in the next shared transaction; returns once it is committed."""
        transaction = DB.current_transaction.get()
        if transaction is not None and transaction.connection is not None:
            raise RuntimeError("a shared write inside a transaction would wait for that transaction's end")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._running is None or self._running.done():
            # A context of its own: the caller's transaction, if any, must not be inherited.
            self._running = asyncio.create_task(self._drain(), context=Context())
        return await future

    async def settled(self) -> None:
        """Return once every write that was handed over is done."""
        while self._running is not None and not self._running.done():
            await asyncio.wait([self._running])

    async def _drain(self) -> None:
        while self._waiting:
            chunk, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                results = await self._together([work for work, _ in chunk])
            except Exception as error:
                if _storage_failed(error):
                    self._fail(chunk, error)
                else:
                    await self._one_by_one(chunk)
            else:
                for (_, future), result in zip(chunk, results, strict=True):
                    if not future.done():
                        future.set_result(result)

    async def _together(self, works: list[Write]) -> list[Any]:
        results: list[Any] = []
        async with DB.transaction():
            results.extend([await work() for work in works])
        return results

    async def _one_by_one(self, chunk: list[Waiting]) -> None:
        for work, future in chunk:
            try:
                (result,) = await self._together([work])
            except Exception as error:
                self._fail([(work, future)], error)
            else:
                if not future.done():
                    future.set_result(result)

    def _fail(self, chunk: list[Waiting], error: Exception) -> None:
        for _, future in chunk:
            if not future.done():
                future.set_exception(error)


def _storage_failed(error: Exception) -> bool:
    """Whether the database itself was busy or broken, which no single write is to blame for."""
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode != sqlite3.SQLITE_ERROR
    return isinstance(error, Unavailable)
