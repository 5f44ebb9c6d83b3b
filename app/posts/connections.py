"""Trying how a channel is connected, without publishing anything."""

import asyncio

from app import outbound
from app.accounts.desk import allowed_hosts
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.database import sql
from app.errors import Conflict
from app.events import change
from app.posts import social
from app.posts.adapters import github_check
from app.posts.adapters.base import Tools
from app.posts.adapters.github_check import Finding

WITHIN_S = 20
_EACH_S = 8


async def attempt(key: str, *, by: Identity, clock: MasterClock, keys: KeyFile) -> list[Finding]:
    """Ask the platform about a channel's account; where all is well, it no longer needs reconnecting.

    Raises Conflict for a channel whose platform has nothing to be asked.
    """
    one = await social.account(key)
    if one.repository is None:
        raise Conflict("NOTHING_TO_TRY", f"{one.channel.title} is on a webhook, which only a post can try.")
    token = (await social.stored_credentials(one, keys)).token
    allowed = frozenset([row["host"] for row in await allowed_hosts()])
    try:
        async with outbound.client(lambda host: host in allowed, timeout=_EACH_S) as http, asyncio.timeout(WITHIN_S):
            found = await github_check.examine(one.repository, token, Tools(http, clock.now()))
    except TimeoutError:
        found = [Finding(False, "UNREACHABLE", f"GitHub did not answer within {WITHIN_S} s. Try again later.")]
    if one.needs_reconnect and all(finding.ok for finding in found):
        await _reconnected(one, by, clock)
    return found


async def _reconnected(one: social.Account, by: Identity, clock: MasterClock) -> None:
    async with change(by.actor, clock) as happening:
        await sql(
            "UPDATE social_account SET needs_reconnect = NULL WHERE channel = ? AND needs_reconnect = ?",
            one.channel.id, one.needs_reconnect,
        )  # fmt: skip
        await happening.happened("channels", "channel", one.channel.id, "connection found well")
