"""How long work shows that it goes on."""

import contextlib
import sys
from collections.abc import Callable, Iterator

# Told what is done now and how many bytes that has; gives what is to be told of each part that is done.
Step = Callable[[str, int], Callable[[int], None]]


@contextlib.contextmanager
def steps(*, quiet: bool) -> Iterator[Step]:
    """Bars on the terminal's standard error; nothing where that is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - other commands start without it
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    hidden = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bars:

        def step(what: str, total: int) -> Callable[[int], None]:
            bar = bars.add_task(what, total=total)
            return lambda done: bars.advance(bar, done)

        yield step
