"""Channels are deleted while nothing depends on them, and looked at for what is wrong."""

import httpx
import pytest

from app.database import sql

ZONE = "Europe/Lisbon"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def api(scripts: dict[str, httpx.AsyncClient]) -> httpx.AsyncClient:
    return scripts["editor"]


async def add(api: httpx.AsyncClient, kind: str, title: str, **more: object) -> str:
    fields = {"title": title, "timezone": ZONE, "kind": kind, **more}
    answer = await api.post("/api/channels", json=fields)
    slug: str = answer.json()["channel"]["slug"]
    return slug


async def test_channel_without_anything_is_deleted_and_its_slug_is_free(api: httpx.AsyncClient) -> None:
    for kind, more in (("linear", {}), ("social", {"url": "https://receiver.example/hook"})):
        slug = await add(api, kind, "Harbour", **more)
        if kind == "linear":
            await api.put(f"/api/channels/{slug}/grid", json={"minutes": 30})
        assert (await api.delete(f"/api/channels/{slug}")).status_code == 204
        assert (await api.get(f"/api/channels/{slug}")).status_code == 404
        assert await sql("SELECT verb FROM event WHERE verb = 'removed' AND topic = 'channels'")


async def test_channel_that_something_depends_on_stays_and_says_what(
    api: httpx.AsyncClient, editor: httpx.AsyncClient
) -> None:
    slug = await add(api, "linear", "Harbour")
    await api.post(f"/api/channels/{slug}/plans", json={"name": "Week"})
    await api.post("/api/series", json={"title": "Lights", "home_channel": slug})
    refused = await api.delete(f"/api/channels/{slug}")
    assert (refused.status_code, refused.json()["code"]) == (409, "CHANNEL_HAS_DEPENDENCIES")
    assert "1 plan and 1 series" in refused.json()["detail"]
    page = await editor.get(f"/channels/{slug}")
    assert f"/channels/{slug}/delete" not in page.text
    shown = await editor.post(f"/channels/{slug}/delete")
    assert (shown.status_code, "Switch it off instead." in shown.text) == (409, True)
    assert (await api.get(f"/api/channels/{slug}")).status_code == 200


async def test_channel_with_nothing_is_deleted_on_its_page_but_not_by_viewers(
    api: httpx.AsyncClient, editor: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    slug = await add(api, "radio", "Harbour FM")
    assert (await viewer.post(f"/channels/{slug}/delete")).status_code == 403
    assert f"/channels/{slug}/delete" in (await editor.get(f"/channels/{slug}")).text
    done = await editor.post(f"/channels/{slug}/delete")
    assert (done.status_code, done.headers["location"]) == (303, "/channels")
    assert await sql("SELECT 1 FROM channel WHERE slug = ?", slug) == []


async def test_channel_is_looked_at_for_what_is_wrong(api: httpx.AsyncClient, editor: httpx.AsyncClient) -> None:
    slug = await add(api, "linear", "Harbour")
    address = f"/api/channels/{slug}"
    told = (await api.get(f"{address}/validate")).json()
    assert (told["valid"], [one["code"] for one in told["findings"]]) == (True, ["NO_ACTIVE_PLAN"])
    assert (await api.get(f"{address}/validate?strict=true")).json()["valid"] is False
    await api.post(f"{address}/plans", json={"name": "Week"})
    await api.post(f"{address}/plans/Week/zones", json={"name": "Half", "start": "19:30", "end": "20:00"})
    await api.put(f"{address}/grid", json={"minutes": 60, "offset": 5, "day_start": "06:05"})
    told = (await api.get(f"{address}/validate")).json()
    assert told["valid"] is False
    assert [one["code"] for one in told["findings"]] == ["CHN-014", "Z-VAL-01", "NO_FILLER"]
    page = await editor.get(f"/channels/{slug}")
    assert "Half of Week: The length of a zone is a multiple of 60 minutes." in page.text
