"""The API reference: the OpenAPI document, and a page rendered from it that needs nothing from elsewhere."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from app import __version__
from app.errors import NotFound
from app.web import htmx
from app.web.guards import viewer
from app.web.sessions import COOKIE

Schema = dict[str, Any]
JSON_URL = "/api/openapi.json"
PAGES = "/api/docs"
METHODS = ("get", "post", "put", "patch", "delete")


class _NoPages(Router):
    """Keeps the framework from adding documentation pages of its own, which load scripts from elsewhere."""

    def register(self, value: ControllerRouterHandler) -> list[Any]:
        """Add nothing."""
        return []


def config() -> OpenAPIConfig:
    """How the OpenAPI document is made."""
    return OpenAPIConfig(
        title="Daypart",
        version=__version__,
        description="Everything that people can do on the desk's pages, for programs.",
        openapi_router=_NoPages("/api/schema", route_handlers=[]),
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
        security=[{"key": []}, {"session": []}],
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer", description="An API key."),
                "session": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body."""

    name: str
    required: bool
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Parameter(Field):
    """A part of the address; `where` is `path` or `query`."""

    where: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that an operation can answer with."""

    status: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    parameters: list[Parameter]
    body_type: str
    body_fields: list[Field]
    responses: list[Answer]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    id: str
    tag: str
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole API, as the page shows it."""

    title: str
    version: str
    base_url: str
    json_url: str
    groups: list[Group]


@get(JSON_URL, guards=[viewer], include_in_schema=False)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI document."""
    body = msgspec.json.encode(request.app.openapi_schema.to_schema())
    return Response(body, media_type="application/json", headers=htmx.PRIVATE)


@get(["/api", PAGES], guards=[viewer], include_in_schema=False)
async def reference(request: Request[Any, Any, Any]) -> Response[str]:
    """Every address of the API, a line each."""
    return await _page(request, None)


@get(f"{PAGES}/{{group:str}}", guards=[viewer], include_in_schema=False)
async def referenced_group(request: Request[Any, Any, Any], group: FromPath[str]) -> Response[str]:
    """All that is to know of the addresses of one group."""
    return await _page(request, group)


async def _page(request: Request[Any, Any, Any], group: str | None) -> Response[str]:
    state = request.app.state
    if "reference" not in state:  # it takes a moment, and is the same as long as the desk runs
        state.reference = referenced(request.app.openapi_schema.to_schema(), state.settings.url)
    spec: Reference = state.reference
    shown = next((one for one in spec.groups if one.id == group), None)
    if group and not shown:
        raise NotFound("PAGE_UNKNOWN", "The API has no such group of addresses.")
    return await htmx.render(request, "api_docs.html", {"title": "API reference", "spec": spec, "shown": shown})


def referenced(schema: Schema, url: str) -> Reference:
    """What the page shows of an OpenAPI document: its operations by tag."""
    found: dict[str, list[Operation]] = {}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                operation = _operation(schema, method, path, item[method])
                found.setdefault(item[method].get("tags", ["other"])[0], []).append(operation)
    groups = [Group(tag.lower().replace(" ", "-"), tag, operations) for tag, operations in sorted(found.items())]
    return Reference(schema["info"]["title"], schema["info"]["version"], url, JSON_URL, groups)


def _operation(schema: Schema, method: str, path: str, spec: Schema) -> Operation:
    contents: Schema = spec.get("requestBody", {}).get("content", {})
    none: tuple[str, Schema] = ("", {})
    media, body = next(iter(contents.items()), none)
    return Operation(
        id=spec["operationId"],
        method=method.upper(),
        path=path,
        summary=spec.get("description") or spec.get("summary", ""),
        description="",
        deprecated=spec.get("deprecated", False),
        parameters=[_parameter(schema, parameter) for parameter in spec.get("parameters", [])],
        body_type=media,
        body_fields=_fields(schema, body.get("schema", {})),
        responses=[Answer(status, said["description"]) for status, said in sorted(spec["responses"].items())],
    )


def _parameter(schema: Schema, spec: Schema) -> Parameter:
    kind = _type(schema, spec.get("schema", {}))
    return Parameter(spec["name"], spec.get("required", False), kind, spec.get("description", ""), spec["in"])


def _fields(schema: Schema, body: Schema) -> list[Field]:
    spec = _resolved(schema, body)
    required = spec.get("required", [])
    return [
        Field(name, name in required, _type(schema, value), _resolved(schema, value).get("description", ""))
        for name, value in spec.get("properties", {}).items()
    ]


def _resolved(schema: Schema, spec: Schema) -> Schema:
    if "$ref" not in spec:
        return spec
    found: Schema = schema["components"]["schemas"][spec["$ref"].rpartition("/")[2]]
    return found


def _type(schema: Schema, spec: Schema) -> str:
    """A type in words: `text`, `one of viewer, editor, admin`, `list of integer`, `text or null`."""
    spec = _resolved(schema, spec)
    if several := spec.get("oneOf") or spec.get("anyOf"):
        return " or ".join(dict.fromkeys(_type(schema, one) for one in several))
    if "enum" in spec:
        return "one of " + ", ".join(str(value) for value in spec["enum"])
    kind = spec.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_type(schema, spec.get('items', {}))}"
    return "text" if kind == "string" else str(kind)
