"""The guide for programs."""

from datetime import datetime
from itertools import pairwise

import httpx
import pytest

from app.clock import ManualClock
from app.plans import days
from tests.guide.conftest import Station
from tests.guide.test_files import cut

SPAN = "from=2026-05-15T05:00:00Z&to=2026-05-16T05:00:00Z"


@pytest.fixture
async def furnished(station: Station) -> Station:
    return await station.furnished()


async def test_json_tells_what_the_schedule_day_says(scripts: dict[str, httpx.AsyncClient], furnished: Station) -> None:
    await cut(furnished)
    told = (await scripts["viewer"].get(f"/api/guide?{SPAN}&channel=one")).json()
    (channel,) = told["channels"]
    assert (channel["slug"], channel["xmltv_id"], channel["timezone"]) == ("one", "one.daypart", "Europe/Lisbon")
    shown = channel["programmes"]
    entries = [one for one in (await days.day("one", "2026-05-15")).entries if one.kind != "filler"]
    starts = [round(datetime.fromisoformat(one["start"]).timestamp() * 1000) for one in shown]
    assert {one.start_ms for one in entries} <= set(starts)
    assert all(one["end"] == other["start"] for one, other in pairwise(shown))
    episode = next(one for one in shown if one["episode"] == 2)
    assert (episode["title"], episode["episode_title"], episode["season"]) == (
        "Harbour & <Sons>",
        "Harbour & <Sons> 2",
        1,
    )
    assert episode["display_duration"] is None
    special = next(one for one in shown if one["kind"] == "booking")
    assert (special["title"], special["display_duration"], special["start"]) == (
        "Special report", "12m", "2026-05-15T14:40:00+01:00",
    )  # fmt: skip
    rest = shown[shown.index(special) + 1]
    assert (rest["continued"], rest["broadcast_date"]) == (True, "2026-05-15")
    assert len({one["id"] for one in shown}) == len(shown)


async def test_all_channels_are_told_unless_some_are_named(
    scripts: dict[str, httpx.AsyncClient], furnished: Station
) -> None:
    client = scripts["viewer"]
    every = (await client.get(f"/api/guide?{SPAN}")).json()["channels"]
    assert [one["slug"] for one in every] == ["one", "one-two"]
    twice = (await client.get(f"/api/guide?{SPAN}&channel=one&channel=one&channel=one-two")).json()["channels"]
    assert twice == every


async def test_what_did_not_change_is_not_sent_again(
    scripts: dict[str, httpx.AsyncClient], furnished: Station, clock: ManualClock
) -> None:
    client = scripts["viewer"]
    first = await client.get(f"/api/guide?{SPAN}")
    again = await client.get(f"/api/guide?{SPAN}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await cut(furnished)
    changed = await client.get(f"/api/guide?{SPAN}", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_bad_spans_and_channels_are_refused(scripts: dict[str, httpx.AsyncClient], furnished: Station) -> None:
    await furnished.channel("social", kind="social")
    client = scripts["viewer"]
    for query, status, code in (
        ("from=2026-05-15T05:00:00&to=2026-05-16T05:00:00Z", 422, "NAIVE_TIME"),
        ("from=x&to=2026-05-16T05:00:00Z", 422, "BAD_TIME"),
        ("from=2026-05-16T05:00:00Z&to=2026-05-16T05:00:00Z", 422, "SPAN_BAD"),
        ("from=2026-05-16T05:00:00Z&to=2026-07-16T05:00:00Z", 422, "SPAN_BAD"),
        (f"{SPAN}&channel=nobody", 404, "CHANNEL_UNKNOWN"),
        (f"{SPAN}&channel=social", 409, "CHANNEL_NOT_PLANNED"),
        (f"{SPAN}{''.join(f'&channel=c{n}' for n in range(201))}", 422, "CHANNELS_MANY"),
    ):
        answer = await client.get(f"/api/guide?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
    assert (await scripts["stranger"].get(f"/api/guide?{SPAN}")).status_code == 401


async def test_sharing_and_links_by_key(scripts: dict[str, httpx.AsyncClient], station: Station) -> None:
    admin, editor, viewer = (scripts[role] for role in ("admin", "editor", "viewer"))
    assert (await viewer.get("/api/guide/sharing")).json() == {"open": False, "days": 3}
    assert (await editor.put("/api/guide/sharing", json={"open": True, "days": 5})).status_code == 403
    assert (await admin.put("/api/guide/sharing", json={"open": True, "days": 15})).json()["code"] == "DAYS_BAD"
    assert (await admin.put("/api/guide/sharing", json={"open": True, "days": 5})).json() == {"open": True, "days": 5}
    made = (await editor.post("/api/guide/links", json={"name": "Kitchen"})).json()
    assert made["xmltv"] == f"http://desk.test/guide.xml?token={made['token']}"
    (link,) = (await editor.get("/api/guide/links")).json()
    assert (link["name"], link["last_used"]) == ("Kitchen", None)
    assert (await viewer.get("/api/guide/links")).status_code == 403
    assert (await editor.delete(f"/api/guide/links/{link['id']}")).status_code == 204
    assert (await editor.delete(f"/api/guide/links/{link['id']}")).json()["code"] == "LINK_UNKNOWN"
    audit = [(one["subject_type"], one["verb"]) for one in (await admin.get("/api/audit")).json()["entries"]]
    assert audit[:3] == [("guide_link", "revoked"), ("guide_link", "made"), ("guide", "shared")]
