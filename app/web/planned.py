"""Areas that are not built yet say what they will be for; the seeds' old addresses lead to the new ones."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from app.web import htmx
from app.web.guards import viewer


@dataclass(frozen=True, slots=True)
class Area:
    """What a page says about an area to come."""

    path: str
    title: str
    icon: str
    text: str
    points: tuple[str, ...]


AREAS = (
    Area(
        "/ai-config",
        "AI config",
        "spark",
        "Prompt templates that write titles, descriptions and hashtags for posts.",
        (
            "Templates with versions, one active",
            "A preview before anything is used",
            "Drafts wait for approval",
        ),
    ),
    Area(
        "/analytics",
        "Analytics",
        "analytics",
        "What aired and what was published, compared with what was planned.",
        ("Posts published, late and failed", "Airtime by type and series", "Tables behind every chart"),
    ),
)
MOVED = {"/dashboard": "/analytics", "/dashboard/schedule": "/schedule/posts", "/dashboard/ai-config": "/ai-config"}


@get([area.path for area in AREAS], guards=[viewer], include_in_schema=False)
async def planned(request: Request[Any, Any, Any]) -> Response[str]:
    """What an area will be for."""
    area = next(area for area in AREAS if area.path == request.scope["path"])
    return await htmx.render(request, "planned.html", {"title": area.title, "area": area})


@get(list(MOVED), opt={"anonymous": True}, include_in_schema=False)
async def moved(request: Request[Any, Any, Any]) -> Redirect:
    """The way from an address of the seeds to ours."""
    return Redirect(MOVED[request.scope["path"]], status_code=307)
