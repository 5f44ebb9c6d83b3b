"""Social channels: a channel with its account at a platform; for a webhook, an address and a signing secret.

What `github_channels` shares with webhooks stands here too.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import kinds
from app.channels import service as channels
from app.channels.service import ChannelView, Made
from app.clock import MasterClock
from app.database import Row, sql
from app.errors import Conflict, NotFound, field_error
from app.events import Change, change
from app.posts.adapters import adapter, github_config
from app.posts.adapters.webhook import checked_url
from app.posts.credentials import Credentials
from app.posts.tables import SocialAccount
from app.posts.weekly import WeeklySlot, format_slots, parse_slots
from app.standard_webhooks import new_secret

GRACE_DEFAULT_MIN = 60
GRACE_MOST_MIN = 7 * 24 * 60
SPACING_DEFAULT_MIN = 60
SPACING_MOST_MIN = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Account:
    """What a social channel has beside what every channel has."""

    channel: ChannelView
    platform: str
    url: str
    grace_min: int
    slots: tuple[WeeklySlot, ...]
    spacing_min: int
    needs_reconnect: str | None
    next_due_ms: int | None
    last_success_ms: int | None
    waiting: int
    repository: github_config.Config | None = None

    @property
    def config(self) -> dict[str, Any]:
        """What is stored about the platform, without secrets."""
        return {"url": self.url} if self.repository is None else msgspec.to_builtins(self.repository)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person or script wants a social channel to be."""

    title: str
    url: str
    timezone: str
    slug: str = ""
    grace_min: int = GRACE_DEFAULT_MIN
    slots: str = ""
    spacing_min: int = SPACING_DEFAULT_MIN
    day_start: str = ""


class _Wanted(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def grace_min(self) -> int: ...
    @property
    def slots(self) -> str: ...
    @property
    def spacing_min(self) -> int: ...
    @property
    def day_start(self) -> str: ...


async def add(wanted: Wanted, *, by: Identity, clock: MasterClock, keys: KeyFile) -> Made:
    """Make a social channel on a webhook."""
    config, credentials = {"url": checked_url(wanted.url)}, Credentials(new_secret())
    return await insert(wanted, "webhook", config, credentials, by=by, clock=clock, keys=keys)


async def insert(
    wanted: _Wanted, platform: str, config: dict[str, Any], credentials: Credentials,
    *, by: Identity, clock: MasterClock, keys: KeyFile,
) -> Made:  # fmt: skip
    """Store a social channel whose config and credentials are checked."""
    rhythm = _checked_rhythm(wanted)
    async with change(by.actor, clock) as happening:
        channel = await channels.insert(
            happening, kind="social", title=wanted.title, slug=wanted.slug, timezone=wanted.timezone,
            day_start=wanted.day_start or kinds.KINDS["social"].day_start,
        )  # fmt: skip
        account = SocialAccount(
            channel=channel, platform=platform, config=_text(config), secret_enc=keys.encrypt(credentials.written()),
            slots=rhythm.slots or None, spacing_s=rhythm.spacing_min * 60, late_grace_s=rhythm.grace_min * 60,
        )  # fmt: skip
        await SocialAccount.insert(account).run()
    return Made(channel, credentials.signing)


async def edit(key: str, wanted: Wanted, version: int, *, by: Identity, clock: MasterClock) -> ChannelView:
    """Change a social channel on a webhook; a new address clears what the old one refused."""
    config = {"url": checked_url(wanted.url)}
    before = await account_on("webhook", key)
    async with change(by.actor, clock) as happening:
        await update(happening, before, wanted, config, version)
    return await channels.channel(before.channel.id)


async def update(happening: Change, before: Account, wanted: _Wanted, config: dict[str, Any], version: int) -> None:
    """Store a changed social channel inside a transaction; another config clears what the old one refused."""
    rhythm = _checked_rhythm(wanted)
    await channels.update(
        happening, before.channel, title=wanted.title, slug=wanted.slug, timezone=wanted.timezone, version=version,
        day_start=wanted.day_start,
    )  # fmt: skip
    await sql(
        "UPDATE social_account SET config = ?, slots = ?, spacing_s = ?, late_grace_s = ?,"
        " needs_reconnect = CASE WHEN config = ? THEN needs_reconnect END WHERE channel = ?",
        _text(config), rhythm.slots or None, rhythm.spacing_min * 60, rhythm.grace_min * 60, _text(config),
        before.channel.id,
    )  # fmt: skip
    old = {**before.config, **_Rhythm(before.grace_min, format_slots(before.slots), before.spacing_min).told}
    new = {**config, **rhythm.told}
    if new != old:
        await happening.happened("channels", "channel", before.channel.id, "account changed", before=old, after=new)


async def held(channel: str) -> int:
    """How many targets of a channel a pause holds, and its end lets go: those that wait and are not paused alone."""
    rows = await sql(
        "SELECT count(*) AS n FROM target WHERE channel = ? AND paused = 0"
        " AND state IN ('scheduled', 'preparing', 'ready', 'retry_wait')",
        channel,
    )
    return int(rows[0]["n"])


async def renew_secret(key: str, *, by: Identity, clock: MasterClock, keys: KeyFile) -> str:
    """Give a channel a new signing secret; the old one is of no use from then on."""
    before = await account(key)
    secret = new_secret()
    async with change(by.actor, clock) as happening:
        credentials = msgspec.structs.replace(await stored_credentials(before, keys), signing=secret)
        await store_credentials(happening, before, credentials, "secret renewed", keys)
    return secret


async def stored_credentials(one: Account, keys: KeyFile) -> Credentials:
    """The secrets of a channel as they are; never for the eyes of a person."""
    rows = await sql("SELECT secret_enc FROM social_account WHERE channel = ?", one.channel.id)
    return Credentials.read(keys.decrypt(rows[0]["secret_enc"]))


async def store_credentials(
    happening: Change, one: Account, credentials: Credentials, verb: str, keys: KeyFile
) -> None:
    """Replace the secrets of a channel inside a transaction, which clears what the old ones were refused for."""
    await sql(
        "UPDATE social_account SET secret_enc = ?, needs_reconnect = NULL WHERE channel = ?",
        keys.encrypt(credentials.written()), one.channel.id,
    )  # fmt: skip
    await happening.happened("channels", "channel", one.channel.id, verb)


_COLUMNS = """
  SELECT s.channel, s.platform, s.config, s.late_grace_s, s.slots, s.spacing_s, s.needs_reconnect,
   (SELECT min(due_ms) FROM target t WHERE t.channel = s.channel AND t.state IN ('scheduled', 'ready', 'retry_wait'))
     AS next_due_ms,
   (SELECT max(published_ms) FROM target t INDEXED BY target_published WHERE t.channel = s.channel
     AND t.state = 'published') AS last_success_ms,
   (SELECT count(*) FROM target t WHERE t.channel = s.channel AND t.state IN ('scheduled', 'ready', 'retry_wait'))
     AS waiting
  FROM social_account s
"""


async def accounts() -> list[Account]:
    """All social channels, by title."""
    by_channel = {row["channel"]: row for row in await sql(_COLUMNS)}
    return [_account(one, by_channel[one.id]) for one in await channels.channels("social") if one.id in by_channel]


async def account(key: str) -> Account:
    """One social channel, by id or slug."""
    one = await channels.channel(key)
    rows = await sql(f"{_COLUMNS} WHERE s.channel = ?", one.id)
    if not rows:
        raise NotFound("ACCOUNT_UNKNOWN", f"{one.title} is no social channel.")
    return _account(one, rows[0])


async def account_on(platform: str, key: str) -> Account:
    """One social channel of a platform; the others are changed by other means."""
    one = await account(key)
    if one.platform != platform:
        raise Conflict("PLATFORM", f"{one.channel.title} is a channel on {adapter(one.platform).label}.")
    return one


def _account(one: ChannelView, row: Row) -> Account:
    config = msgspec.json.decode(str(row["config"]))
    repository = github_config.of(config) if row["platform"] == "github" else None
    return Account(
        one, str(row["platform"]), repository.web_url if repository else config.get("url", ""),
        row["late_grace_s"] // 60, parse_slots(row["slots"] or ""), row["spacing_s"] // 60, row["needs_reconnect"],
        row["next_due_ms"], row["last_success_ms"], row["waiting"], repository,
    )  # fmt: skip


def _text(config: dict[str, Any]) -> str:
    return msgspec.json.encode(config).decode()


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """When posts go out: how late at most, at which weekly slots, and how far apart."""

    grace_min: int
    slots: str
    spacing_min: int

    @property
    def told(self) -> dict[str, Any]:
        """As the history of a channel tells it."""
        return {"late_minutes": self.grace_min, "slots": self.slots, "spacing_minutes": self.spacing_min}


def _checked_rhythm(wanted: _Wanted) -> _Rhythm:
    if not 1 <= wanted.grace_min <= GRACE_MOST_MIN:
        raise field_error("late_minutes", "GRACE_BAD", f"Give 1 to {GRACE_MOST_MIN} minutes.")
    if not 1 <= wanted.spacing_min <= SPACING_MOST_MIN:
        raise field_error("spacing_minutes", "SPACING_BAD", f"Give 1 to {SPACING_MOST_MIN} minutes.")
    return _Rhythm(wanted.grace_min, format_slots(parse_slots(wanted.slots)), wanted.spacing_min)
