"""Static files."""

import gzip
import re
from pathlib import Path

import httpx
import pytest

from app.web.assets import FOLDER, Assets


async def test_file_is_kept_for_good_under_its_own_hash(stranger: httpx.AsyncClient) -> None:
    url = Assets().url("daypart.css")
    assert re.fullmatch(r"/static/daypart\.css\?v=[0-9a-f]{12}", url)
    answer = await stranger.get(url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == (FOLDER / "daypart.css").read_bytes()


async def test_file_under_another_hash_is_asked_for_again(stranger: httpx.AsyncClient) -> None:
    for query in ("", "?v=0", "?w=1"):
        answer = await stranger.get(f"/static/clock.js{query}")
        assert answer.headers["cache-control"] == "no-cache"
        again = await stranger.get(f"/static/clock.js{query}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_text_is_packed_for_those_who_can_unpack_it(stranger: httpx.AsyncClient, encoding: str) -> None:
    async with stranger.stream("GET", "/static/daypart.css", headers={"accept-encoding": encoding}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    packed = encoding == "gzip"
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert (gzip.decompress(raw) if packed else raw) == (FOLDER / "daypart.css").read_bytes()
    assert answer.headers["vary"] == "Accept-Encoding"


ELSEWHERE = [
    "/static/../pyproject.toml",
    "/static/..%2fpyproject.toml",
    "/static/%2e%2e/pyproject.toml",
    "/static//etc/passwd",
    "/static/vendor",
    "/static/",
    "/static/nothing.css",
    "/static/daypart.css%00",
]


async def test_nothing_else_can_be_asked_for(stranger: httpx.AsyncClient) -> None:
    for path in ELSEWHERE:
        assert (await stranger.get(path)).status_code == 404, path


def test_type_follows_the_ending(tmp_path: Path) -> None:
    for name in ("a.js", "b.svg", "c.woff2", "d.LICENSE"):
        (tmp_path / name).write_text("x")
    files = Assets(tmp_path)
    types = [files[name].media_type for name in ("a.js", "b.svg", "c.woff2", "d.LICENSE")]
    assert types == ["text/javascript", "image/svg+xml", "font/woff2", "text/plain"]


def test_hash_follows_the_content(tmp_path: Path) -> None:
    urls = []
    for content in ("one", "two"):
        (tmp_path / "a.js").write_text(content)
        urls.append(Assets(tmp_path).url("a.js"))
    assert urls[0] != urls[1]
