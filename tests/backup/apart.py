"""Running what has an event loop of its own, so that the loop of the tests stays as it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """The outcome of a function, in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def silent(_what: str, _total: int) -> Callable[[int], None]:
    """Progress that nobody looks at."""
    return lambda _: None
