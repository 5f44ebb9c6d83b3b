"""Files from addresses on the web: through the guard at every hop, no larger than allowed, going on where it broke off.

RFC 9110 sections 13.1.5 (If-Range), 14 (ranges) and 15.4 (redirects).
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import httpx
import idna

from app import outbound
from app.errors import DaypartError, Invalid
from app.library import rules
from app.library.incoming import Part, Received, refuse_oversized, write_all

HOPS_MOST = 5
_LATER = frozenset((408, 425, 429))
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_BROKE = "The connection broke off. It goes on by itself."
_ERRORS = (httpx.HTTPError, httpx.InvalidURL, idna.IDNAError, outbound.OutboundRefused)


class Again(Exception):
    """It did not work for now; the words say why. `counts` is False where waiting is nobody's failure."""

    def __init__(self, note: str, *, counts: bool = True) -> None:
        super().__init__(note)
        self.note = note
        self.counts = counts


@dataclass(slots=True)
class Moving:
    """How far a file is: what is in its part, its size if known, and what tells this version from another."""

    at: int = 0
    total: int | None = None
    tag: str | None = None
    part: Part | None = None

    @property
    def bytes(self) -> int:
        """How many bytes are there."""
        return self.part.bytes if self.part else self.at


async def fetch(http: httpx.AsyncClient, url: str, path: Path, moving: Moving, limit: int) -> tuple[Received, str]:
    """Bring the file at an address, or what is missing of it, and the name it has there.

    Raises Again for what may work later, with the bytes so far in the part; else what refuses it.
    """
    there = path.stat().st_size if path.exists() else 0
    moving.at = min(moving.at, there) if moving.tag else 0
    response = await _opened(http, url, moving)
    try:
        _begin(response, moving)
        refuse_oversized(moving.total, limit, path.parent)
        moving.part = await asyncio.to_thread(Part, path, moving.at)
        broken = await _write(response, moving.part, limit)
    finally:
        await response.aclose()
        if moving.part is not None:
            await asyncio.shield(asyncio.to_thread(moving.part.close))
    if broken or (moving.total is not None and moving.part.bytes < moving.total):
        raise Again(_BROKE)
    if not moving.part.bytes:
        raise Invalid("FILE_EMPTY", "The file at this address is empty.")
    return await asyncio.to_thread(moving.part.received), _name(response)


async def _opened(http: httpx.AsyncClient, url: str, moving: Moving) -> httpx.Response:
    headers = {"range": f"bytes={moving.at}-", "if-range": moving.tag} if moving.at and moving.tag else {}
    for _ in range(HOPS_MOST + 1):
        response = await _asked(http, url, headers)
        if not response.has_redirect_location:
            return response
        await response.aclose()
        try:
            url = rules.checked_url(str(response.url.join(response.headers["location"])))
        except (httpx.InvalidURL, Invalid) as error:
            raise Invalid("URL_BAD", "This address leads on to one that cannot be fetched.") from error
    raise Invalid("REDIRECTS_MANY", f"This address leads on more than {HOPS_MOST} times.")


async def _asked(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> httpx.Response:
    try:
        return await http.send(http.build_request("GET", url, headers=headers), stream=True)
    except _ERRORS as error:
        if outbound.outcome_of(error) == "refused":
            raise Invalid("URL_REFUSED", str(error) or "This address cannot be called.") from error
        raise Again(f"There was no answer: {str(error) or type(error).__name__}") from error


def _begin(response: httpx.Response, moving: Moving) -> None:
    """Judge the answer, and where in the file it begins."""
    status, said = response.status_code, f"{response.status_code} {response.reason_phrase}".strip()
    if status == 416 or (status == 206 and _range(response)[0] != moving.at):
        moving.at, moving.tag = 0, None
        raise Again("The file changed meanwhile. It is fetched from the beginning.")
    if status in _LATER or status >= 500:
        raise Again(f"The address answered {said}.")
    if status not in (200, 206):
        raise Invalid("URL_ANSWER", f"The address answered {said}.")
    if response.headers.get("content-type", "").startswith("text/html"):
        raise Invalid("URL_PAGE", "This address leads to a web page, not to a file.")
    if status == 206:
        moving.total = _range(response)[1]
    else:
        moving.at, moving.total = 0, _length(response)
    moving.tag = _tag(response)


def _range(response: httpx.Response) -> tuple[int, int | None]:
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return (int(found[1]), None if found[2] == "*" else int(found[2])) if found else (-1, None)


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isdecimal() else None


def _tag(response: httpx.Response) -> str | None:
    """What If-Range may carry: a strong validator."""
    etag: str = response.headers.get("etag", "")
    return etag if etag.startswith('"') else response.headers.get("last-modified", "") or None


async def _write(response: httpx.Response, part: Part, limit: int) -> bool:
    """Write what comes; True when the connection broke."""
    broken: list[Exception] = []

    async def pieces() -> AsyncIterator[bytes]:
        try:
            async for piece in response.aiter_raw():
                yield piece
        except httpx.HTTPError as error:
            broken.append(error)

    await write_all(part, pieces(), limit)
    return bool(broken)


def _name(response: httpx.Response) -> str:
    message = Message()
    with contextlib.suppress(KeyError, UnicodeError, ValueError):
        message["content-disposition"] = response.headers["content-disposition"]
        if name := message.get_filename():
            return name
    return rules.name_of_url(str(response.url))


def plain(error: Exception) -> str:
    """Why it failed, in words for people."""
    return error.detail if isinstance(error, DaypartError) else "The desk failed on that; its log tells why."
