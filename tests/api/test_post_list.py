"""The list of posts in pages: each leads to the next and back to the first."""

import re
from html import unescape

import httpx

from tests.api.conftest import Made

LIST = "/schedule/posts"


def links(page: str) -> dict[str, str]:
    found = re.findall(r'<a href="([^"]+)"[^>]*aria-label="(Next|Previous) page"', page)
    return {name: unescape(href) for href, name in found}


async def test_list_longer_than_a_page_leads_to_the_next_and_back(editor: httpx.AsyncClient, made: Made) -> None:
    wanted = {
        "asset": made.free_asset, "title": "Second", "channels": [made.channel],
        "scheduled_time": "2026-05-21T10:00:00Z",
    }  # fmt: skip
    (await editor.post("/api/schedule/post", json=wanted)).raise_for_status()
    first = (await editor.get(f"{LIST}?limit=1")).raise_for_status().text
    assert "Second" not in first
    assert list(links(first)) == ["Next"]
    second = (await editor.get(links(first)["Next"])).raise_for_status().text
    assert "Second" in second
    assert links(second) == {"Previous": f"{LIST}?limit=1"}
    assert links((await editor.get(LIST)).text) == {}
