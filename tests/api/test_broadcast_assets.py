"""The library for broadcast, for people without scripts and for programs: fields, approval and markers of an asset."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from app.database import sql
from app.library import queries
from app.settings import Settings
from tests.api.forms import FormPage
from tests.media import tone


async def filled(count: int = 2) -> None:
    """Assets of a minute whose files live elsewhere."""
    for n in range(count):
        await sql(
            "INSERT INTO asset (id, type, title, name, state, duration_ms, created_ms)"
            " VALUES (?, 'EPI', ?, 'ferry.mkv', 'ready', 60000, 0)",
            f"a{n}", f"Ferry {n}",
        )  # fmt: skip


async def test_page_of_an_asset_says_and_approves_without_scripts(
    editor: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    await filled()
    page = "/library/a0"
    await editor.post("/api/series", json={"title": "Harbour Lights"})
    typed = {
        "version": "1", "title": "Dawn ferry", "type": "EPI", "series": "harbour lights", "season": "1", "episode": "2",
        "genre": "Sea", "rating": "12", "description": "Fog.", "tags": "daypart:prime",
    }  # fmt: skip
    wrong = await editor.post(page, data={**typed, "season": "first", "genre": "Land"})
    assert wrong.status_code == 422
    assert "Give a whole number." in wrong.text
    assert FormPage(wrong.text).value("genre") == "Land"
    unknown = await editor.post(page, data={**typed, "series": "Nowhere"})
    assert (unknown.status_code, "There is no series Nowhere" in unknown.text) == (422, True)
    assert (await editor.post(page, data=typed)).status_code == 303
    one = await queries.asset("a0")
    assert (one.title, one.series_title, one.season, one.episode) == ("Dawn ferry", "Harbour Lights", 1, 2)
    assert (await viewer.post(f"{page}/approval", data={"approved": "yes", "version": "2"})).status_code == 403
    assert (await editor.post(f"{page}/approval", data={"approved": "yes", "version": "1"})).status_code == 409
    assert (await editor.post(f"{page}/approval", data={"approved": "yes", "version": "2"})).status_code == 303
    shown = (await viewer.get(page)).text
    assert "By key script of editor, Thu 14 May, 14:37" in shown
    assert "Harbour Lights, S1 E2" in shown
    assert (await editor.post(f"{page}/approval", data={"approved": "no", "version": "3"})).status_code == 303
    assert not (await queries.asset("a0")).approved
    bulk = {"asset": ["a0", "a1"], "series": "-", "genre": "Land", "season": "3", "rating": ""}
    assert (await editor.post("/library/bulk", data=bulk)).status_code == 303
    assert [(a.series, a.genre, a.season, a.rating) for a in [await queries.asset("a0"), await queries.asset("a1")]] == [
        (None, "Land", 3, "12"), (None, "Land", 3, None)
    ]  # fmt: skip
    assert (await editor.post("/library/bulk", data={"asset": "a0", "season": "x"})).status_code == 422
    assert "Ferry 1" in (await viewer.get("/library?genre=Land&type=EPI")).text
    assert "No video matches" in (await viewer.get("/library?genre=Sea")).text


async def test_programs_mark_change_and_delete(scripts: dict[str, httpx.AsyncClient]) -> None:
    await filled()
    editor, url = scripts["editor"], "/api/assets/a0/markers"
    made = await editor.post(url, json={"version": 1, "kind": "chapter", "start_ms": 1000, "title": "Quay"})
    assert (made.status_code, made.json()["number"]) == (201, 0)
    changed = await editor.patch(f"{url}/0", json={"version": 2, "end_ms": 5000})
    assert changed.json() == {"number": 0, "kind": "chapter", "title": "Quay", "start_ms": 1000, "end_ms": 5000}
    assert (await scripts["viewer"].get(url)).json() == [changed.json()]
    bad = await editor.post(url, json={"version": 3, "kind": "chapter", "start_ms": 4999})
    assert (bad.status_code, bad.json()["code"]) == (422, "MARKER_OVERLAP")
    assert (await editor.post(url, json={"version": 3, "kind": "note", "start_ms": 1.5})).status_code == 400
    assert (await scripts["viewer"].delete(f"{url}/0?version=3")).status_code == 403
    assert (await editor.delete(f"{url}/0?version=2")).status_code == 409
    assert (await editor.delete(f"{url}/0?version=3")).status_code == 204
    assert (await editor.get("/api/assets/nobody/markers")).status_code == 404


async def test_page_marks_changes_and_deletes_without_scripts(
    editor: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    await filled()
    page = "/library/a0"
    new = {"version": "1", "kind": "break", "title": "", "start": "0:20", "end": ""}
    assert (await viewer.post(f"{page}/markers", data=new)).status_code == 403
    wrong = await editor.post(f"{page}/markers", data={**new, "start": "soon", "end": "later", "title": "kept <b>"})
    assert (wrong.status_code, wrong.text.count("Give a time such as")) == (422, 2)
    assert "kept &lt;b&gt;" in wrong.text
    made = await editor.post(f"{page}/markers", data=new)
    assert (made.status_code, made.headers["location"]) == (303, f"{page}#markers")
    stale = await editor.post(f"{page}/markers/0", data={**new, "start": "0:30"})
    assert (stale.status_code, "changed by someone else" in stale.text) == (409, True)
    assert (await editor.post(f"{page}/markers/0", data={**new, "version": "2", "start": "0:30.5"})).status_code == 303
    assert [one.start_ms for one in await queries.markers("a0")] == [30_500]
    assert "0:30.5" in (await editor.get(page)).text
    assert "0:30.5" not in (await viewer.get(page)).text  # no form for who may not change it
    assert (await editor.post(f"{page}/markers/0/delete", data={"version": "3"})).status_code == 303
    assert await queries.markers("a0") == []


async def test_series_are_kept_on_pages_without_scripts_and_by_programs(
    people: dict[str, httpx.AsyncClient], scripts: dict[str, httpx.AsyncClient]
) -> None:
    await filled(3)
    page, person, viewer = "/library/series", people["editor"], people["viewer"]
    assert "No series yet" in (await viewer.get(page)).text
    assert (await viewer.post(page, data={"title": "x"})).status_code == 403
    wrong = await person.post(page, data={"title": " ", "home_channel": ""})
    assert (wrong.status_code, FormPage(wrong.text).error_at("title")) == (422, "Give a title.")
    made = await person.post(page, data={"title": "Harbour Lights", "home_channel": ""})
    one = made.headers["location"]
    assert "No episodes yet" in (await viewer.get(one)).text
    taken = await person.post(page, data={"title": "harbour lights"})
    assert (taken.status_code, FormPage(taken.text).error_at("title")) == (409, "This one is taken.")
    editor, id = scripts["editor"], one.rpartition("/")[2]
    for n, episode in enumerate((1, 4, 4)):
        place = {"version": 1, "series": id, "season": 1 + n // 2 * 2, "episode": episode}
        assert (await editor.patch(f"/api/assets/a{n}", json=place)).status_code == 200
    shown = (await viewer.get(one)).text
    for words in ("Season 2 is missing.", "Season 1", "Missing: 2–3.", "Season 3", "Ferry 2", "Not approved"):
        assert words in shown
    (first, last) = (await editor.get(f"/api/series/{id}/seasons")).json()
    assert (first["missing"], first["doubled"], last["season"]) == ([[2, 3]], [], 3)
    edited = await person.post(one, data={"version": "1", "title": "Lights", "home_channel": "", "description": "Fog."})
    assert edited.status_code == 303
    assert (await person.post(one, data={"version": "1", "title": "Lamps"})).status_code == 409
    assert (await editor.patch(f"/api/series/{id}", json={"version": 2, "description": None})).json()["version"] == 3
    refused = await person.post(f"{one}/delete")
    assert (refused.status_code, "Take them out first" in refused.text) == (409, True)
    other = (await editor.post("/api/series", json={"title": "Lamps"})).json()["id"]
    assert (await person.post(f"{one}/merge", data={"into": id})).status_code == 422
    assert (await person.post(f"{one}/merge", data={"into": other})).headers["location"] == f"{page}/{other}"
    assert (await editor.get(f"/api/series/{other}")).json()["episodes"] == 3
    assert (await viewer.get(one)).status_code == 404
    empty = (await editor.post("/api/series", json={"title": "Empty"})).json()["id"]
    assert (await editor.post(f"/api/series/{empty}/merge", json={"into": "lamps"})).json()["episodes"] == 3
    assert "Lamps" in (await viewer.get("/library?series=" + other)).text


async def test_library_goes_out_and_comes_back_as_csv(
    people: dict[str, httpx.AsyncClient], scripts: dict[str, httpx.AsyncClient]
) -> None:
    await filled()
    out = await people["viewer"].get("/library/export.csv?q=ferry+1")
    assert (out.status_code, out.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert out.text.count("\r\n") == 2
    assert 'href="/library/export.csv?q=ferry"' in (await people["viewer"].get("/library?q=ferry")).text
    data = out.content.replace(b"Ferry 1", b"Dawn <ferry>")
    person, page = people["editor"], "/library/csv"
    assert (await people["viewer"].get(page)).status_code == 403
    assert "Change it by a file" in (await person.get(page)).text
    refused = await person.post(page, files={"file": ("x.csv", b"title\nx\n")})
    assert (refused.status_code, FormPage(refused.text).error_at("file")) == (422, "The first line lacks id.")
    bad = await person.post(page, files={"file": ("x.csv", data.replace(b"EPI", b"XXX"))})
    assert "Nothing is stored while a row is wrong" in bad.text
    assert 'value="import"' not in bad.text
    preview = await person.post(page, files={"file": ("x.csv", data)})
    assert "title: Ferry 1 → Dawn &lt;ferry&gt;" in preview.text
    assert (await queries.asset("a1")).title == "Ferry 1"
    kept = {"kept": (None, FormPage(preview.text).value("kept")), "act": (None, "import")}
    assert (await person.post(page, files=kept)).status_code == 303
    assert (await queries.asset("a1")).title == "Dawn <ferry>"
    editor, api = scripts["editor"], "/api/assets/csv"
    whole = (await editor.get(f"{api}?q=ferry")).content
    assert (await editor.post(api, content=whole)).json() | {"rows": 0} == {
        "stored": False, "changed": 0, "same": 2, "wrong": 0, "ignored": [], "rows": 0,
    }  # fmt: skip
    other = whole.replace(b"Ferry 0", b"Noon ferry")
    dry = (await editor.post(f"{api}?dry_run=true", content=other)).json()
    assert (dry["stored"], dry["changed"]) == (False, 1)
    assert (await editor.post(api, content=other)).json()["stored"]
    assert (await editor.post(api, content=whole)).json()["rows"][1]["errors"][0]["code"] == "VERSION_STALE"
    assert (await scripts["viewer"].post(api, content=whole)).status_code == 403
    assert (await editor.post(api, content=b"\xff")).json()["code"] == "CSV_ENCODING"


@pytest.fixture
def tree(settings: Settings, app: Litestar, tmp_path: Path) -> Path:
    """An import folder with one episode and one file that says nothing by its name."""
    season = tmp_path / "import" / "Lights" / "Season 1"
    season.mkdir(parents=True)
    tone(season / "01 - Dawn <b>.wav", 440)
    tone(tmp_path / "import" / "hello.wav", 450)
    app.state.settings = replace(settings, import_folder=tmp_path / "import")
    return tmp_path / "import"


async def test_folder_tree_is_looked_at_and_asked_for(
    people: dict[str, httpx.AsyncClient], scripts: dict[str, httpx.AsyncClient], tree: Path
) -> None:
    person, editor, page = people["editor"], scripts["editor"], "/library/tree"
    assert (await people["viewer"].get(page)).status_code == 403
    assert "No imports yet" in (await person.get(page)).text
    seen = (await person.get(page, params={"folder": ""})).text
    for words in ("Lights", "S1 E1", "Dawn &lt;b&gt;", "Not understood", "hello.wav", "Import 1 file"):
        assert words in seen
    wrong = await person.get(page, params={"folder": "../x"})
    assert (wrong.status_code, FormPage(wrong.text).error_at("folder")) == (
        422, "This is no path below the import folder.",
    )  # fmt: skip
    look = (await editor.get("/api/trees/look?folder=Lights")).json()
    assert (look["files"][0]["episode"], look["unclear"]) == (1, [])
    assert (await editor.get("/api/trees/look?folder=no")).status_code == 404
    assert (await scripts["viewer"].post("/api/trees", json={})).status_code == 403
    assert (await person.post(page, data={"folder": ""})).status_code == 303
    (run,) = (await editor.get("/api/trees")).json()
    assert (run["files"], run["open"]) == (1, 1)
    assert "0 of 1 file" in (await person.get(page)).text
    again = await person.post(page, data={"folder": ""})
    assert (again.status_code, "nothing new" in again.text) == (409, True)
    assert (await person.post(f"{page}/{run['id']}/cancel")).status_code == 303
    url = f"/api/trees/{run['id']}"
    assert (await editor.get(url)).json()["cancelled"] == 1
    assert (await editor.post(f"{url}/cancel")).json()["code"] == "TREE_OVER"
    assert (await person.post(f"{page}/{run['id']}/resume")).status_code == 303
    assert (await editor.post(f"{url}/cancel")).json()["open"] == 0
    assert (await editor.post(f"{url}/resume")).json()["open"] == 1
    assert (await editor.post("/api/trees", json={"folder": "Lights"})).json()["code"] == "TREE_NOTHING"
    assert (await editor.get("/api/trees/none")).status_code == 404
