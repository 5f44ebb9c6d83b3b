"""Signed webhooks by the Standard Webhooks specification 1.0 (https://www.standardwebhooks.com), version `v1`."""

import binascii
import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime

from app.clock import to_ms

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"

_PREFIX = "whsec_"
_KEY_BYTES = 32  # the specification wants 24 to 64
# A dot would let one signed message be read as another with a shorter id.
_SENDABLE_ID = re.compile(r"[!-\-/-~]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class BadSignature(Exception):
    """A delivery is not proven to come from whoever shares the secret, or is too old or too new."""


def new_secret() -> str:
    """Make a secret for one pair of sender and receiver, in the form `whsec_<base64>`."""
    return _PREFIX + b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def sign(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the three headers that prove who sent `body`; keep `id` over retries and take `at` anew for each."""
    if not _SENDABLE_ID.fullmatch(id):
        raise ValueError("A webhook id is 1 to 256 visible ASCII characters without a dot.")
    timestamp = str(to_ms(at) // 1000)
    return {ID: id, TIMESTAMP: timestamp, SIGNATURE: _signature(secret, id, timestamp, body)}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime, tolerance_s: int = 300) -> None:
    """Raise BadSignature unless one of the signatures is ours and the time is within the tolerance of `now`."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        id, timestamp, signatures = given[ID], given[TIMESTAMP], given[SIGNATURE]
    except KeyError as missing:
        raise BadSignature(f"The header {missing.args[0]} is missing.") from None
    if not _SECONDS.fullmatch(timestamp):
        raise BadSignature(f"The header {TIMESTAMP} is not a number of seconds.")
    if abs(to_ms(now) - int(timestamp) * 1000) > tolerance_s * 1000:
        raise BadSignature(f"The delivery was signed more than {tolerance_s} seconds from now.")
    ours = _signature(secret, id, timestamp, body).encode()
    # Senders list several signatures while a secret is being replaced.
    if not any(hmac.compare_digest(ours, theirs.encode()) for theirs in signatures.split(" ")):
        raise BadSignature("The signature does not match.")


def _signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    content = b".".join((id.encode(), timestamp.encode(), body))
    return "v1," + b64encode(hmac.digest(_key(secret), content, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not key:
        raise ValueError(f"A webhook secret is written {_PREFIX}<base64>.")
    return key
