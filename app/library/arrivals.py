"""Files that a worker brings in, from an address or from the import folder: a row each, from the wish to the asset.

Whoever works on one holds a lease, and the attempt number is the fencing token: a write with an older one changes
nothing. The attempt rises with each claim.
"""

from dataclasses import dataclass
from typing import Literal

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, new_id, placeholders, sql
from app.errors import Conflict, NotFound
from app.events import Change, change
from app.library import placing, rules
from app.library.service import Added

Kind = Literal["url", "folder"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
LEASE_MS = 30_000
SHOWN_MS = 3600 * 1000
KEPT_MS = 7 * 24 * 3600 * 1000
_OPEN = "state IN ('waiting', 'running')"
_MINE = "id = ? AND attempt = ? AND state = 'running'"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on its way. `note` says why it waits or failed; `tag` tells this version of the file from another.

    `tree` is the import of a folder tree that it belongs to, `place` what its name says there.
    """

    id: str
    kind: Kind
    source: str
    actor: str
    state: State
    bytes: int
    total: int | None
    tag: str | None
    note: str | None
    asset: str | None
    existed: bool
    attempt: int
    tries: int
    created_ms: int
    tree: str | None
    place: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is safe on disk of a file, its size if known, and what tells this version from another."""

    bytes: int
    total: int | None
    tag: str | None


_COLUMNS = ", ".join(Arrival.__slots__)


def _arrival(row: Row) -> Arrival:
    return Arrival(**{**row, "existed": bool(row["existed"])})


async def ask(kind: Kind, source: str, tag: str | None, total: int | None, *, by: str, happening: Change) -> Arrival:
    """Wish for a file inside a change; one that is on its way already is not doubled."""
    made = await sql(
        "INSERT INTO arrival (id, kind, source, actor, state, total, tag, created_ms, changed_ms)"
        f" VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT (kind, source) WHERE {_OPEN} DO NOTHING"
        f" RETURNING {_COLUMNS}",
        new_id(), kind, source, by, total, tag, happening.at_ms, happening.at_ms,
    )  # fmt: skip
    if made:
        await happening.happened("arrivals", "arrival", made[0]["id"], "asked", after={"source": source})
        return _arrival(made[0])
    rows = await sql(f"SELECT {_COLUMNS} FROM arrival WHERE kind = ? AND source = ? AND {_OPEN}", kind, source)
    return _arrival(rows[0])


async def ask_url(url: str, *, by: Identity, clock: MasterClock) -> Arrival:
    """Wish for the file at an address."""
    url = rules.checked_url(url)
    async with change(by.actor, clock) as happening:
        return await ask("url", url, None, None, by=by.actor, happening=happening)


async def show(arrival_id: str) -> Arrival:
    """The arrival with that id."""
    rows = await sql(f"SELECT {_COLUMNS} FROM arrival WHERE id = ?", arrival_id)
    if not rows:
        raise NotFound("ARRIVAL_UNKNOWN", "There is no such file on its way.")
    return _arrival(rows[0])


async def recent(now_ms: int, limit: int = 100) -> list[Arrival]:
    """What is on its way, what failed, and what came or was cancelled in the last hour; the newest first.

    Files of folder trees are not among them: their import tells of them.
    """
    rows = await sql(
        f"SELECT {_COLUMNS} FROM arrival WHERE tree IS NULL AND ({_OPEN} OR state = 'failed' OR changed_ms > ?)"
        " ORDER BY id DESC LIMIT ?",
        now_ms - SHOWN_MS, limit,
    )  # fmt: skip
    return [_arrival(row) for row in rows]


async def latest(kind: Kind, sources: list[str]) -> list[Arrival]:
    """The last arrival of each of these sources that has one."""
    rows = await sql(
        f"SELECT {_COLUMNS} FROM arrival a WHERE kind = ? AND source IN ({placeholders(sources)})"
        " AND id = (SELECT max(id) FROM arrival b WHERE b.kind = a.kind AND b.source = a.source)",
        kind, *sources,
    )  # fmt: skip
    return [_arrival(row) for row in rows]


async def open_ids() -> set[str]:
    """What is still to come."""
    return {row["id"] for row in await sql(f"SELECT id FROM arrival WHERE {_OPEN}")}


async def cancel(arrival_id: str, *, by: Identity, clock: MasterClock) -> Arrival:
    """Stop an arrival; a running one is stopped by its worker within a second."""
    async with change(by.actor, clock) as happening:
        await _open_one(arrival_id)
        gone = await sql(
            "UPDATE arrival SET state = 'cancelled', note = NULL, changed_ms = ? WHERE id = ? AND state = 'waiting'"
            " RETURNING id",
            happening.at_ms, arrival_id,
        )  # fmt: skip
        if not gone:
            await sql("UPDATE arrival SET cancel = 1 WHERE id = ?", arrival_id)
        await happening.happened("arrivals", "arrival", arrival_id, "cancelled")
    return await show(arrival_id)


async def _open_one(arrival_id: str) -> None:
    if not (await show(arrival_id)).is_open:
        raise Conflict("ARRIVAL_OVER", "This file is not on its way any more.")


async def retry(arrival_id: str, *, by: Identity, clock: MasterClock) -> Arrival:
    """Bring what failed or was cancelled after all."""
    async with change(by.actor, clock) as happening:
        found = await show(arrival_id)
        if found.state not in ("failed", "cancelled"):
            raise Conflict("ARRIVAL_FINE", "Only what failed or was cancelled is tried again.")
        # A new wish for the same file may have been made meanwhile: then there is nothing to do again.
        await sql(
            "UPDATE arrival SET state = 'waiting', cancel = 0, tries = 0, retry_ms = 0, note = NULL, changed_ms = ?"
            f" WHERE id = ? AND NOT EXISTS (SELECT 1 FROM arrival o WHERE o.kind = ? AND o.source = ? AND o.{_OPEN})",
            happening.at_ms, arrival_id, found.kind, found.source,
        )  # fmt: skip
        await happening.happened("arrivals", "arrival", arrival_id, "retried")
    return await show(arrival_id)


async def dismiss(arrival_id: str, *, by: Identity, clock: MasterClock) -> None:
    """Take what failed or was cancelled off the list."""
    async with change(by.actor, clock) as happening:
        found = await show(arrival_id)
        if found.state not in ("failed", "cancelled"):
            raise Conflict("ARRIVAL_FINE", "Only what failed or was cancelled is dismissed. Stop it first.")
        await sql("DELETE FROM arrival WHERE id = ?", arrival_id)
        await happening.happened("arrivals", "arrival", arrival_id, "dismissed")


async def claim(owner: str, now_ms: int, arrival_id: str | None = None) -> Arrival | None:
    """Claim the oldest that waits or whose lease ran out, or that very one; None when there is none.

    Whole trees stand back behind single files.
    """
    only, args = (" AND id = ?", [arrival_id]) if arrival_id else ("", [])
    rows = await sql(
        "UPDATE arrival SET state = 'running', attempt = attempt + 1, tries = tries + 1, note = NULL,"
        " lease_owner = ?, lease_until_ms = ? WHERE id = (SELECT id FROM arrival"
        " WHERE (state = 'waiting' AND retry_ms <= ? OR state = 'running' AND lease_until_ms <= ?)"
        f"{only} ORDER BY tree IS NOT NULL, id LIMIT 1) RETURNING {_COLUMNS}",
        owner, now_ms + LEASE_MS, now_ms, now_ms, *args,
    )  # fmt: skip
    return _arrival(rows[0]) if rows else None


async def beat(held: Arrival, kept: Kept, now_ms: int) -> bool:
    """Note how far it is and go on holding it; False when it was cancelled or somebody else holds it."""
    return bool(
        await sql(
            "UPDATE arrival SET bytes = ?, total = ?, tag = ?, lease_until_ms = ?, changed_ms = ?"
            f" WHERE {_MINE} AND cancel = 0 RETURNING id",
            kept.bytes, kept.total, kept.tag, now_ms + LEASE_MS, now_ms, held.id, held.attempt,
        )
    )  # fmt: skip


async def done(held: Arrival, added: Added, clock: MasterClock) -> None:
    """Note the asset that came of it."""
    async with change(held.actor, clock) as happening:
        kept = await sql(
            "UPDATE arrival SET state = 'done', asset = ?, existed = ?, lease_owner = NULL, lease_until_ms = NULL,"
            f" bytes = ?, changed_ms = ? WHERE {_MINE} RETURNING id",
            added.asset.id, int(added.existed), added.asset.bytes or 0, happening.at_ms, held.id, held.attempt,
        )  # fmt: skip
        if kept and held.place is not None:
            await placing.place(happening, added.asset.id, held.place)
        if kept:
            await happening.happened("arrivals", "arrival", held.id, "done", after={"asset": added.asset.id})


async def over(held: Arrival, state: State, note: str | None, clock: MasterClock) -> None:
    """Note that it failed, or that it was cancelled, and why."""
    async with change(held.actor, clock) as happening:
        kept = await sql(
            "UPDATE arrival SET state = ?, note = ?, cancel = 0, bytes = 0, lease_owner = NULL, lease_until_ms = NULL,"
            f" changed_ms = ? WHERE {_MINE} RETURNING id",
            state, note, happening.at_ms, held.id, held.attempt,
        )  # fmt: skip
        if kept:
            await happening.happened("arrivals", "arrival", held.id, state, after={"note": note})


async def again(held: Arrival, kept: Kept, note: str, wait_ms: int, tries: int, clock: MasterClock) -> None:
    """Let it wait for another try, which goes on from what is kept."""
    async with change(held.actor, clock) as happening:
        await sql(
            "UPDATE arrival SET state = 'waiting', note = ?, bytes = ?, tag = ?, tries = ?, retry_ms = ?,"
            f" lease_owner = NULL, lease_until_ms = NULL, changed_ms = ? WHERE {_MINE}",
            note, kept.bytes, kept.tag, tries, happening.at_ms + wait_ms, happening.at_ms, held.id, held.attempt,
        )  # fmt: skip
        await happening.happened("arrivals", "arrival", held.id, "waits", after={"note": note})


async def cancelled(held: Arrival) -> bool:
    """Whether the one who holds it was asked to stop."""
    return bool(await sql(f"SELECT id FROM arrival WHERE {_MINE} AND cancel = 1", held.id, held.attempt))


async def release(owner: str) -> None:
    """Let go of everything that an owner, or all whose names begin so, held."""
    await sql(
        "UPDATE arrival SET state = 'waiting', tries = tries - 1, lease_owner = NULL, lease_until_ms = NULL"
        " WHERE state = 'running' AND substr(lease_owner, 1, ?) = ?",
        len(owner), owner,
    )  # fmt: skip


async def sweep(now_ms: int) -> None:
    """Forget what is long over; which files of the import folder are in the library stays known."""
    await sql(
        f"DELETE FROM arrival WHERE changed_ms < ? AND NOT {_OPEN} AND NOT (kind = 'folder' AND state = 'done')",
        now_ms - KEPT_MS,
    )
