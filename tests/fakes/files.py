"""A web server with one file, whose behaviour the path names: `/whole/film.wav`, `/breaks/...`, `/moved/3/...`.

The file is at `FAKE_FILE`. `GET /requests` tells what it was asked: path, Range and If-Range. `POST /reset` forgets it,
and all that was said before.

whole    the file, with ranges and an ETag
plain    the file without a length, ranges or anything else
breaks   the connection ends after a third of the file, at the first two requests; ranges go on from there
changes  the same, but it is another version each time
slow     a small piece each 50 ms
hangs    a small piece, and then nothing
endless  more bytes for ever; with `?announced=N` it says that there are N
moved    redirects so many times (`/moved/3/x`), then the whole file
away     redirects to the address in `?to`
503      an error at the first two requests, then the whole file
404, html, empty, named  what they say
"""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fakes.exchange import Exchange

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive, Send

_PIECE = 4096
_MEDIA = {"content-type": "video/mp4", "accept-ranges": "bytes"}


class Files:
    """The ASGI app and what it was asked."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.asked: list[dict[str, Any]] = []
        self.times: Counter[str] = Counter()

    async def __call__(self, scope: "HTTPScope", receive: "Receive", send: "Send") -> None:
        exchange = Exchange(scope, receive, send)
        if exchange.path == "/":
            await exchange.answer(200, {})
        elif exchange.path == "/requests":
            await exchange.answer(200, self.asked)
        elif exchange.path == "/reset":
            self.asked, self.times = [], Counter()
            await exchange.answer(200)
        else:
            self.times[exchange.path] += 1
            heads = {name: exchange.headers.get(name) for name in ("range", "if-range")}
            self.asked.append({"path": exchange.path, **heads})
            await self._behave(exchange, exchange.path.split("/")[1])

    async def _behave(self, exchange: Exchange, how: str) -> None:
        plain = {
            "404": (404, b"gone", {}),
            "html": (200, b"<html>a page</html>", {"content-type": "text/html; charset=utf-8"}),
            "empty": (200, b"", _MEDIA),
            "named": (
                200,
                self.content,
                {**_MEDIA, "content-disposition": "attachment; filename*=UTF-8''K%C3%BCche.wav"},
            ),
        }
        if how in plain:
            await exchange.answer_bytes(*plain[how])
        elif how in ("whole", "breaks", "changes"):
            await self._answer(exchange, how)
        elif how == "503" and self.times[exchange.path] < 3:
            await exchange.answer(503)
        elif how == "503":
            await self._answer(exchange, "whole")
        elif how == "moved":
            left = int(exchange.path.split("/")[2]) - 1
            to = f"/moved/{left}/film.wav" if left else "/whole/film.wav"
            await exchange.answer_bytes(302, b"", {"location": to})
        elif how == "away":
            await exchange.answer_bytes(302, b"", {"location": exchange.query["to"]})
        elif how == "endless" and "announced" in exchange.query:
            await exchange.answer_part(200, b"x", {**_MEDIA, "content-length": exchange.query["announced"]})
        else:
            await exchange.answer_stream(200, self._stream(how))

    async def _answer(self, exchange: Exchange, how: str) -> None:
        number = self.times[exchange.path]
        etag = f'"v{number}"' if how == "changes" else '"v1"'
        found = re.fullmatch(r"bytes=(\d+)-", exchange.headers.get("range", ""))
        start = int(found[1]) if found and exchange.headers.get("if-range", etag) == etag else 0
        size = len(self.content)
        body = self.content[start:]
        headers = {**_MEDIA, "etag": etag}
        if start:
            headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
        if how == "whole" or number > 2:
            await exchange.answer_bytes(206 if start else 200, body, headers)
        else:
            await exchange.answer_part(
                206 if start else 200, body[: size // 3], {**headers, "content-length": str(len(body))}
            )

    async def _stream(self, how: str) -> AsyncIterator[bytes]:
        if how == "endless":
            while True:
                yield bytes(1 << 16)
        for at in range(0, len(self.content), _PIECE):
            yield self.content[at : at + _PIECE]
            if how == "slow":
                await asyncio.sleep(0.05)
            if how == "hangs":
                await asyncio.sleep(3600)


app = Files(Path(os.environ["FAKE_FILE"]))
