"""One message for the next page, carried by a signed cookie that is read once."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from litestar.connection import Request
from litestar.datastructures import Cookie

from app.accounts.secrets import KeyFile
from app.web import sessions

COOKIE = "daypart_flash"
_KEPT_S = 60
Tone = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Note:
    """A message and how it sounds."""

    tone: Tone
    message: str


def cookie(request: Request[Any, Any, Any], note: Note) -> Cookie:
    """Keeps a note until the next page."""
    text = base64.urlsafe_b64encode(msgspec.json.encode(note)).decode()
    key_file: KeyFile = request.app.state.key_file
    return _cookie(request, f"{text}.{key_file.sign(f'flash {text}')}", _KEPT_S)


def read(request: Request[Any, Any, Any]) -> list[Note]:
    """The note that waits for this page; one that we did not sign is not there."""
    text, _, signature = request.cookies.get(COOKIE, "").partition(".")
    key_file: KeyFile = request.app.state.key_file
    if not text or not key_file.signed(f"flash {text}", signature):
        return []
    try:
        return [msgspec.json.decode(base64.urlsafe_b64decode(text), type=Note)]
    except (binascii.Error, msgspec.MsgspecError):
        return []


def forget(request: Request[Any, Any, Any]) -> list[Cookie]:
    """What removes the note once it was shown."""
    return [_cookie(request, "", 0)] if COOKIE in request.cookies else []


def _cookie(request: Request[Any, Any, Any], value: str, max_age: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=sessions.secure(request),
    )
