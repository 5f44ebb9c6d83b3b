"""The types of what programs send and get about channels of any kind.

The areas above extend the schemas by what they keep of a kind, so the types are put together when all have registered.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from app.channels import kinds
from app.channels.schemas import (
    ChangedChannelJson,
    ChannelJson,
    FaultJson,
    NewChannelJson,
    PlainChannelJson,
    ValidatedJson,
)
from app.channels.service import Switched
from app.channels.validating import Fault

Shape = type[msgspec.Struct]
_switched: dict[type[ChannelJson], Any] = {}


def shapes() -> dict[str, Any]:
    """The types of `ChannelApi`, by name."""
    told: list[Any] = [PlainChannelJson, *(part.told for part in kinds.parts())]
    return {
        "AnyChannel": reduce(or_, told),
        "AnySwitched": reduce(or_, [switched(one) for one in told]),
        "MadeChannel": reduce(or_, [_made(one) for one in told]),
        "NewChannel": new(),
        "ChangedChannel": changed(),
    }


def new() -> Shape:
    """A channel to be made, with the fields of all kinds."""
    return _merged(NewChannelJson, [part.new for part in kinds.parts()])


def changed() -> Shape:
    """What shall be different, with the fields of all kinds."""
    return _merged(ChangedChannelJson, [part.changed for part in kinds.parts()])


def _merged(base: Shape, parts: Sequence[Shape]) -> Shape:
    """One schema with the fields of all parts, since what is sent says only inside which kind it means."""
    first = parts[0] if parts else base
    more = {field.name: field for part in parts[1:] for field in msgspec.structs.fields(part)}
    fields = [(name, one.type, one.default) for name, one in more.items() if name not in first.__struct_fields__]
    return msgspec.defstruct(
        base.__name__, fields, bases=(first,), kw_only=True, forbid_unknown_fields=True,
        namespace={"__doc__": first.__doc__},
    )  # fmt: skip


def _made(told: type[ChannelJson]) -> Any:
    fields: list[tuple[str, Any, Any] | tuple[str, Any]] = [("channel", told), ("secret", str | None, None)]
    doc = "A new channel; `secret` signs what is sent to it or reported by it, and is told this once."
    return msgspec.defstruct(f"Made{told.__name__}", fields, omit_defaults=True, namespace={"__doc__": doc})


def switched(told: type[ChannelJson]) -> Any:
    """A channel that was paused or switched: `changed` planned targets are held or let go by that."""
    if told not in _switched:
        name = f"Switched{told.__name__}"
        _switched[told] = msgspec.defstruct(
            name, [("changed", int)], bases=(told,), kw_only=True, omit_defaults=True,
            namespace={"__doc__": "A channel after a switch; `changed` planned targets are held or let go by it."},
        )  # fmt: skip
    return _switched[told]


def switched_json(done: Switched, told: ChannelJson) -> ChannelJson:
    """A channel that was paused or switched, told."""
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    made: ChannelJson = switched(type(told))(**fields, changed=done.changed)
    return made


def validated(found: Sequence[Fault], *, strict: bool) -> ValidatedJson:
    """What looking at a channel found."""
    valid = not any(strict or one.level == "error" for one in found)
    return ValidatedJson(valid, [FaultJson(one.code, one.level, one.detail) for one in found])
