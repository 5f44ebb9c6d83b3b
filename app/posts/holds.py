"""What holds a target back beside its own flag and its channel: its wave, and the switch of everything.

The statements of the engine carry these conditions, so that a pause holds from the moment it is stored.
"""

from app.database import sql


def open_for(target: str) -> str:
    """The SQL condition that neither the wave of a target, by the name of its table, nor everything is paused."""
    return (
        f"NOT EXISTS (SELECT 1 FROM wave w WHERE w.id = {target}.wave AND w.paused = 1)"
        " AND NOT EXISTS (SELECT 1 FROM publishing WHERE publishing.paused = 1)"
    )


OPEN = open_for("t")
HELD = f"NOT ({OPEN})"


async def all_paused() -> bool:
    """Whether everything is held."""
    return bool(await sql("SELECT 1 FROM publishing WHERE paused = 1"))


async def holds(target: str) -> bool:
    """Whether a target is held back by its wave or the switch of everything; its own flag ends with "post now"."""
    return bool(await sql(f"SELECT 1 FROM target t WHERE t.id = ? AND {HELD}", target))
