"""Importing posts from a CSV file, by a program and by a person without scripts."""

import csv
import io
from collections.abc import Callable
from html import unescape

import httpx

from app.csv_text import BYTES_MOST
from tests.api.conftest import Made, Stored, refusal
from tests.api.forms import FormPage

HEADER = "title,channels,scheduled_time,asset,key"
API, PAGE = "/api/schedule/import", "/schedule/posts/import"
Look = Callable[[], Stored]


def sheet(made: Made, *more: str) -> bytes:
    """A file with one good row, and others."""
    return "\n".join([HEADER, f"Barley,{made.slug},2026-05-21 16:30,{made.free_asset},spring-1", *more]).encode()


WRONG = "Nothing,nowhere,2026-05-22 16:30,x,"


async def test_program_imports_a_file_and_again_adds_nothing(
    editor: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    answer = await editor.post(API, content=sheet(made, WRONG), headers={"content-type": "text/csv"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["stored"], told["new"], told["known"], told["wrong"]) == (True, 1, 0, 1)
    good, wrong = told["rows"]
    assert (good["line"], good["key"], good["status"], good["errors"]) == (2, "csv:key:spring-1", "new", [])
    post = (await editor.get(f"/api/schedule/post/{good['post']}")).json()
    assert (post["title"], post["scheduled_time"]) == ("Barley", "2026-05-21T15:30:00Z")
    assert (wrong["line"], wrong["status"], wrong["post"]) == (3, "wrong", None)
    assert wrong["errors"] == [
        {"field": "channels", "code": "CHANNEL_UNKNOWN", "detail": "There is no channel “nowhere”."}
    ]
    before = stored()
    again = (await editor.post(API, content=sheet(made, WRONG))).json()
    assert (again["new"], again["known"], again["wrong"]) == (0, 1, 1)
    assert stored() == before


async def test_program_may_ask_that_nothing_is_stored(editor: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for query in ["dry_run=true", "all_or_nothing=true"]:
        told = (await editor.post(f"{API}?{query}", content=sheet(made, WRONG))).json()
        assert (told["stored"], told["new"], told["wrong"]) == (False, 1, 1), query
        assert [row["post"] for row in told["rows"]] == [None, None], query
        assert stored() == before, query


UNREADABLE = [
    (b"", (422, "CSV_HEADER", ["file"])),
    (b"a,b\n1,2\n", (422, "CSV_HEADER", ["file"])),
    (b"\xff\xfe\x00", (422, "CSV_ENCODING", ["file"])),
    (b"x" * (BYTES_MOST + 1), (413, "TOO_LARGE", [])),
]


async def test_file_that_cannot_be_read_is_refused(editor: httpx.AsyncClient, stored: Look) -> None:
    before = stored()
    for body, expected in UNREADABLE:
        assert refusal(await editor.post(API, content=body)) == expected, body[:24]
        assert stored() == before, body[:24]


async def test_only_editors_import(
    scripts: dict[str, httpx.AsyncClient], people: dict[str, httpx.AsyncClient], made: Made, stored: Look
) -> None:
    assert (await scripts["viewer"].post(API, content=sheet(made))).status_code == 403
    assert (await scripts["stranger"].post(API, content=sheet(made))).status_code == 401
    assert (await people["viewer"].get(PAGE)).status_code == 403
    assert (await people["viewer"].post(PAGE, files={"file": ("posts.csv", sheet(made))})).status_code == 403
    assert "Import CSV" not in (await people["viewer"].get("/schedule/posts")).text
    assert not [row for row in stored()[0] if "Barley" in row]


async def previewed(person: httpx.AsyncClient, data: bytes) -> httpx.Response:
    return await person.post(PAGE, files={"file": ("posts.csv", data)})


async def sent_on(person: httpx.AsyncClient, preview: httpx.Response, act: str) -> httpx.Response:
    """What the buttons of the preview send."""
    kept = FormPage(preview.text).value("kept")
    return await person.post(PAGE, files={"kept": (None, kept), "act": (None, act)})


async def test_person_sees_what_a_file_does_before_it_is_stored(
    person: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    assert PAGE in (await person.get("/schedule/posts")).text
    assert (await person.get(PAGE)).status_code == 200
    before = stored()
    page = await previewed(person, sheet(made, WRONG))
    assert page.status_code == 200
    assert stored() == before
    text = unescape(page.text)
    assert "Thu 21 May, 16:30" in text
    assert "There is no channel “nowhere”." in text
    assert "Import 1 post<" in text
    answer = await sent_on(person, page, "import")
    assert (answer.status_code, answer.headers["location"]) == (303, "/schedule/posts")
    shown = unescape((await person.get("/schedule/posts")).text)
    assert "1 post imported. 1 wrong row left out." in shown
    assert "Barley" in shown
    again = unescape((await previewed(person, sheet(made))).text)
    assert "There already" in again
    assert 'value="import"' not in again


async def test_person_gets_the_wrong_rows_back_with_what_is_wrong(
    person: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    before = stored()
    answer = await sent_on(person, await previewed(person, sheet(made, WRONG)), "wrong")
    assert answer.headers["content-disposition"] == 'attachment; filename="wrong-rows.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["title"], row["errors"]) for row in rows] == [("Nothing", "There is no channel “nowhere”.")]
    assert stored() == before


UNREADABLE_FORMS = [
    (b"", 422, "Choose a file."),
    (b"a,b\n1,2\n", 422, "The first line lacks title, channels, asset or file."),
    (b"\xff\xfe\x00", 422, "This is no text in UTF-8."),
    (b"x" * (BYTES_MOST + 1), 413, "The file has more than 5 MB."),
]


async def test_form_tells_why_a_file_cannot_be_read(person: httpx.AsyncClient, stored: Look) -> None:
    before = stored()
    for data, status, words in UNREADABLE_FORMS:
        answer = await previewed(person, data)
        assert answer.status_code == status, data[:24]
        assert words in FormPage(answer.text).error_at("file"), data[:24]
        assert stored() == before, data[:24]


async def test_kept_file_that_came_in_broken_is_refused(person: httpx.AsyncClient, stored: Look) -> None:
    before = stored()
    answer = await person.post(PAGE, files={"kept": (None, "%%%"), "act": (None, "import")})
    assert answer.status_code == 422
    assert "came in broken" in FormPage(answer.text).error_at("file")
    assert stored() == before
