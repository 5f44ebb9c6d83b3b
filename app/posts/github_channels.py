"""Social channels on a GitHub repository: where it is, how it is called, and a token that calls it."""

from dataclasses import dataclass

import msgspec

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import service as channels
from app.channels.service import ChannelView, Made
from app.clock import MasterClock
from app.errors import field_error
from app.events import change
from app.posts import social
from app.posts.adapters import github_config
from app.posts.adapters.github_config import Config
from app.posts.credentials import Credentials
from app.standard_webhooks import new_secret


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person or script wants such a channel to be; an empty token keeps the one that it has."""

    title: str
    config: Config
    timezone: str
    token: str = ""
    slug: str = ""
    grace_min: int = social.GRACE_DEFAULT_MIN
    slots: str = ""
    spacing_min: int = social.SPACING_DEFAULT_MIN
    day_start: str = ""


async def add(wanted: Wanted, *, by: Identity, clock: MasterClock, keys: KeyFile) -> Made:
    """Make a social channel on a repository; the secret signs what its workflow reports."""
    config = github_config.checked(wanted.config)
    credentials = Credentials(new_secret(), github_config.checked_token(wanted.token))
    return await social.insert(
        wanted, "github", msgspec.to_builtins(config), credentials, by=by, clock=clock, keys=keys
    )


async def edit(
    key: str, wanted: Wanted, version: int, *, by: Identity, clock: MasterClock, keys: KeyFile
) -> ChannelView:
    """Change a social channel on a repository; another repository or token clears what the old one refused."""
    config = github_config.checked(wanted.config)
    token = github_config.checked_token(wanted.token) if wanted.token else ""
    before = await social.account_on("github", key)
    if before.config["api_url"] != config.api_url and not token:
        # Else whoever may change a channel could have its token sent to a server of their own.
        raise field_error("token", "TOKEN_NEEDED", "Give the token for this server too.")
    async with change(by.actor, clock) as happening:
        await social.update(happening, before, wanted, msgspec.to_builtins(config), version)
        if token:
            credentials = msgspec.structs.replace(await social.stored_credentials(before, keys), token=token)
            await social.store_credentials(happening, before, credentials, "token renewed", keys)
    return await channels.channel(before.channel.id)
