"""What people and programs do with a channel of any kind: its kind's part joins in where an area keeps one."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels import kinds, service
from app.channels.kinds import Health, Look
from app.channels.schemas import ChangedChannelJson, ChannelJson, NewChannelJson, PlainChannelJson
from app.channels.service import ChannelView, Made, Switched
from app.clock import MasterClock
from app.errors import field_error
from app.events import change

Verb = Literal["pause", "resume", "activate", "deactivate"]


async def create(given: NewChannelJson, *, by: Identity, clock: MasterClock, keys: KeyFile) -> Made:
    """Make a channel of the kind that is given."""
    kind, part = kinds.kind_of(given.kind), kinds.part(given.kind)
    _refuse_foreign(given, kind, part.new if part else NewChannelJson)
    if part is not None:
        return await part.add(given, by=by, clock=clock, keys=keys)
    async with change(by.actor, clock) as happening:
        channel = await service.insert(
            happening, kind=kind.name, title=given.title, slug=given.slug, timezone=given.timezone,
            day_start=kind.day_start if given.day_start is None else given.day_start,
        )  # fmt: skip
    return Made(channel)


async def edit(key: str, given: ChangedChannelJson, *, by: Identity, clock: MasterClock, keys: KeyFile) -> ChannelView:
    """Change what is given of a channel, unless it was changed since `given.version`."""
    before = await service.channel(key)
    part = kinds.part(before.kind)
    _refuse_foreign(given, kinds.kind_of(before.kind), part.changed if part else ChangedChannelJson)
    if part is not None:
        await part.edit(before.id, given, by=by, clock=clock, keys=keys)
        return await service.channel(before.id)
    async with change(by.actor, clock) as happening:
        before = await service.channel(before.id)
        await service.update(happening, before, version=given.version, **common(before, given))
    return await service.channel(before.id)


def common(before: ChannelView, given: ChangedChannelJson) -> dict[str, str]:
    """What every channel has, with what was given."""
    fields = ("title", "slug", "timezone", "day_start")
    return {name: getattr(before if getattr(given, name) is None else given, name) for name in fields}


def _refuse_foreign(given: msgspec.Struct, kind: kinds.Kind, own: type[msgspec.Struct]) -> None:
    """Refuse a field that channels of a kind do not have, rather than drop it."""
    known = set(own.__struct_fields__)
    for field in msgspec.structs.fields(given):
        if field.name not in known and getattr(given, field.name) != field.default:
            raise field_error(field.name, "FIELD_FOREIGN", f"A channel of the kind {kind.name} has no {field.name}.")


async def switch(key: str, verb: Verb, *, by: Identity, clock: MasterClock) -> Switched:
    """Pause, resume, activate or deactivate a channel."""
    part = kinds.part((await service.channel(key)).kind)
    counting: dict[str, Any] = {} if part is None else {"count": part.held}
    if verb in ("pause", "resume"):
        return await service.set_paused(key, verb == "pause", by=by, clock=clock, **counting)
    return await service.set_active(key, verb == "activate", by=by, clock=clock, **counting)


async def json(views: Sequence[ChannelView]) -> list[ChannelJson]:
    """Channels as programs see them, in the order given."""
    told: dict[str, ChannelJson] = {}
    for kind in {view.kind for view in views}:
        own, part = [view for view in views if view.kind == kind], kinds.part(kind)
        found = await part.json(own) if part else [_plain(view) for view in own]
        told |= {one.id: one for one in found}
    return [told[view.id] for view in views]


def _plain(view: ChannelView) -> ChannelJson:
    return PlainChannelJson(**{name: getattr(view, name) for name in PlainChannelJson.__struct_fields__})


async def health(views: Sequence[ChannelView]) -> dict[str, tuple[Look, Health]]:
    """How channels stand, by id."""
    found = {view.id: (Look(kinds.KINDS[view.kind].label, kinds.KINDS[view.kind].icon), Health()) for view in views}
    for kind in {view.kind for view in views}:
        if part := kinds.part(kind):
            found |= await part.health()
    return found
