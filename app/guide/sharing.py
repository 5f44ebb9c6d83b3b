"""To whom the guide's files are open, how many days they hold, and the secret links of players."""

from dataclasses import dataclass

from app.accounts.rules import Identity, checked_name
from app.accounts.secrets import digest, new_token
from app.clock import MINUTE_MS, MasterClock
from app.database import Row, new_id, sql
from app.errors import Conflict, NotFound, Unauthenticated, field_error
from app.events import change

DAYS_MOST = 14
LINKS_MOST = 100


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether everybody may fetch the files, and how many full days beyond today they hold."""

    open: bool
    days: int


async def sharing() -> Sharing:
    """How the guide is shared."""
    rows = await sql("SELECT open, days FROM guide_sharing WHERE id = 1")
    return Sharing(bool(rows[0]["open"]), rows[0]["days"])


async def share(wanted: Sharing, *, by: Identity, clock: MasterClock) -> Sharing:
    """Open or close the files, and set how many days they hold (1 to 14)."""
    checked_days(wanted.days)
    async with change(by.actor, clock) as happening:
        before = await sharing()
        if before != wanted:
            await sql("UPDATE guide_sharing SET open = ?, days = ? WHERE id = 1", int(wanted.open), wanted.days)
            await happening.happened(
                "guide", "guide", "1", "shared", before={"open": before.open, "days": before.days},
                after={"open": wanted.open, "days": wanted.days},
            )  # fmt: skip
    return wanted


def checked_days(days: int, field: str = "days") -> int:
    """A number of days that the files may hold."""
    if not 1 <= days <= DAYS_MOST:
        raise field_error(field, "DAYS_BAD", f"Give 1 to {DAYS_MOST} days.")
    return days


async def links() -> list[Row]:
    """The links in use, oldest first."""
    return await sql("SELECT id, name, created_ms, used_ms FROM guide_link ORDER BY id")


async def add_link(name: str, *, by: Identity, clock: MasterClock) -> str:
    """Make a link; returns its token, of which only the hash is kept."""
    name, token = checked_name(name), new_token()
    async with change(by.actor, clock) as happening:
        if len(await links()) >= LINKS_MOST:
            raise Conflict("LINKS_MANY", f"There are {LINKS_MOST} links already. End those that nobody uses.")
        link_id = new_id()
        await sql(
            "INSERT INTO guide_link (id, name, token_hash, created_ms) VALUES (?, ?, ?, ?)",
            link_id, name, digest(token), happening.at_ms,
        )  # fmt: skip
        await happening.happened("guide", "guide_link", link_id, "made", after={"name": name})
    return token


async def end_link(link_id: str, *, by: Identity, clock: MasterClock) -> None:
    """End a link for good."""
    async with change(by.actor, clock) as happening:
        gone = await sql("DELETE FROM guide_link WHERE id = ? RETURNING name", link_id)
        if not gone:
            raise NotFound("LINK_UNKNOWN", "There is no such link to the guide.")
        await happening.happened("guide", "guide_link", link_id, "revoked", before={"name": gone[0]["name"]})


async def open_link(token: str, clock: MasterClock) -> None:
    """Refuse a token that is no link in use, and note the use at most once a minute."""
    rows = await sql("SELECT id, used_ms FROM guide_link WHERE token_hash = ?", digest(token))
    if not token or not rows:
        detail = "This address of the guide is not in use. Make a new one on the guide's page, under Subscribe."
        raise Unauthenticated("LINK_UNKNOWN", detail)
    now = clock.now_ms()
    if now - (rows[0]["used_ms"] or 0) >= MINUTE_MS:
        await sql("UPDATE guide_link SET used_ms = ? WHERE id = ?", now, rows[0]["id"])


def addresses(url: str, token: str = "") -> dict[str, str]:
    """The addresses of the files by their format, with a link's token where there is one."""
    query = f"?token={token}" if token else ""
    return {"xmltv": f"{url}/guide.xml{query}", "m3u": f"{url}/channels.m3u{query}", "ical": f"{url}/guide.ics{query}"}
