"""One HTTP call of an adapter: what arrived, or what it means that nothing did."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from app import outbound
from app.posts.adapters.base import NotSent, Refused, Tools, Unknown

QUOTED_MOST = 300

Silence = NotSent | Refused | Unknown
"""What it means that no answer arrived."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer that arrived, as far as it can be read."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def took_it(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Remote:
    """Whom an adapter calls: its name in words for people, and how much of an answer is read for how long."""

    name: str
    body_most: int = 65_536
    body_within_s: float = 3

    async def exchange(self, tools: Tools, method: str, url: str, **request: Any) -> Heard | Silence:
        """Call once."""
        try:
            async with tools.http.stream(method, url, **request) as response:
                return Heard(response.status_code, response.headers, await self._read(response))
        except (httpx.HTTPError, httpx.InvalidURL, outbound.OutboundRefused, UnicodeError) as error:
            return self._unsent(error)

    async def _read(self, response: httpx.Response) -> bytes:
        """The body; the status has arrived and decides, so one that breaks off or never ends counts as none."""
        try:
            async with asyncio.timeout(self.body_within_s):
                return await outbound.read_limited(response, self.body_most)
        except (httpx.HTTPError, TimeoutError):
            return b""

    def _unsent(self, error: Exception) -> Silence:
        match outbound.outcome_of(error):
            case "never_sent":
                name = self.name[0].upper() + self.name[1:]
                return NotSent(f"{name} could not be reached: {str(error).rstrip('.') or type(error).__name__}.")
            case "refused":
                return Refused(str(error))
            case _:
                return Unknown(f"The connection broke before {self.name} answered, so it may have the post.")


def quoted(said: bytes) -> str:
    """What a remote says, to follow our own words; nothing where it is not fit to be shown."""
    text = " ".join((_reason(said) or said[:QUOTED_MOST].decode(errors="replace"))[:QUOTED_MOST].split())
    return f": {text}" if text and text.isprintable() else ""


def _reason(said: bytes) -> str:
    """The words of a JSON answer that says in one of the usual fields what is wrong."""
    try:
        answer = msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    fields = answer if isinstance(answer, dict) else {}
    return next((fields[name] for name in ("error", "message", "detail") if isinstance(fields.get(name), str)), "")


def retry_after_s(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds of a Retry-After header in either form (RFC 9110 section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    until = http_date(value)
    return None if until is None else max(0.0, (until - remote_now(headers, now)).total_seconds())


def remote_now(headers: httpx.Headers, now: datetime) -> datetime:
    """The time by the remote's own clock, which it means when it names an instant; ours where it tells none."""
    return http_date(headers.get("date", "")) or now


def http_date(value: str) -> datetime | None:
    """The instant that a date in a header names."""
    try:
        at = parsedate_to_datetime(value)
        return at if at.tzinfo else None
    except (ValueError, TypeError):
        return None
