"""Areas to come, and the seeds' old addresses."""

import httpx
import pytest

from app.web.planned import AREAS


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.path)
async def test_area_says_what_it_will_be_for(viewer: httpx.AsyncClient, area: object) -> None:
    page = (await viewer.get(area.path)).text  # type: ignore[attr-defined]
    assert f"{area.title} is not built yet" in page  # type: ignore[attr-defined]
    assert all(point.replace("'", "&#39;") in page for point in area.points)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/dashboard", "/analytics"),
        ("/dashboard/schedule", "/schedule/posts"),
        ("/dashboard/ai-config", "/ai-config"),
    ],
)
async def test_old_address_leads_to_the_new_one(viewer: httpx.AsyncClient, old: str, new: str) -> None:
    answer = await viewer.get(old)
    assert (answer.status_code, answer.headers["location"]) == (307, new)
