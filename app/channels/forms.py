"""Forms of channels: what was typed as the schema of a kind, and a channel as the values of its form."""

from typing import Any, get_args

import msgspec
from msgspec import NODEFAULT
from msgspec.structs import FieldInfo

from app.channels.schemas import ChannelJson
from app.errors import Malformed
from app.web.forms import Form

# What a new channel's form has although no schema of it knows the field.
_VERSION = "0"


def given(fields: Form, shape: type[msgspec.Struct], **fixed: object) -> Any:
    """The form as the schema that programs send; raises Invalid for a number that is none.

    Fields that the form does not have stay out, but for boxes, which are sent only when they are checked.
    """
    found = {field.name: _value(fields, field) for field in msgspec.structs.fields(shape) if _is_there(fields, field)}
    try:
        return msgspec.convert({**found, **fixed}, shape)
    except msgspec.ValidationError as error:
        raise Malformed("MALFORMED_FORM", "The form could not be read.") from error


def _holds(field: FieldInfo, kind: type) -> bool:
    return field.type is kind or kind in get_args(field.type)


def _is_there(fields: Form, field: FieldInfo) -> bool:
    if _holds(field, bool) or field.default is NODEFAULT:
        return True
    return field.name in fields and not (_holds(field, int) and not fields.text(field.name))


def _value(fields: Form, field: FieldInfo) -> object:
    if _holds(field, bool):
        return fields.flag(field.name)
    return fields.integer(field.name, 0) if _holds(field, int) else fields.text(field.name)


def typed(fields: Form, shape: type[msgspec.Struct], secrets: frozenset[str]) -> dict[str, str]:
    """What was typed, to be shown again; but no secret."""
    shown: dict[str, str] = {}
    for field in msgspec.structs.fields(shape):
        if field.name in secrets:
            continue
        if _holds(field, bool):
            shown[field.name] = "on" if fields.flag(field.name) else ""
        elif field.name in fields:
            shown[field.name] = fields.text(field.name)
    return shown


def blank(shape: type[msgspec.Struct]) -> dict[str, str]:
    """The values of a form for a new channel."""
    every = msgspec.structs.fields(shape)
    return {"version": _VERSION} | {field.name: _text(field.default) for field in every}


def values(told: ChannelJson) -> dict[str, str]:
    """The values of the form of a channel that is there."""
    return {name: _text(value) for name, value in msgspec.to_builtins(told).items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None or value is NODEFAULT else str(value)
