"""Recording what aired."""

from collections.abc import Sequence

from app.asrun.rules import COLUMNS, Entry, check
from app.channels import service as channels
from app.database import DB, placeholders, sql

_INSERT = (
    f"INSERT INTO as_run ({', '.join(COLUMNS)}) VALUES ({placeholders(COLUMNS)})"
    " ON CONFLICT (source, channel, source_key) DO NOTHING RETURNING seq"
)


async def record(entries: Sequence[Entry]) -> list[int]:
    """Append rows, all or none, in the caller's transaction if there is one; gives the numbers of the new ones.

    What its source has recorded before stays as it was. Raises Invalid, and NotFound for an unknown channel.
    """
    for one in entries:
        check(one)
    async with DB.transaction():
        for channel in {one.channel for one in entries}:
            await channels.channel(channel)
        added = [await sql(_INSERT, *(getattr(one, name) for name in COLUMNS)) for one in entries]
    return [rows[0]["seq"] for rows in added if rows]
