"""The Piccolo engine on SQLite: long-lived connections, WAL, IMMEDIATE transactions."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import aiosqlite
import uuid_utils
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

from app.errors import Unavailable

Row = dict[str, Any]

_READ = re.compile(r"\s*(SELECT|VALUES)\b", re.I)
# FULL: an intent that is stored before an irreversible call must outlive a power cut.
PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
    "PRAGMA busy_timeout={ms};PRAGMA temp_store=MEMORY;PRAGMA cache_size=-16000;"
)


def new_id() -> str:
    """A new opaque row id: UUIDv7 as text, so that ids sort by age."""
    return str(uuid_utils.uuid7())


class Transaction(SQLiteTransaction):
    """A transaction on the engine's one writing connection (or a reader's, when deferred)."""

    engine: "Engine"

    async def __aenter__(self) -> "Transaction":
        if self._parent is not None:
            return cast("Transaction", self._parent)
        self.connection = await self.engine.acquire(self)
        try:
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            # A BEGIN whose waiter was cancelled is carried out all the same, and must not stay open.
            try:
                await self._roll_back()
            finally:
                await self.engine.release(self)
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        if self._parent:
            return error is None
        try:
            await self._finish(failed=error is not None)
        finally:
            self.engine.current_transaction.reset(self.context)
            await self.engine.release(self)
            # A task that inherited this context must not touch the shared writer.
            self.connection = None
        return error is None

    async def _finish(self, *, failed: bool) -> None:
        if self._rolled_back or self._committed:
            return
        if not failed:
            try:
                await self.commit()  # type: ignore[no-untyped-call]
            except BaseException:
                await self._roll_back()
                raise
        else:
            await self._roll_back()

    async def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.OperationalError):  # SQLite may have rolled back already
            await self.rollback()  # type: ignore[no-untyped-call]


class Engine(SQLiteEngine):
    """One writing connection and a few reading ones; without a started pool, a connection per query."""

    def __init__(self, path: str = "daypart.sqlite", *, readers: int = 2, busy_ms: int = 10_000) -> None:
        super().__init__(path=path, timeout=busy_ms / 1000, cached_statements=512)
        self.reader_count = readers
        self.busy_ms = busy_ms
        self._writer: aiosqlite.Connection | None = None
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._lock = asyncio.Lock()

    async def get_connection(self) -> aiosqlite.Connection:
        """A new connection with our pragmas."""
        connection = await aiosqlite.connect(**self.connection_kwargs)
        try:
            connection.row_factory = dict_factory  # type: ignore[assignment]
            await connection.executescript(PRAGMAS.format(ms=self.busy_ms))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the connections that live as long as the process."""
        self._lock = asyncio.Lock()
        self._readers = asyncio.LifoQueue()
        self._writer = await self.get_connection()
        for _reader in range(self.reader_count):
            self._readers.put_nowait(await self.get_connection())

    async def close_connection_pool(self) -> None:
        """Close them; without this the event loop ends with a traceback."""
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        await writer.execute("PRAGMA optimize")
        await writer.close()
        while not self._readers.empty():
            await self._readers.get_nowait().close()

    async def acquire(self, transaction: SQLiteTransaction) -> aiosqlite.Connection:
        """The connection for a transaction: the writer, once it is free, or a reader."""
        if self._writer is None:
            return await self.get_connection()
        if transaction.transaction_type is TransactionType.deferred:
            return await self._readers.get()
        await self._take_writer()
        return self._writer

    async def _take_writer(self) -> None:
        try:
            async with asyncio.timeout(self.busy_ms / 1000):  # fail loudly instead of waiting for ever
                await self._lock.acquire()
        except TimeoutError as error:
            raise Unavailable("DATABASE_BUSY", "The database is busy; nothing was changed.") from error

    async def release(self, transaction: SQLiteTransaction) -> None:
        """Give a transaction's connection back."""
        connection = transaction.connection
        if self._writer is None:
            await connection.close()
        elif connection is self._writer:
            self._lock.release()
        else:
            self._readers.put_nowait(connection)

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: Any = "generic", table: Any = None
    ) -> list[Row]:
        if self._writer is None:
            connection = await self.get_connection()
            try:
                return cast(list[Row], list(await connection.execute_fetchall(query, args or [])))
            finally:
                await connection.close()
        if _READ.match(query):
            return await self._read(query, args)
        await self._take_writer()
        try:
            return cast(list[Row], list(await self._writer.execute_fetchall(query, args or [])))
        finally:
            self._lock.release()

    async def _read(self, query: str, args: list[Any] | None) -> list[Row]:
        readers = self._readers
        connection = await readers.get()
        try:
            return cast(list[Row], list(await connection.execute_fetchall(query, args or [])))
        finally:
            readers.put_nowait(connection)

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection | None,
        query: str,
        args: list[Any] | None = None,
        query_type: Any = "generic",
        table: Any = None,
    ) -> list[Row]:
        if connection is None:
            raise RuntimeError("query in a task that outlived its transaction")
        return cast(list[Row], list(await connection.execute_fetchall(query, args or [])))

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
    ) -> Transaction:
        """A transaction, IMMEDIATE unless told otherwise: deferred ones that write fail when two meet."""
        return Transaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)


DB = Engine()


def use(path: Path) -> None:
    """Point the engine at a database file, before anything is opened."""
    DB.path = str(path)
    DB.connection_kwargs["database"] = str(path)


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[None]:
    """Hold the connections of a database file open for the life of a process."""
    use(path)
    await DB.start_connection_pool()
    try:
        yield
    finally:
        await DB.close_connection_pool()


@contextlib.asynccontextmanager
async def rehearsal() -> AsyncIterator[None]:
    """Let services do what they do, with all of their refusals, and take it back in the end: nothing is stored."""
    async with DB.transaction() as everything:
        yield
        await everything.rollback()  # type: ignore[no-untyped-call]


async def sql(query: str, *args: Any) -> list[Row]:
    """Run one SQL statement with `?` placeholders, inside the current transaction if there is one."""
    transaction = DB.current_transaction.get()
    if transaction is not None:
        return await DB._run_in_existing_connection(transaction.connection, query, list(args))
    return await DB._run_in_new_connection(query, list(args))


async def sql_many(query: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement for each row of values inside the current transaction, at a tenth of the cost of single calls."""
    transaction = DB.current_transaction.get()
    if transaction is None or transaction.connection is None:
        raise RuntimeError("many rows are written in a transaction")
    await transaction.connection.executemany(query, rows)


def placeholders(values: Sequence[Any]) -> str:
    """As many `?` as there are values, for an IN list."""
    return ",".join("?" * len(values))
