"""The audit calls things by their names and leads to them."""

import re

CHANNEL = {"title": "Slow Kitchen", "url": "https://receiver.example.org/x", "timezone": "Europe/Lisbon"}


async def test_a_changed_channel_is_named_and_linked(scripts, admin):
    made = await scripts["editor"].post("/api/channels", json=CHANNEL)
    await scripts["editor"].patch(
        f"/api/channels/{made.json()['channel']['slug']}", json={"version": 1, "title": "Quick Kitchen"}
    )
    page = (await admin.get("/settings/audit")).text
    assert re.search(r'href="/channels/slow-kitchen"[^>]*>Quick Kitchen</a>', page)
    assert "title: Slow Kitchen → Quick Kitchen" in page
    assert "key script of editor" in page
