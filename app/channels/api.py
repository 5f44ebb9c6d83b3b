"""Channels of every kind for programs.

The areas above extend the schemas by what they keep of a kind, so the types of bodies and answers are put together by
`shapes` when the app is made.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Controller, Request, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.channels import acts, kinds, service
from app.channels.acts import Verb
from app.channels.schemas import ChangedChannelJson, ChannelJson, KindName, NewChannelJson, PlainChannelJson
from app.channels.service import Switched
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


def shapes() -> dict[str, Any]:
    """The types of `ChannelApi`, by name, with what the parts that are registered by now add."""
    parts = list(kinds.parts())
    told = [PlainChannelJson, *(part.told for part in parts)]
    channel = reduce(or_, told)
    return {
        "AnyChannel": channel,
        "AnySwitched": reduce(or_, [switched(one) for one in told]),
        "MadeChannel": reduce(or_, [_made(one) for one in told]),
        "NewChannel": _merged(NewChannelJson, [part.new for part in parts]),
        "ChangedChannel": _merged(ChangedChannelJson, [part.changed for part in parts]),
    }


def _made(told: type[ChannelJson]) -> type[msgspec.Struct]:
    fields = [("channel", told), ("secret", str | None, None)]
    doc = "A new channel; `secret` signs what is sent to it or reported by it, and is told this once."
    return msgspec.defstruct(f"Made{told.__name__}", fields, omit_defaults=True, namespace={"__doc__": doc})


def _merged(base: type[msgspec.Struct], parts: Sequence[type[msgspec.Struct]]) -> type[msgspec.Struct]:
    """One schema with the fields of all parts, since what is sent says only inside which kind it means."""
    first = parts[0] if parts else base
    more = {field.name: field for part in parts[1:] for field in msgspec.structs.fields(part)}
    fields = [(name, one.type, one.default) for name, one in more.items() if name not in first.__struct_fields__]
    return msgspec.defstruct(
        base.__name__, fields, bases=(first,), kw_only=True, forbid_unknown_fields=True,
        namespace={"__doc__": first.__doc__},
    )  # fmt: skip


_switched: dict[type[ChannelJson], type[ChannelJson]] = {}


def switched(told: type[ChannelJson]) -> type[ChannelJson]:
    """The schema of a channel that was paused or switched: `changed` planned targets are held or let go by that."""
    if told not in _switched:
        name = f"Switched{told.__name__}"
        made = msgspec.defstruct(name, [("changed", int)], bases=(told,), kw_only=True, omit_defaults=True)
        _switched[told] = made  # type: ignore[assignment]
    return _switched[told]


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
    async def change(
        self, request: AnyRequest, key: FromPath[str], data: "JSONBody[ChangedChannel]"
    ) -> "AnyChannel":
        """Change a channel, unless it was changed since `version`."""
        state = request.app.state
        one = await acts.edit(key, data, by=request.user, clock=state.clock, keys=state.key_file)
        return await _told(one.id)

    @post("/{key:str}/pause", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def pause(self, request: AnyRequest, key: FromPath[str]) -> "AnySwitched":
        """Let everything planned on a channel wait; tells how many targets that holds."""
        return await _switch(request, key, "pause")

    @post("/{key:str}/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def resume(self, request: AnyRequest, key: FromPath[str]) -> "AnySwitched":
        """Let a paused channel go on; tells how many targets that releases."""
        return await _switch(request, key, "resume")

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


async def _switch(request: AnyRequest, key: str, verb: Verb) -> ChannelJson:
    return switched_json(
        await acts.switch(key, verb, by=request.user, clock=request.app.state.clock),
        await _told(key),
    )


def switched_json(done: Switched, told: ChannelJson) -> ChannelJson:
    """A channel that was paused or switched, told."""
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    return switched(type(told))(**fields, changed=done.changed)
