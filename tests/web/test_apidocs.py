"""The API reference."""

import re

import httpx
from litestar import Litestar

from app.web import apidocs

ALLOWED_LINKS = ("/", "#")


async def test_page_loads_nothing_from_elsewhere(viewer: httpx.AsyncClient) -> None:
    page = (await viewer.get("/api/docs")).text + (await viewer.get("/api/docs/posts")).text
    links = re.findall(r"""\s(?:src|href|action)="([^"]*)""", page)
    assert links
    assert all(link.startswith(ALLOWED_LINKS) for link in links), links
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)


async def test_page_lists_every_operation(app: Litestar, viewer: httpx.AsyncClient) -> None:
    page = (await viewer.get("/api")).text
    schema = app.openapi_schema.to_schema()
    operations = [operation for item in schema["paths"].values() for operation in item.values()]
    assert len(operations) > 10
    links = dict.fromkeys(re.findall(r'href="(/api/docs/[^"#]+)#([^"]+)"', page))
    assert {name for _, name in links} == {operation["operationId"] for operation in operations}
    for address in {address for address, _ in links}:
        group = (await viewer.get(address)).text
        assert {name for there, name in links if there == address} == set(
            re.findall(r'<article [^>]*id="([^"]+)"', group)
        )


async def test_group_that_is_none_is_not_there(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.get("/api/docs/nothing", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_document_is_the_same_for_keys_and_people(
    viewer: httpx.AsyncClient, scripts: dict[str, httpx.AsyncClient]
) -> None:
    mine, theirs = await viewer.get("/api/openapi.json"), await scripts["viewer"].get("/api/openapi.json")
    assert mine.json() == theirs.json()
    assert mine.json()["openapi"].startswith("3.1")


async def test_every_operation_tells_its_refusals_in_the_one_shape(app: Litestar) -> None:
    schema = app.openapi_schema.to_schema()
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if path == "/health":
                continue
            assert {"401", "403"} <= set(operation["responses"]), (method, path)
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and status != "416":  # a range outside of a file has no document
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


async def test_operation_ids_are_unique(app: Litestar) -> None:
    schema = app.openapi_schema.to_schema()
    ids = [operation["operationId"] for item in schema["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


SCHEMA = {
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "things",
                "tags": ["things"],
                "description": "Make.",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"422": {"description": "Wrong."}, "201": {"description": "Made."}},
            },
            "get": {"operationId": "get", "summary": "Get", "responses": {}},
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "Its name."},
                    "kinds": {"type": "array", "items": {"enum": ["a", "b"]}},
                    "size": {"oneOf": [{"type": "integer"}, {"type": "null"}]},
                    "other": {"$ref": "#/components/schemas/Other"},
                },
            },
            "Other": {"type": ["string", "null"]},
        }
    },
}


def test_operation_is_shown_with_its_fields_in_words() -> None:
    shown = apidocs.referenced(SCHEMA, "http://desk.test")
    assert [group.tag for group in shown.groups] == ["other", "things"]
    operation = shown.groups[1].operations[0]
    assert (operation.method, operation.path, operation.summary) == ("POST", "/things/{id}", "Make.")
    assert [(p.name, p.where, p.required, p.type) for p in operation.parameters] == [("id", "path", True, "text")]
    assert [(f.name, f.required, f.type) for f in operation.body_fields] == [
        ("name", True, "text"),
        ("kinds", False, "list of one of a, b"),
        ("size", False, "integer or null"),
        ("other", False, "string or null"),
    ]
    assert [(a.status, a.description) for a in operation.responses] == [("201", "Made."), ("422", "Wrong.")]
