"""Reading and writing the counters of these tests."""

from app.database import sql


async def value(name: str = "a") -> int:
    return int((await sql("SELECT value FROM counter WHERE name = ?", name))[0]["value"])


async def add(number: int, name: str = "a") -> int:
    """Add to a counter; the sum may not be negative."""
    rows = await sql("UPDATE counter SET value = value + ? WHERE name = ? RETURNING value", number, name)
    return int(rows[0]["value"])
