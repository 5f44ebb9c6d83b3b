"""A short-lived child process: it ends by itself, at its time limit, or with whoever waits for it."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status (negative: the signal that killed it) and what it said."""

    status: int
    out: bytes
    err: bytes


async def run(command: Sequence[str], seconds: float, *, cwd: Path | None = None) -> Ended:
    """Run a program to its end; raises TimeoutError after killing one that takes too long."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return Ended(process.returncode or 0, out, err)
