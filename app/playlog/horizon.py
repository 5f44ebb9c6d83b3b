"""How far ahead the playlog reaches, and before which instant nothing in it changes any more."""

from typing import Literal

from app.clock import HOUR_MS, MINUTE_MS

TARGET_MS = 4 * HOUR_MS
LEAST_MS = 3 * HOUR_MS
# A live stream lists 10 segments of 4 s, 3 of them ahead of the clock, and one is being cut.
COMMIT_MS = (3 + 10 + 1) * 4_000

Stage = Literal["aired", "on_air", "committed", "planned"]
"""How an event stands to the clock: over, on air, too near to be changed, or still open."""


def commit_edge(now_ms: int) -> int:
    """The instant before which nothing changes any more."""
    return now_ms + COMMIT_MS


def stage(start_ms: int, end_ms: int, now_ms: int) -> Stage:
    """How an event stands to the clock."""
    if end_ms <= now_ms:
        return "aired"
    if start_ms <= now_ms:
        return "on_air"
    return "committed" if start_ms < commit_edge(now_ms) else "planned"


def room(frontier_ms: int, end_ms: int, now_ms: int) -> bool:
    """Whether the playlog, which reaches to its frontier, grows by an entry that ends then.

    It reaches three to four hours ahead; an entry that is longer than that may lead beyond.
    """
    return end_ms <= now_ms + TARGET_MS or frontier_ms < now_ms + LEAST_MS


def near(frontier_ms: int, now_ms: int) -> bool:
    """Whether the playlog may have to grow: it lacks a quarter of an hour, the shortest block, or more."""
    return frontier_ms + 15 * MINUTE_MS <= now_ms + TARGET_MS
