"""The library for programs: what each route answers, to whom, and with which code it refuses."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from app.clock import ManualClock
from app.main import furnished
from app.settings import Settings
from tests import cast
from tests.conftest import START, running
from tests.media import tone
from tests.web.serving import serving

Scripts = dict[str, httpx.AsyncClient]


@pytest.fixture
async def scripts(routes: tuple[Litestar, ASGIApp], settings: Settings, tmp_path: Path) -> AsyncIterator[Scripts]:
    cast.hire(settings.database)
    (tmp_path / "import").mkdir()
    chosen = replace(settings, import_folder=tmp_path / "import")
    async with running(furnished(*routes, chosen, ManualClock(START))) as app, AsyncExitStack() as stack:
        yield {role: await stack.enter_async_context(cast.script(app, role)) for role in cast.ROLES}


@pytest.fixture
def editor(scripts: Scripts) -> httpx.AsyncClient:
    return scripts["editor"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tone(tmp_path_factory.mktemp("sound") / "tone.wav", 440).read_bytes()


async def added(editor: httpx.AsyncClient, sound: bytes) -> dict[str, Any]:
    sent = await editor.post("/api/assets", content=sound, headers={"X-Filename": "Early%20Bus.wav"})
    found: dict[str, Any] = sent.raise_for_status().json()
    return found


async def test_upload_in_pieces(editor: httpx.AsyncClient, sound: bytes) -> None:
    begun = await editor.post("/api/uploads", json={"name": "Early Bus.wav", "bytes": len(sound)})
    assert begun.status_code == 201
    upload = begun.json()
    assert (upload["offset"], upload["asset"], upload["label"]) == (0, None, None)
    url = f"/api/uploads/{upload['id']}"
    half = await editor.patch(url, content=sound[:3000], headers={"Upload-Offset": "0"})
    assert (half.status_code, half.json()["offset"]) == (200, 3000)
    wrong = await editor.patch(url, content=sound, headers={"Upload-Offset": "7"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["offset"]) == (409, "OFFSET_WRONG", 3000)
    done = (await editor.patch(url, content=sound[3000:], headers={"Upload-Offset": "3000"})).json()
    assert done["asset"]["sha256"] == hashlib.sha256(sound).hexdigest()
    assert done["label"] == "Early Bus, 0:01"
    assert (await editor.get(url)).json() == done
    again = await editor.post(
        "/api/uploads", json={"name": "x.wav", "bytes": len(sound), "sha256": done["asset"]["sha256"]}
    )
    assert (again.json()["existed"], again.json()["asset"]) == (True, done["asset"])


async def test_upload_belongs_to_whoever_began_it(scripts: Scripts, sound: bytes) -> None:
    new = {"name": "x.wav", "bytes": len(sound)}
    assert (await scripts["viewer"].post("/api/uploads", json=new)).status_code == 403
    url = f"/api/uploads/{(await scripts['editor'].post('/api/uploads', json=new)).json()['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        answer = await scripts["admin"].request(method, url, headers={"Upload-Offset": "0"})
        assert (answer.status_code, answer.json()["code"]) == (404, "UPLOAD_UNKNOWN")
    assert (await scripts["editor"].delete(url)).status_code == 204
    assert (await scripts["editor"].get(url)).status_code == 404


WRONG_UPLOADS = [
    ({"name": "x", "bytes": 0}, 422, "FILE_EMPTY"),
    ({"name": "x", "bytes": 10**15}, 413, "UPLOAD_TOO_LARGE"),
    ({"name": "x", "bytes": 5, "sha256": "x"}, 422, "HASH_BAD"),
    ({"name": "x"}, 400, "MISSING_FIELD"),
    ({"name": "x", "bytes": "many"}, 400, "WRONG_TYPE"),
]


async def test_upload_that_cannot_be_is_refused_before_a_byte_is_sent(editor: httpx.AsyncClient) -> None:
    for body, status, code in WRONG_UPLOADS:
        answer = await editor.post("/api/uploads", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body


async def test_piece_needs_an_offset(editor: httpx.AsyncClient, sound: bytes) -> None:
    for offset in [None, "-1", "x"]:
        upload = (await editor.post("/api/uploads", json={"name": "x.wav", "bytes": len(sound)})).json()
        headers = {} if offset is None else {"Upload-Offset": offset}
        assert (
            await editor.patch(f"/api/uploads/{upload['id']}", content=sound, headers=headers)
        ).status_code == 400, offset


async def test_connection_cut_at_every_chunk_keeps_what_arrived(
    routes: tuple[Litestar, ASGIApp], settings: Settings, sound: bytes
) -> None:
    """Through the real server: the sender announces a whole file and vanishes after a part of it."""
    cast.hire(settings.database)
    step = len(sound) // 8
    async with serving(furnished(*routes, settings, ManualClock(START))) as (_, url):
        headers = {"authorization": f"Bearer {cast.key('editor')}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as editor:
            upload = (await editor.post("/api/uploads", json={"name": "x.wav", "bytes": len(sound)})).json()
            path = f"/api/uploads/{upload['id']}"
            for at in range(0, len(sound) - step, step):
                await _vanish(url, path, at, sound[at : at + step], len(sound) - at)
                upload = await _at(editor, path, at + step)
            rest = await editor.patch(
                path, content=sound[upload["offset"] :], headers={"Upload-Offset": str(upload["offset"])}
            )
    assert rest.json()["asset"]["sha256"] == hashlib.sha256(sound).hexdigest()


async def _vanish(url: str, path: str, at: int, part: bytes, length: int) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {cast.key('editor')}\r\n"
    writer.write(f"{head}Upload-Offset: {at}\r\nContent-Length: {length}\r\n\r\n".encode() + part)
    await writer.drain()
    await asyncio.sleep(0.15)  # the server drops what it has not handed on when the line goes
    writer.close()
    await writer.wait_closed()


async def _at(editor: httpx.AsyncClient, path: str, offset: int) -> dict[str, Any]:
    for _ in range(200):
        upload: dict[str, Any] = (await editor.get(path)).json()
        if upload["offset"] == offset:
            return upload
        await asyncio.sleep(0.02)
    raise AssertionError(f"{upload['offset']} and not {offset}")


async def test_assets_are_changed_one_by_one_and_together(editor: httpx.AsyncClient, sound: bytes) -> None:
    asset = await added(editor, sound)
    url = f"/api/assets/{asset['id']}"
    changed = await editor.patch(url, json={"version": 1, "type": "MUS", "tags": ["Sea"], "approved": True})
    operations = {"content_class": None, "daypart": None, "ads": "standard_30"}
    now = {"type": "MUS", "tags": ["sea"], "approved": True, "version": 2, "operations": operations}
    assert changed.json() == asset | now
    stale = await editor.patch(url, json={"version": 1, "title": "Other"})
    assert (stale.status_code, stale.json()["code"]) == (409, "VERSION_STALE")
    wrong = await editor.patch(url, json={"version": 2, "type": "XXX"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["type"])
    both = await editor.patch("/api/assets", json={"assets": [asset["id"]], "remove_tags": ["sea"], "state": "retired"})
    assert both.json() == {"changed": 1}
    refused = await editor.patch("/api/assets", json={"assets": [asset["id"], "nobody"], "state": "ready"})
    assert (refused.status_code, refused.json()["code"]) == (404, "ASSET_UNKNOWN")
    assert (await editor.get(url)).json()["state"] == "retired"
    told = (await editor.get(f"{url}/history")).json()
    assert [one["verb"] for one in told] == ["withdrawn", "changed", "approved", "changed", "added"]
    assert told[1]["after"] == {"state": "retired", "tags": []}


async def test_assets_are_listed_by_filter_and_order(scripts: Scripts, sound: bytes) -> None:
    asset = await added(scripts["editor"], sound)
    change = {"version": 1, "type": "MUS", "tags": ["sea"]}
    await scripts["editor"].patch(f"/api/assets/{asset['id']}", json=change)
    for query, there in (
        ("q=early", True), ("q=late", False), ("type=MUS", True), ("state=retired", False), ("tag=sea", True),
        ("approved=false", True), ("approved=true", False), ("used=true", False), ("used=false&sort=title", True),
    ):  # fmt: skip
        found = (await scripts["viewer"].get(f"/api/assets?{query}")).json()["assets"]
        assert bool(found) is there, query
    for bad in ("sort=best", "approved=perhaps", "limit=0", "sort=longest&after=x"):
        assert (await scripts["viewer"].get(f"/api/assets?{bad}")).status_code == 400, bad
    assert (await scripts["viewer"].get("/api/assets/tags")).json() == {"tags": ["sea"]}


async def test_asset_that_a_post_uses_is_named_and_kept(
    editor: httpx.AsyncClient, admin_channel: str, sound: bytes
) -> None:
    asset = await added(editor, sound)
    url = f"/api/assets/{asset['id']}"
    assert (await editor.get(f"{url}/uses")).json() == []
    wanted = {"asset": asset["id"], "title": "Planned", "channels": [admin_channel]}
    await editor.post("/api/schedule/post", json=wanted)
    assert [(use["kind"], use["title"]) for use in (await editor.get(f"{url}/uses")).json()] == [("post", "Planned")]
    refused = await editor.delete(url)
    assert (refused.status_code, refused.json()["code"]) == (409, "ASSET_USED")
    assert (await editor.get("/api/assets?used=true")).json()["assets"][0]["id"] == asset["id"]


@pytest.fixture
async def admin_channel(scripts: Scripts) -> str:
    wanted = {"title": "Early Bus", "url": "http://receiver.test/ok", "timezone": "Europe/Lisbon"}
    made = await scripts["admin"].post("/api/channels", json=wanted)
    slug: str = made.raise_for_status().json()["channel"]["slug"]
    return slug


async def test_chapters_of_an_asset(editor: httpx.AsyncClient, sound: bytes) -> None:
    asset = await added(editor, sound)
    assert (await editor.get(f"/api/assets/{asset['id']}/chapters")).json() == []
    for below in ("chapters", "uses"):
        assert (await editor.get(f"/api/assets/nobody/{below}")).status_code == 404


async def test_wishes_for_files_are_asked_shown_cancelled_and_dismissed(scripts: Scripts, tmp_path: Path) -> None:
    editor, viewer = scripts["editor"], scripts["viewer"]
    asked = await editor.post("/api/assets/fetch", json={"url": "https://example.org/film.mp4"})
    assert (asked.status_code, asked.json()["state"], asked.json()["kind"]) == (202, "waiting", "url")
    url = f"/api/arrivals/{asked.json()['id']}"
    assert (await viewer.get(url)).json() == asked.json()
    assert (await viewer.get("/api/arrivals")).json() == [asked.json()]
    assert (await editor.delete(url)).status_code == 409
    assert (await editor.post(f"{url}/cancel")).json()["state"] == "cancelled"
    assert (await editor.post(f"{url}/cancel")).json()["code"] == "ARRIVAL_OVER"
    assert (await editor.post(f"{url}/retry")).json()["state"] == "waiting"
    assert (await editor.post(f"{url}/cancel")).status_code == 200
    assert (await editor.delete(url)).status_code == 204
    assert (await viewer.get(url)).status_code == 404
    bad = await editor.post("/api/assets/fetch", json={"url": "file:///etc/passwd"})
    assert (bad.status_code, list(bad.json()["errors"])) == (422, ["url"])


async def test_files_of_the_import_folder_are_listed_and_wished_for(scripts: Scripts, tmp_path: Path) -> None:
    editor = scripts["editor"]
    path = tone(tmp_path / "import" / "Early Bus.wav", 440)
    new = {"path": "Early Bus.wav", "bytes": path.stat().st_size, "state": "new", "note": None, "asset": None}
    assert (await scripts["viewer"].get("/api/assets/import")).json() == [new]
    asked = await editor.post("/api/assets/import", json={"paths": ["Early Bus.wav"]})
    assert (asked.status_code, [one["source"] for one in asked.json()]) == (202, ["Early Bus.wav"])
    assert (await editor.get("/api/assets/import")).json() == [new | {"state": "waiting"}]
    assert (await editor.post("/api/assets/import", json={})).json() == []
    for paths, code in ((["../x"], "PATH_BAD"), (["x.wav"], "FILE_UNKNOWN"), ([], "PATHS_COUNT")):
        assert (await editor.post("/api/assets/import", json={"paths": paths})).json()["code"] == code


FOR_EDITORS = [
    ("PATCH", "/api/assets"),
    ("POST", "/api/assets/fetch"),
    ("POST", "/api/assets/import"),
    ("POST", "/api/arrivals/x/cancel"),
    ("POST", "/api/arrivals/x/retry"),
    ("DELETE", "/api/arrivals/x"),
    ("POST", "/library/bulk"),
    ("POST", "/library/x/state"),
    ("GET", "/library/arrivals"),
    ("POST", "/library/arrivals/fetch"),
    ("POST", "/library/arrivals/import"),
]


async def test_viewers_change_nothing(scripts: Scripts) -> None:
    for method, path in FOR_EDITORS:
        assert (await scripts["viewer"].request(method, path, json={})).status_code == 403, (method, path)
