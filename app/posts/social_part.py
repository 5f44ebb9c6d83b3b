"""What publishing keeps of social channels, told to `channels` by the name of their kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.accounts.desk import desk
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import deleting, kinds
from app.channels.kinds import Health, Look, Past, Tab
from app.channels.schemas import ChannelJson
from app.channels.service import ChannelView, Made
from app.clock import MasterClock
from app.posts import github_channels, resuming, scopes, social
from app.posts.adapters import ADAPTERS, adapter
from app.posts.adapters.github_config import Config
from app.posts.social import Account, Wanted
from app.posts.social_json import (
    ChangedSocialJson,
    NewSocialJson,
    SocialChannelJson,
    changed_common,
    changed_on_github,
    channel_json,
    checked_fields,
    new_on_github,
    new_on_webhook,
)
from app.queue import Queue

KIND = "social"
CONNECTION = Tab("connection", "Connection")


def register() -> None:
    """Keep the accounts of social channels, and show how each is connected."""
    kinds.register(KIND, SocialPart())
    kinds.register_tab(KIND, CONNECTION)
    deleting.register_dependent("post", "posts", "SELECT count(*) AS n FROM target WHERE channel = ?")
    deleting.register_own("social_account")


class SocialPart:
    """Platform, account, slots and lateness of a social channel."""

    new = NewSocialJson
    changed = ChangedSocialJson
    told = SocialChannelJson
    fields_template = "posts/_channel_fields.html"
    shown_once_template = "posts/_new_secret.html"
    secret_fields = frozenset({"token"})
    usual: Mapping[str, str] = msgspec.to_builtins(Config(repository=""))

    def context(self, values: dict[str, str]) -> dict[str, Any]:
        """The platforms to choose from, and the ways to call GitHub."""
        return {
            "platforms": [{"value": one.name, "label": one.label, "icon": one.icon} for one in ADAPTERS.values()],
            "platform": adapter(values.get("platform") or "webhook"),
            "modes": [
                {"value": "repository_dispatch", "label": "repository_dispatch (an event of the repository)"},
                {"value": "workflow_dispatch", "label": "workflow_dispatch (one workflow, by its file)"},
            ],
        }

    async def add(self, given: NewSocialJson, *, by: Identity, clock: MasterClock, keys: KeyFile) -> Made:
        """Make a channel on its platform."""
        checked_fields(given, given.platform, given.title)
        if given.platform == "github":
            return await github_channels.add(new_on_github(given), by=by, clock=clock, keys=keys)
        return await social.add(new_on_webhook(given), by=by, clock=clock, keys=keys)

    async def edit(
        self, key: str, given: ChangedSocialJson, *, by: Identity, clock: MasterClock, keys: KeyFile
    ) -> None:
        """Change a channel on its platform."""
        before = await social.account(key)
        checked_fields(given, before.platform, before.channel.title)
        common = changed_common(given, before)
        if before.repository is None:
            wanted = Wanted(url=before.url if given.url is None else given.url, **common)
            await social.edit(before.channel.id, wanted, given.version, by=by, clock=clock)
        else:
            repository = changed_on_github(given, before.repository, common)
            await github_channels.edit(before.channel.id, repository, given.version, by=by, clock=clock, keys=keys)

    async def json(self, views: Sequence[ChannelView]) -> list[ChannelJson]:
        """The channels with their accounts."""
        return [channel_json(one) for one in await _accounts(views)]

    async def held(self, channel: str) -> int:
        """Targets that a pause holds."""
        return await social.held(channel)

    async def resume(
        self, channel: str, past: Past | None, *, by: Identity, clock: MasterClock, queue: Queue | None
    ) -> int:
        """Let its targets go on."""
        of, timezone = await scopes.scope("channel", channel), (await desk()).timezone
        return (await resuming.resume(of, past, by=by, clock=clock, timezone=timezone, queue=queue)).changed

    async def health(self, views: Sequence[ChannelView]) -> dict[str, tuple[Look, Health]]:
        """Platform, next and last post, and what the platform refuses."""
        return {
            one.channel.id: (
                Look(adapter(one.platform).label, adapter(one.platform).icon),
                Health(one.next_due_ms, one.last_success_ms, one.needs_reconnect or "", one.waiting),
            )
            for one in await _accounts(views)
        }


async def _accounts(views: Sequence[ChannelView]) -> list[Account]:
    if len(views) == 1:
        return [await social.account(views[0].id)]
    wanted = {view.id for view in views}
    return [one for one in await social.accounts() if one.channel.id in wanted]
