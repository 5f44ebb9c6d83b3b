"""API keys: made once, stored as a hash, revocable, with the minute of their last use."""

from dataclasses import dataclass

from app.accounts import rules
from app.accounts.rules import Identity
from app.accounts.secrets import digest, new_key
from app.accounts.tables import ApiKey
from app.clock import MINUTE_MS, MasterClock
from app.database import Row, new_id, sql
from app.errors import NotFound
from app.events import change


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the only moment when it can be seen."""

    id: str
    name: str
    role: str
    key: str


async def create(name: str, role: str, *, by: Identity, clock: MasterClock) -> NewKey:
    """Make a key with a role of its own; only its hash is stored."""
    name, checked = rules.checked_name(name), rules.checked_role(role)
    made = NewKey(new_id(), name, checked, new_key())
    async with change(by.actor, clock) as happening:
        row = ApiKey(id=made.id, name=name, hash=digest(made.key), role=checked, created_ms=happening.at_ms)
        await ApiKey.insert(row).run()
        await happening.happened("accounts", "api_key", made.id, "added", after={"name": name, "role": checked})
    return made


async def keys() -> list[Row]:
    """All keys, the usable ones first, newest first."""
    return await sql(
        "SELECT id, name, role, created_ms, last_used_ms, revoked_ms FROM api_key"
        " ORDER BY revoked_ms IS NOT NULL, id DESC"
    )


async def revoke(key: str, *, by: Identity, clock: MasterClock) -> None:
    """End a key for good."""
    async with change(by.actor, clock) as happening:
        rows = await sql(
            "UPDATE api_key SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL RETURNING name",
            happening.at_ms, key,
        )  # fmt: skip
        if not rows:
            raise NotFound("KEY_UNKNOWN", "There is no such key in use.")
        await happening.happened("accounts", "api_key", key, "revoked", before={"name": rows[0]["name"]})


async def by_key(key: str, clock: MasterClock) -> Identity | None:
    """Whose key this is, noting its use at most once a minute."""
    rows = await sql(
        "SELECT id, name, role, last_used_ms FROM api_key WHERE hash = ? AND revoked_ms IS NULL", digest(key)
    )
    if not rows:
        return None
    row, now = rows[0], clock.now_ms()
    if now - (row["last_used_ms"] or 0) >= MINUTE_MS:
        await sql("UPDATE api_key SET last_used_ms = ? WHERE id = ?", now, row["id"])
    return Identity("key", row["id"], row["name"], row["role"])
