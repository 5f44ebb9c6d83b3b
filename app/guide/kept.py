"""Files of the guide, kept as they are sent until something that they show has changed."""

import asyncio
import gzip
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass

from app import events

# What a file shows: days and bookings, channels, titles, and the names on it.
TOPICS = ("plans", "channels", "library", "guide", "desk")
_LEVEL = 5
_GZIP = 31  # zlib's way to ask for gzip's own head; it has no date, so that the same file is the same bytes
_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is written, piece by piece, and how long it is right if nothing happens."""

    pieces: Iterable[str]
    until_ms: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished file. `tag` names its bytes; they are kept compressed."""

    tag: str
    zipped: bytes
    version: int = 0
    until_ms: int = 0

    def etag(self, *, zipped: bool) -> str:
        """The strong validator of one of its two forms (RFC 9110 section 8.8.3)."""
        return f'"{self.tag}-gz"' if zipped else f'"{self.tag}"'

    def body(self) -> bytes:
        """Its plain bytes."""
        return gzip.decompress(self.zipped)


def packed(pieces: Iterable[str]) -> Kept:
    """A file made of its pieces, of which only the compressed form is ever whole."""
    whole, press, parts = hashlib.sha256(), zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP), []
    for piece in pieces:
        data = piece.encode()
        whole.update(data)
        parts.append(press.compress(data))
    return Kept(whole.hexdigest()[:_DIGITS], b"".join([*parts, press.flush()]))


class Files:
    """The files asked for last; what several ask for at once is made once."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._making: dict[Hashable, asyncio.Lock] = {}
        self._seen = 0
        self._version = 0

    async def get(self, key: Hashable, now_ms: int, write: Callable[[], Awaitable[Draft]]) -> Kept:
        """The file of that key, made anew where anything that files show has happened, or its time is over."""
        version = await self._newest()
        if found := self._right(key, version, now_ms):
            return found
        async with self._making.setdefault(key, asyncio.Lock()):
            if found := self._right(key, version, now_ms):
                return found
            draft = await write()
            made = await asyncio.to_thread(packed, draft.pieces)
            self._keep(key, Kept(made.tag, made.zipped, version, draft.until_ms))
        return self._kept[key]

    def _right(self, key: Hashable, version: int, now_ms: int) -> Kept | None:
        found = self._kept.get(key)
        return found if found and found.version >= version and now_ms < found.until_ms else None

    def _keep(self, key: Hashable, made: Kept) -> None:
        self._kept[key] = made
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            gone, _ = self._kept.popitem(last=False)
            self._making.pop(gone, None)

    async def _newest(self) -> int:
        """The number of the newest event on our topics; only what is new is looked at."""
        seen, told = await events.newest_of(TOPICS, self._seen)
        self._seen, self._version = max(self._seen, seen), max(self._version, told or 0)
        return self._version
