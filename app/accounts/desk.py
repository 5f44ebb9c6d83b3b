"""The desk itself: its name and zone, first-run set-up, and the hosts that an administrator allows."""

import hmac
from dataclasses import dataclass
from pathlib import Path

from app import clock as clocks
from app.accounts import rules
from app.accounts.rules import Identity
from app.accounts.secrets import digest, new_token
from app.accounts.tables import AllowedHost, Desk
from app.clock import MasterClock
from app.database import DB, Row, sql
from app.errors import Conflict, NotFound, Unauthenticated, field_error
from app.events import change

SYSTEM = Identity("system", "", "set-up", "admin")


@dataclass(frozen=True, slots=True)
class DeskView:
    """What every page knows of the desk."""

    name: str
    timezone: str


async def desk() -> DeskView:
    """The desk's name and zone; a nameless one before set-up."""
    rows = await sql("SELECT name, timezone FROM desk WHERE id = 1")
    return DeskView(**rows[0]) if rows else DeskView("Daypart", "Etc/UTC")


async def has_administrator() -> bool:
    """Whether first-run set-up is done."""
    return bool(await sql("SELECT 1 FROM person WHERE role = 'admin' LIMIT 1"))


async def offer_setup(base_url: str, link_file: Path) -> None:
    """While there is no administrator, keep a one-time link to make one in a file that only the owner reads."""
    if await has_administrator():
        link_file.unlink(missing_ok=True)
        return
    token = new_token()
    async with DB.transaction():
        await sql(
            "INSERT INTO desk (id, name, timezone, setup_hash) VALUES (1, 'Daypart', 'Etc/UTC', ?)"
            " ON CONFLICT (id) DO UPDATE SET setup_hash = excluded.setup_hash",
            digest(token),
        )
    link_file.touch(mode=0o600)
    link_file.write_text(f"{base_url}/setup?token={token}\n")


async def check_setup_token(token: str) -> None:
    """Refuse a set-up link that is wrong or was used."""
    rows = await sql("SELECT setup_hash FROM desk WHERE id = 1")
    expected = rows[0]["setup_hash"] if rows else None
    if expected is None or await has_administrator():
        raise Conflict("SETUP_DONE", "This desk already has an administrator. Sign in instead.")
    if not hmac.compare_digest(expected, digest(token)):
        raise Unauthenticated("SETUP_LINK", "This link is not valid. Use the one that the start printed last.")


async def rename(name: str, timezone: str, *, by: Identity, clock: MasterClock) -> None:
    """Give the desk another name and zone."""
    name = rules.checked_name(name, "station")
    clocks.zone(timezone)
    before = await desk()
    async with change(by.actor, clock) as happening:
        await Desk.update({Desk.name: name, Desk.timezone: timezone}).where(Desk.id == 1).run()
        await happening.happened(
            "desk", "desk", "1", "changed", before={"name": before.name, "timezone": before.timezone},
            after={"name": name, "timezone": timezone},
        )  # fmt: skip


async def allowed_hosts() -> list[Row]:
    """The private hosts that outbound calls may reach, with who allowed them."""
    return await AllowedHost.select().order_by(AllowedHost.host).run()


async def allow_host(host: str, *, by: Identity, clock: MasterClock) -> str:
    """Let outbound calls reach a host although its address is private; returns it as stored."""
    host = _checked_host(host)
    async with change(by.actor, clock) as happening:
        await sql(
            "INSERT INTO allowed_host (host, actor, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            host, by.actor, happening.at_ms,
        )  # fmt: skip
        await happening.happened("desk", "allowed_host", host, "allowed")
    return host


async def forbid_host(host: str, *, by: Identity, clock: MasterClock) -> None:
    """Take a host off the list again."""
    async with change(by.actor, clock) as happening:
        if not await sql("DELETE FROM allowed_host WHERE host = ? RETURNING host", host):
            raise NotFound("HOST_UNKNOWN", f"{host} is not on the list.")
        await happening.happened("desk", "allowed_host", host, "forbidden")


def _checked_host(host: str) -> str:
    host = host.strip().lower()
    if not host or any(c.isspace() or c in "/@?#" for c in host):
        raise field_error("host", "HOST_BAD", "Give a host as in the address, such as nas.lan or 10.0.0.4:8080.")
    return host
