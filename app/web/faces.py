"""Which face a request wants: HTML for people, JSON for programs."""

from typing import Any

from litestar.connection import Request

# Addresses of the seeds that have both faces; everywhere else the address alone decides.
DUAL = ("/logs", "/sync", "/voice", "/proxy")
API_PAGES = "/api/docs"


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether this address answers this request as `/api/...` does."""
    path = request.scope["path"].rstrip("/") or "/"
    if path.startswith("/api/"):
        return not _lies_at(path, API_PAGES)
    return any(_lies_at(path, prefix) for prefix in DUAL) and not _is_person(request)


def _lies_at(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def errors_as_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a failure is told as a problem document: to programs, and to scripts of our pages that read no HTML."""
    if wants_json(request):
        return True
    accept = request.headers.get("accept", "")
    asks = "json" in accept or "event-stream" in accept or "authorization" in request.headers
    return asks and not _is_person(request)


def _is_person(request: Request[Any, Any, Any]) -> bool:
    return "hx-request" in request.headers or "text/html" in request.headers.get("accept", "")
