"""What went wrong is told in one shape, with stable codes, and nothing internal leaks."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.exceptions import InternalServerException
from litestar.types import ASGIApp

from app import errors, main
from app.clock import ManualClock
from app.database import sql
from app.main import furnished
from app.settings import Settings
from app.web import problems
from tests import cast
from tests.conftest import running

JSON = {"accept": "application/json"}
HTMX = {"hx-request": "true", "accept": "text/html"}
STATUSES = [
    (errors.Malformed, 400),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.Throttled, 429),
    (errors.StorageFull, 507),
    (errors.Unavailable, 503),
    (errors.RemoteFailed, 502),
    (errors.RemoteSilent, 504),
]


@pytest.mark.parametrize(("kind", "status"), STATUSES)
def test_each_kind_of_error_has_its_status(kind: type[errors.DaypartError], status: int) -> None:
    problem = problems.of(kind("CODE", "Words.", errors={"f": "wrong"}, seconds=3))
    document = {"code": "CODE", "detail": "Words.", "errors": {"f": "wrong"}, "seconds": 3, "status": status}
    assert problem.document().items() >= document.items()
    assert problem.title


def test_every_kind_of_error_is_mapped() -> None:
    def below(kind: type[errors.DaypartError]) -> set[type[errors.DaypartError]]:
        return {kind}.union(*(below(sub) for sub in kind.__subclasses__()))

    for kind in below(errors.DaypartError) - {errors.DaypartError}:
        assert problems.of(kind("CODE", "Words.")).status < 600


def test_facts_do_not_hide_the_problem_itself() -> None:
    assert problems.of(errors.Conflict("CODE", "Words.", status="failed")).document()["status"] == 409


def test_throttled_tells_when_to_come_back() -> None:
    assert problems.of(errors.Throttled("CODE", "Words.", retry_after=7)).headers == {"retry-after": "7"}


def test_full_disk_is_told_as_that(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.sqlite")) as connection:
        connection.execute("CREATE TABLE t (b BLOB)")
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    assert (problems.of(full.value).status, problems.of(full.value).code) == (507, "STORAGE_FULL")


def test_other_failures_of_the_database_are_internal() -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.OperationalError) as broken:
        connection.execute("SELECT 1 FROM nothing")
    assert problems.of(broken.value).code == "INTERNAL"


def test_client_that_goes_away_is_no_failure_of_ours() -> None:
    gone = InternalServerException("client disconnected prematurely")
    assert (problems.of(gone).status, problems.of(gone).code) == (400, "DISCONNECTED")
    assert problems.of(InternalServerException("other")).code == "INTERNAL"


async def test_failure_is_told_even_if_its_page_fails(viewer: httpx.AsyncClient) -> None:
    await sql("DROP TABLE desk")
    answer = await viewer.get("/guide")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert "content-security-policy" in answer.headers


@get("/break", include_in_schema=False)
async def _break() -> None:
    raise RuntimeError("the secret inside")


@get("/busy", include_in_schema=False)
async def _busy() -> None:
    raise errors.Unavailable("DATABASE_BUSY", "The database is busy.")


@pytest.fixture(scope="module")
def broken_routes() -> tuple[Litestar, ASGIApp]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "CONTROLLERS", [*main.CONTROLLERS, _break, _busy])
        app = main.routed()
    return app, app.asgi_handler


@pytest.fixture
async def broken(
    broken_routes: tuple[Litestar, ASGIApp], settings: Settings, clock: ManualClock
) -> AsyncIterator[Litestar]:
    async with running(furnished(*broken_routes, settings, clock)) as made:
        yield made


async def test_unexpected_failure_is_logged_under_a_reference_and_tells_nothing(
    broken: Litestar, caplog: pytest.LogCaptureFixture
) -> None:
    async with cast.browser(broken, "viewer") as client:
        page, document = await client.get("/break"), await client.get("/break", headers=JSON)
    assert page.status_code == document.status_code == 500
    assert document.json()["code"] == "INTERNAL"
    for answer in (page, document):
        assert "the secret inside" not in answer.text
        assert "Traceback" not in answer.text
    records = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(records) == 2
    for record, answer in zip(records, (page, document), strict=True):
        assert record.exc_info
        assert record.args
        assert str(record.args[-1]) in answer.text


async def test_domain_error_is_not_logged_as_a_failure(broken: Litestar, caplog: pytest.LogCaptureFixture) -> None:
    async with cast.browser(broken, "viewer") as client:
        answer = await client.get("/busy", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_BUSY")
    assert [record for record in caplog.records if record.name.startswith("app")] == []


@pytest.mark.parametrize("path", ["/break", "/busy", "/nothing", "/settings"])
async def test_script_of_a_page_gets_a_toast_and_keeps_what_it_has(broken: Litestar, path: str) -> None:
    async with cast.browser(broken, "viewer") as client:
        answer = await client.get(path, headers=HTMX)
    assert answer.status_code >= 400
    assert answer.headers["hx-reswap"] == "none"
    assert '"level": "bad"' in answer.headers["hx-trigger"]
    assert answer.text == ""


async def test_failure_inside_a_dialog_is_told_there(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.get("/settings", headers={**HTMX, "hx-target": "div#dialog"})
    assert answer.status_code == 403
    assert "dialog__head" in answer.text
    assert "<html" not in answer.text


async def test_person_gets_a_page_with_a_way_out(viewer: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    mine, theirs = await viewer.get("/nothing"), await stranger.get("/nothing")
    assert mine.status_code == theirs.status_code == 404
    assert "Vera" in mine.text
    assert 'href="/"' in mine.text
    assert 'href="/sign-in"' in theirs.text
    assert "NOT_FOUND" in mine.text


async def test_words_from_outside_are_escaped(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.get("/<script>alert(1)</script>")
    assert "<script>alert" not in answer.text


UNREADABLE: list[tuple[Any, str, dict[str, str]]] = [
    (b"{", "MALFORMED_JSON", {}),
    (b"\xff", "MALFORMED_JSON", {}),
    (b"[]", "WRONG_TYPE", {"": "Expected object, got array."}),
    (b"null", "WRONG_TYPE", {"": "Expected object, got null."}),
    (b"{}", "MISSING_FIELD", {"name": "This field is required."}),
    (b'{"name": 1}', "WRONG_TYPE", {"name": "Expected str, got int."}),
    (b'{"name": null}', "WRONG_TYPE", {"name": "Expected str, got null."}),
    (b'{"name": "x", "rule": 1}', "WRONG_TYPE", {"": "Object contains unknown field rule."}),
]


async def test_body_that_cannot_be_read_names_the_fields(scripts: dict[str, httpx.AsyncClient]) -> None:
    headers = {"content-type": "application/json"}
    for content, code, fields in UNREADABLE:
        answer = await scripts["admin"].post("/api/keys", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, code), content
        assert answer.json()["errors"] == fields


async def test_wrong_value_is_422_and_names_its_field(scripts: dict[str, httpx.AsyncClient]) -> None:
    answer = await scripts["admin"].post("/api/keys", json={"name": "x", "role": "boss"})
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (422, "UNKNOWN_ROLE", ["role"])


async def test_wrong_parameter_names_itself(scripts: dict[str, httpx.AsyncClient]) -> None:
    for query in ("limit=x", "limit=0", "limit=501"):
        answer = await scripts["admin"].get(f"/api/audit?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit"])


async def test_body_over_the_limit_is_refused(scripts: dict[str, httpx.AsyncClient]) -> None:
    headers = {"content-type": "application/json"}
    body = b'{"name": "' + b"x" * main.BODY_LIMIT + b'"}'
    answer = await scripts["admin"].post("/api/keys", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")


async def test_wrong_method_tells_the_right_ones(scripts: dict[str, httpx.AsyncClient]) -> None:
    answer = await scripts["admin"].put("/api/keys")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD")
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


SHAPE = {"type": str, "title": str, "status": int, "code": str, "detail": str, "errors": dict}


def _has_the_shape(answer: httpx.Response) -> bool:
    document = answer.json()
    return (
        answer.headers["content-type"] == problems.MEDIA_TYPE
        and document["status"] == answer.status_code
        and all(isinstance(document[name], kind) for name, kind in SHAPE.items())
    )


async def test_every_endpoint_refuses_in_the_same_shape(app: Litestar, scripts: dict[str, httpx.AsyncClient]) -> None:
    refused = 0
    for path, item in app.openapi_schema.to_schema()["paths"].items():
        for method in item:
            url = path.replace("{", "").replace("}", "")
            for client in (scripts["stranger"], scripts["admin"]):
                headers = {"content-type": "application/json", **JSON}
                answer = await client.request(method, url, content=b"{", headers=headers)
                if answer.status_code >= 400 and path != "/health":
                    assert _has_the_shape(answer), (method, path, answer.text)
                    refused += 1
    assert refused > 10
