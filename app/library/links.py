"""Signed addresses of files that expire, for platforms and people that have no sign-in."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import urlencode

from app.accounts.secrets import KeyFile
from app.clock import to_ms
from app.errors import Forbidden

_LONGEST_NUMBER = 12


def file_url(base_url: str, key: KeyFile, asset_id: str, name: str, expires: datetime) -> str:
    """The address under which an asset's file can be fetched until it expires; ASCII only, as platforms ask."""
    seconds = str(to_ms(expires) // 1000)
    query = urlencode({"expires": seconds, "signature": key.sign(_signed_text(asset_id, seconds))})
    return f"{base_url}/files/{asset_id}/{address_name(name)}?{query}"


def check(key: KeyFile, asset_id: str, expires: str, signature: str, now: datetime) -> None:
    """Refuse an address that was not made here (LINK_BAD) or has expired (LINK_EXPIRED)."""
    well_formed = expires.isascii() and expires.isdigit() and len(expires) <= _LONGEST_NUMBER and signature.isascii()
    if not well_formed or not key.signed(_signed_text(asset_id, expires), signature):
        raise Forbidden("LINK_BAD", "This link is not valid. Ask for a new one.")
    if int(expires) * 1000 <= to_ms(now):
        raise Forbidden("LINK_EXPIRED", "This link has expired. Ask for a new one.")


def _signed_text(asset_id: str, expires: str) -> str:
    return f"file {asset_id} {expires}"


def address_name(name: str) -> str:
    """A file name as it can stand in an address: letters, digits, dots and dashes of ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, suffix = re.sub(r"[^A-Za-z0-9.]+", "-", plain).rpartition(".")
    return f"{stem.strip('.-') or 'file'}{dot}{suffix.strip('-')}" if dot else suffix.strip("-") or "file"
