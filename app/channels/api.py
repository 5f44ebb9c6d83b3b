"""Channels of every kind for programs; the types of bodies and answers are those of `shapes`."""

from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.channels import acts, service
from app.channels.acts import Verb
from app.channels.deleting import delete_channel
from app.channels.kinds import Past
from app.channels.schemas import ChangedChannelJson, ChannelJson, KindName, NewChannelJson, ValidatedJson
from app.channels.shapes import switched_json, validated
from app.channels.validating import validate
from app.web.documented import documented
from app.web.guards import editor, viewer

if TYPE_CHECKING:
    AnyChannel = ChannelJson
    AnySwitched = ChannelJson
    MadeChannel = msgspec.Struct
    NewChannel = NewChannelJson
    ChangedChannel = ChangedChannelJson

AnyRequest = Request[Any, Any, Any]


class _Made(msgspec.Struct, omit_defaults=True):
    """What `MadeChannel` looks like, whatever the kind."""

    channel: ChannelJson
    secret: str | None = None


class ChannelApi(Controller):
    """`/api/channels`."""

    path = "/api/channels"
    tags = ["Channels"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403))
    async def all(self, kind: FromQuery[KindName | None] = None) -> "list[AnyChannel]":
        """All channels by title, or those of a kind."""
        return await acts.json(await service.channels(kind))

    @post(guards=[editor], responses=documented(400, 401, 403, 409, 413, 422))
    async def create(self, request: AnyRequest, data: "JSONBody[NewChannel]") -> "MadeChannel":
        """Add a channel: social on a webhook or a GitHub repository, linear or radio."""
        state = request.app.state
        made = await acts.create(data, by=request.user, clock=state.clock, keys=state.key_file)
        (told,) = await acts.json([await service.channel(made.channel)])
        return _Made(told, made.secret or None)

    @get("/{key:str}", responses=documented(401, 403, 404))
    async def show(self, key: FromPath[str]) -> "AnyChannel":
        """One channel, by id or slug."""
        return await _told(key)

    @patch("/{key:str}", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def change(self, request: AnyRequest, key: FromPath[str], data: "JSONBody[ChangedChannel]") -> "AnyChannel":
        """Change a channel, unless it was changed since `version`."""
        state = request.app.state
        one = await acts.edit(key, data, by=request.user, clock=state.clock, keys=state.key_file)
        return await _told(one.id)

    @delete("/{key:str}", guards=[editor], responses=documented(401, 403, 404, 409))
    async def remove(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Delete a channel that nothing depends on; others can be switched off."""
        await delete_channel(key, by=request.user, clock=request.app.state.clock)

    @get("/{key:str}/validate", responses=documented(401, 403, 404))
    async def check(self, key: FromPath[str], strict: FromQuery[bool] = False) -> ValidatedJson:
        """What is wrong or unusual about a channel as it is stored; `strict` counts warnings, too."""
        return validated(await validate(key), strict=strict)

    @post("/{key:str}/pause", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def pause(self, request: AnyRequest, key: FromPath[str]) -> "AnySwitched":
        """Let everything planned on a channel wait; tells how many targets that holds."""
        return await _switch(request, key, "pause")

    @post("/{key:str}/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409, 422))
    async def resume(
        self, request: AnyRequest, key: FromPath[str], past: FromQuery[Past | None] = None
    ) -> "AnySwitched":
        """Let a paused channel go on; where times passed meanwhile, `past` says what becomes of those targets.

        Tells how many targets that releases.
        """
        return await _switch(request, key, "resume", past)

    @post("/{key:str}/deactivate", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def deactivate(self, request: AnyRequest, key: FromPath[str]) -> "AnySwitched":
        """Switch a channel off; tells how many targets are kept for when it is switched on again."""
        return await _switch(request, key, "deactivate")

    @post("/{key:str}/activate", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def activate(self, request: AnyRequest, key: FromPath[str]) -> "AnySwitched":
        """Switch a channel on again; tells how many targets that releases."""
        return await _switch(request, key, "activate")


async def _told(key: str) -> ChannelJson:
    return (await acts.json([await service.channel(key)]))[0]


async def _switch(request: AnyRequest, key: str, verb: Verb, past: Past | None = None) -> ChannelJson:
    state = request.app.state
    done = await acts.switch(key, verb, by=request.user, clock=state.clock, past=past, queue=state.queue)
    return switched_json(done, await _told(key))
