"""Numbers for operators."""

from collections.abc import Iterable

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.web import metrics
from app.web.metrics import Sample


async def scraped(client: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_route_and_status(viewer: httpx.AsyncClient) -> None:
    for path in ("/guide", "/guide", "/nothing/1", "/nothing/2", "/settings"):
        await viewer.get(path)
    found = await scraped(viewer)
    name = "daypart_http_request_seconds_count"
    assert found[(name, "GET", "/guide", "200")] == 2
    assert found[(name, "GET", "unmatched", "404")] == 2
    assert found[(name, "GET", "/settings", "403")] == 1


async def test_addresses_with_parts_share_one_route(admin: httpx.AsyncClient) -> None:
    for key in ("key-viewer", "key-editor"):
        await admin.post(f"/settings/keys/{key}/revoke")
    found = await scraped(admin)
    route = ("daypart_http_request_seconds_count", "POST", "/settings/keys/{key_id}/revoke", "303")
    assert found[route] == 2


async def test_registered_numbers_are_asked_at_each_scrape(
    viewer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def provider() -> Iterable[Sample]:
        nonlocal asked
        asked += 1
        return [Sample("daypart_things", "Things.", asked, {"kind": kind}) for kind in ('a "b"', "c")]

    monkeypatch.setattr(metrics, "_providers", [])
    metrics.register(provider)
    metrics.register(provider)
    assert (await scraped(viewer))[("daypart_things", 'a "b"')] == 1
    assert (await scraped(viewer))[("daypart_things", "c")] == 2
