"""The secret links to the calendar as a feed: one a person, shown once, ended at any time."""

from app.accounts.rules import Identity
from app.accounts.secrets import digest, new_token
from app.clock import MINUTE_MS, MasterClock
from app.database import Row, sql
from app.errors import Invalid, NotFound
from app.events import change


async def link(of: Identity) -> Row | None:
    """When a person's link was made and last used, if there is one."""
    rows = await sql("SELECT created_ms, used_ms FROM calendar_link WHERE person = ?", of.id)
    return rows[0] if rows and of.kind == "user" else None


async def new(*, by: Identity, clock: MasterClock) -> str:
    """Make a person's link, ending the one before; returns its token, of which only the hash is kept."""
    _refuse_keys(by)
    token = new_token()
    async with change(by.actor, clock) as happening:
        await sql(
            "INSERT INTO calendar_link (person, token_hash, created_ms) VALUES (?, ?, ?) ON CONFLICT (person)"
            " DO UPDATE SET token_hash = excluded.token_hash, created_ms = excluded.created_ms, used_ms = NULL",
            by.id, digest(token), happening.at_ms,
        )  # fmt: skip
        await happening.happened("calendar", "calendar_link", by.id, "made")
    return token


async def end(*, by: Identity, clock: MasterClock) -> None:
    """End a person's link for good."""
    _refuse_keys(by)
    async with change(by.actor, clock) as happening:
        if not await sql("DELETE FROM calendar_link WHERE person = ? RETURNING person", by.id):
            raise NotFound("LINK_UNKNOWN", "You have no calendar link in use.")
        await happening.happened("calendar", "calendar_link", by.id, "revoked")


def _refuse_keys(by: Identity) -> None:
    if by.kind != "user":
        raise Invalid("LINK_OF_PERSON", "A calendar link belongs to a person. Sign in to make one.")


async def open_link(token: str, clock: MasterClock) -> None:
    """Refuse a token that is no link in use, and note the use at most once a minute."""
    rows = await sql("SELECT person, used_ms FROM calendar_link WHERE token_hash = ?", digest(token))
    if not token or not rows:
        raise NotFound("LINK_UNKNOWN", "This calendar link is not in use. Make a new one on the calendar's page.")
    now = clock.now_ms()
    if now - (rows[0]["used_ms"] or 0) >= MINUTE_MS:
        await sql("UPDATE calendar_link SET used_ms = ? WHERE person = ?", now, rows[0]["person"])
