"""A process that is killed, or stands still, at a chosen await of any of the tasks that its work starts."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Generator
from logging.handlers import QueueHandler
from typing import Any

FOR_EVER = -1


class Life:
    """Counts the awaits of a process and signals to it at the last one that it was given.

    By then what it awaits was asked for: a statement was handed to SQLite's thread, a request was written.
    """

    def __init__(self, awaits: int, end: signal.Signals = signal.SIGKILL) -> None:
        self._left = awaits
        self._end = end

    def pass_await(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._end)

    def task(self, loop: asyncio.AbstractEventLoop, work: Any, context: Any = None) -> "asyncio.Task[Any]":
        """A task factory: whenever a task of its making waits, an await has passed."""
        return asyncio.Task(_live(work, self), loop=loop, context=context)


class _Living:
    def __init__(self, work: Coroutine[Any, Any, Any], life: Life) -> None:
        self._work = work
        self._life = life

    def __await__(self) -> Generator[Any, Any, Any]:
        go_on: Callable[[], Any] = lambda: self._work.send(None)  # noqa: E731
        while True:
            try:
                waits_for = go_on()
            except StopIteration as end:
                return end.value
            self._life.pass_await()
            try:
                given = yield waits_for
            except BaseException as error:
                go_on = _throwing(self._work, error)
            else:
                go_on = _sending(self._work, given)


def _sending(work: Coroutine[Any, Any, Any], value: Any) -> Callable[[], Any]:
    return lambda: work.send(value)


def _throwing(work: Coroutine[Any, Any, Any], error: BaseException) -> Callable[[], Any]:
    return lambda: work.throw(error)


async def _live(work: Coroutine[Any, Any, Any], life: Life) -> Any:
    return await _Living(work, life)


def dies_within(awaits: int, work: Callable[[], Awaitable[object]]) -> bool:
    """Do work in a process of its own that lives for so many awaits; whether it died before it was done.

    To be called while no event loop runs and no other thread lives, since those do not survive a fork.
    """
    status = _ended(_fork(Life(awaits), work))
    assert status in (0, -signal.SIGKILL)
    return status != 0


class Frozen:
    """A process that does work and stands still after so many awaits, unless it is done before, until it is woken."""

    def __init__(self, awaits: int, work: Callable[[], Awaitable[object]]) -> None:
        self._child = _fork(Life(awaits, signal.SIGSTOP), work)
        _, status = os.waitpid(self._child, os.WUNTRACED)
        self.is_frozen = self.was_frozen = os.WIFSTOPPED(status)
        assert self.is_frozen or os.waitstatus_to_exitcode(status) == 0

    def wake(self) -> None:
        """Let it go on to its end."""
        if self.is_frozen:
            self.is_frozen = False
            os.kill(self._child, signal.SIGCONT)
            assert _ended(self._child) == 0


def _fork(life: Life, work: Callable[[], Awaitable[object]]) -> int:
    assert not any(isinstance(handler, QueueHandler) for handler in logging.getLogger().handlers)
    child = os.fork()
    if child == 0:
        gc.disable()  # it would copy the pages of all that it looks at
        try:
            run(_live_for(life, work))
        finally:
            os._exit(1)
    return child


def _ended(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


async def _live_for(life: Life, work: Callable[[], Awaitable[object]]) -> None:
    asyncio.get_running_loop().set_task_factory(life.task)
    await work()
    os._exit(0)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a loop of its own, without touching that of the tests."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)
