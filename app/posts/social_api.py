"""Social channels for programs."""

from typing import Any

import msgspec
from litestar import Controller, Request, get, patch, post
from litestar.params import FromPath, JSONBody

from app.channels import service as channels
from app.posts import github_channels, social
from app.posts.social import Wanted
from app.posts.social_json import (
    ChangedChannelJson,
    ChannelJson,
    NewChannelJson,
    SwitchedChannelJson,
    changed_common,
    changed_on_github,
    channel_json,
    checked_fields,
    new_on_github,
    new_on_webhook,
    switched_json,
)
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class MadeChannelJson(msgspec.Struct):
    """A new channel with the secret that signs what is sent to it, told this once."""

    channel: ChannelJson
    secret: str


class SecretJson(msgspec.Struct):
    """A new signing secret, told this once."""

    secret: str


class ChannelApi(Controller):
    """`/api/channels`."""

    path = "/api/channels"
    tags = ["Channels"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403))
    async def all(self) -> list[ChannelJson]:
        """All social channels, by title."""
        return [channel_json(one) for one in await social.accounts()]

    @post(guards=[editor], responses=documented(400, 401, 403, 409, 413, 422))
    async def create(self, request: AnyRequest, data: JSONBody[NewChannelJson]) -> MadeChannelJson:
        """Add a social channel on a webhook or on a GitHub repository."""
        by, clock, keys = request.user, request.app.state.clock, request.app.state.key_file
        checked_fields(data, data.platform)
        if data.platform == "github":
            made = await github_channels.add(new_on_github(data), by=by, clock=clock, keys=keys)
        else:
            made = await social.add(new_on_webhook(data), by=by, clock=clock, keys=keys)
        return MadeChannelJson(channel_json(await social.account(made.channel)), made.secret)

    @get("/{key:str}", responses=documented(401, 403, 404))
    async def show(self, key: FromPath[str]) -> ChannelJson:
        """One channel, by id or slug."""
        return channel_json(await social.account(key))

    @patch("/{key:str}", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def change(self, request: AnyRequest, key: FromPath[str], data: JSONBody[ChangedChannelJson]) -> ChannelJson:
        """Change a channel, unless it was changed since `version`."""
        by, clock, keys = request.user, request.app.state.clock, request.app.state.key_file
        before = await social.account(key)
        checked_fields(data, before.platform)
        common = changed_common(data, before)
        if before.repository is None:
            wanted = Wanted(url=before.url if data.url is None else data.url, **common)
            one = await social.edit(before.channel.id, wanted, data.version, by=by, clock=clock)
        else:
            repository = changed_on_github(data, before.repository, common)
            one = await github_channels.edit(before.channel.id, repository, data.version, by=by, clock=clock, keys=keys)
        return channel_json(await social.account(one.id))

    @post("/{key:str}/secret", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def renew_secret(self, request: AnyRequest, key: FromPath[str]) -> SecretJson:
        """Give a channel a new signing secret."""
        state = request.app.state
        return SecretJson(await social.renew_secret(key, by=request.user, clock=state.clock, keys=state.key_file))

    @post("/{key:str}/pause", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def pause(self, request: AnyRequest, key: FromPath[str]) -> SwitchedChannelJson:
        """Let everything planned on a channel wait; tells how many posts that holds."""
        return switched_json(await social.set_paused(key, True, by=request.user, clock=request.app.state.clock))

    @post("/{key:str}/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def resume(self, request: AnyRequest, key: FromPath[str]) -> SwitchedChannelJson:
        """Let a paused channel go on; tells how many posts that releases."""
        return switched_json(await social.set_paused(key, False, by=request.user, clock=request.app.state.clock))

    @post("/{key:str}/deactivate", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def deactivate(self, request: AnyRequest, key: FromPath[str]) -> ChannelJson:
        """Switch a channel off."""
        return await _switched(await channels.set_active(key, False, by=request.user, clock=request.app.state.clock))

    @post("/{key:str}/activate", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def activate(self, request: AnyRequest, key: FromPath[str]) -> ChannelJson:
        """Switch a channel on again."""
        return await _switched(await channels.set_active(key, True, by=request.user, clock=request.app.state.clock))


async def _switched(one: channels.ChannelView) -> ChannelJson:
    return channel_json(await social.account(one.id))
