"""Waves over HTTP: the routes of the waves document, what each refuses, and that a refusal changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.clock import ManualClock
from tests.api.conftest import TAKEN, Made, Stored, refusal

Look = Callable[[], Stored]
LATER = "2026-05-21T10:00:00Z"


@pytest.fixture
async def other(editor: httpx.AsyncClient) -> str:
    wanted = {"title": "Late Bus", "url": "http://receiver.test/ok", "timezone": "America/New_York"}
    made = (await editor.post("/api/channels", json=wanted)).raise_for_status().json()["channel"]
    slug: str = made["slug"]
    return slug


def simultaneous(made: Made, other: str, **changed: Any) -> dict[str, Any]:
    return {"video_id": made.free_asset, "channel_ids": [made.slug, other], "scheduled_at": LATER, **changed}


async def ask(client: httpx.AsyncClient, method: str, path: str, content: Any = None) -> Any:
    answer = await client.request(method, path, json=content)
    assert answer.is_success, answer.text
    return answer.json()


async def test_simultaneous_group_is_told_with_its_targets(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    wanted = simultaneous(made, other, wave_id="spring")
    told = await ask(editor, "POST", "/api/schedules/simultaneous", wanted)
    assert (told["stored"], told["count"], told["wave_id"]) == (True, 2, "spring")
    for one in told["schedules"]:
        assert (one["schedule_type"], one["status"], one["scheduled_at"]) == ("simultaneous", "pending", LATER)
        assert one["coordination_group_id"] == told["coordination_group_id"]
        assert await ask(editor, "GET", f"/api/schedules/{one['id']}") == one
    # The video's own name, since no title was given.
    assert told["schedules"][0]["title"] == "tone 880"


async def test_staggered_group_takes_its_channels_in_order_and_times_in_utc(
    editor: httpx.AsyncClient, made: Made, other: str
) -> None:
    wanted = {
        "video_id": made.free_asset, "channel_ids": [other, made.slug], "start_time": "2026-05-21T12:00:00+02:00",
        "delay_seconds": 3600,
    }  # fmt: skip
    told = await ask(editor, "POST", "/api/schedules/staggered", wanted)
    assert [(one["channel"], one["scheduled_at"], one["delay_seconds"]) for one in told["schedules"]] == [
        (other, "2026-05-21T10:00:00Z", 0),
        (made.slug, "2026-05-21T11:00:00Z", 3600),
    ]


async def test_independent_target_gets_its_video_later(editor: httpx.AsyncClient, made: Made) -> None:
    told = await ask(editor, "POST", "/api/schedules/independent", {"channel_id": made.slug, "scheduled_at": LATER})
    (slot,) = told["schedules"]
    assert (slot["video_id"], slot["coordination_group_id"], slot["title"]) == (None, None, None)
    path = f"/api/schedules/{slot['id']}"
    valid = await ask(editor, "GET", f"{path}/validate")
    assert (valid["valid"], [issue["code"] for issue in valid["issues"]]) == (False, ["ASSET_NONE"])
    assert (await ask(editor, "POST", f"{path}/video", {"video_id": made.free_asset}))["changed"] == 1
    assert (await ask(editor, "GET", path))["video_id"] == made.free_asset
    assert await ask(editor, "GET", f"{path}/validate") == {"valid": True, "issues": []}


async def test_independent_targets_are_made_together(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    own = [{"channel_id": made.slug, "scheduled_at": "2026-05-21T11:00", "timezone": "Europe/Lisbon"}]
    told = await ask(editor, "POST", "/api/schedules/independent", {"targets": [*own, {"channel_id": other}]})
    assert [one["scheduled_at"] for one in told["schedules"]] == [LATER, "2026-05-14T14:00:00Z"]


async def test_dry_run_tells_each_channels_clock_and_what_clashes_and_stores_nothing(
    editor: httpx.AsyncClient, made: Made, other: str, stored: Look
) -> None:
    before = stored()
    wanted = simultaneous(made, other, scheduled_at="2026-05-20T10:00:30Z")
    told = await ask(editor, "POST", "/api/schedules/simultaneous?dry_run=true", wanted)
    assert [(one["channel"], one["local_time"], len(one["conflicts"])) for one in told["plan"]] == [
        (made.slug, "2026-05-20T11:00:30+01:00", 1),
        (other, "2026-05-20T06:00:30-04:00", 0),
    ]
    assert told["plan"][0]["conflicts"][0]["title"] == "Planned"
    assert (told["stored"], told["next_free"]) == (False, "2026-05-20T10:01:30Z")
    assert stored() == before
    answer = await editor.post("/api/schedules/simultaneous", json=wanted)
    assert refusal(answer) == (409, "SLOT_TAKEN", ["scheduled_time"])
    problem = answer.json()
    assert problem["next_free"] == "2026-05-20T10:01:30Z"
    assert problem["conflicts"][0]["scheduled_time"] == TAKEN
    assert stored() == before


WRONG = [
    ("simultaneous", {"scheduled_at": "2026-05-14T13:36:12Z"}, 422, "TIME_PAST"),
    ("simultaneous", {"scheduled_at": "2026-05-21T10:00:00"}, 422, "NAIVE_TIME"),
    ("simultaneous", {"scheduled_at": "2026-05-21T10:00", "timezone": "Europe/Nowhere"}, 422, "UNKNOWN_ZONE"),
    ("simultaneous", {"scheduled_at": "soon"}, 422, "BAD_TIME"),
    ("simultaneous", {"channel_ids": []}, 422, "CHANNELS_NONE"),
    ("simultaneous", {"channel_ids": ["early-bus", "EARLY-BUS"]}, 422, "CHANNEL_TWICE"),
    ("simultaneous", {"channel_ids": ["early-bus", "early-bus"]}, 422, "CHANNEL_TWICE"),
    ("simultaneous", {"channel_ids": ["gone"]}, 404, "CHANNEL_UNKNOWN"),
    ("simultaneous", {"channel_ids": "early-bus"}, 400, "WRONG_TYPE"),
    ("simultaneous", {"video_id": "gone"}, 404, "ASSET_UNKNOWN"),
    ("simultaneous", {"wave_id": "a b"}, 422, "WAVE_KEY_BAD"),
    ("simultaneous", {"wave_id": "a", "wave_title": "x" * 101}, 422, "TITLE_LONG"),
    ("simultaneous", {"title": "x"}, 422, "TEXTS_EARLY"),
    ("simultaneous", {"unknown": 1}, 400, "WRONG_TYPE"),
    ("staggered", {"delay_seconds": -1}, 422, "STEP_BAD"),
    ("staggered", {"delay_seconds": "an hour"}, 400, "WRONG_TYPE"),
    ("staggered", {"delay_seconds": 10**30}, 422, "STEP_BAD"),
    ("staggered", {"start_time": "2026-05-21T10:00:00"}, 422, "NAIVE_TIME"),
    ("independent", {"channel_id": "gone"}, 404, "CHANNEL_UNKNOWN"),
    ("independent", {"channel_id": None}, 422, "CHANNELS_NONE"),
]


async def test_bad_wish_is_refused_and_changes_nothing(editor: httpx.AsyncClient, made: Made, stored: Look) -> None:
    for path, changed, status, code in WRONG:
        start = {
            "simultaneous": {"channel_ids": [made.slug], "scheduled_at": LATER},
            "staggered": {"channel_ids": [made.slug], "start_time": LATER, "delay_seconds": 60},
            "independent": {"channel_id": made.slug, "scheduled_at": LATER},
        }[path]
        before = stored()
        answer = await editor.post(f"/api/schedules/{path}", json={**start, **changed})
        assert refusal(answer)[:2] == (status, code), (path, changed)
        assert stored() == before, (path, changed)


async def test_query_by_range_channel_wave_and_status(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    await ask(editor, "POST", "/api/schedules/simultaneous", simultaneous(made, other, wave_id="spring"))

    async def count(query: str) -> int:
        told = await ask(editor, "GET", f"/api/schedules{query}")
        assert told["count"] == len(told["schedules"])
        return int(told["count"])

    assert await count("") == 3
    assert await count(f"?from={TAKEN}&to={LATER}") == 1
    assert await count(f"?from={LATER}") == 2
    assert await count(f"?channel_id={made.slug}") == await count(f"?channel_id={made.channel}") == 2
    assert await count(f"?wave_id=spring&channel_id={other}&status=pending") == 1
    assert await count("?status=completed") == 0
    for query, field in (("status=done", "status"), ("from=2026-05-21", "from"), ("to=soon", "to")):
        answer = await editor.get(f"/api/schedules?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


async def test_wave_is_followed_and_handled_as_one(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    await ask(editor, "POST", "/api/schedules/simultaneous", simultaneous(made, other, wave_id="w.1", wave_title="One"))
    wave = await ask(editor, "GET", "/api/waves/w.1")
    assert (wave["title"], wave["count"], wave["progress"]["waiting"]) == ("One", 2, 2)
    assert wave["outcome"] == "0 of 2 posted"
    assert (await ask(editor, "POST", "/api/waves/w.1/pause"))["changed"] == 2
    assert [one["wave_id"] for one in await ask(editor, "GET", "/api/waves") if one["is_paused"]] == ["w.1"]
    moved = await ask(editor, "POST", "/api/waves/w.1/move", {"scheduled_at": "2026-06-01T09:00:00Z"})
    assert (moved["changed"], moved["scheduled_at"]) == (2, "2026-06-01T09:00:00Z")
    assert (await ask(editor, "POST", "/api/waves/w.1/resume"))["changed"] == 2
    assert (await ask(editor, "PATCH", "/api/waves/w.1", {"title": "First"}))["title"] == "First"
    assert (await ask(editor, "POST", "/api/waves/w.1/cancel"))["changed"] == 2
    assert (await ask(editor, "GET", "/api/waves/w.1"))["outcome"] == "cancelled"
    assert refusal(await editor.post("/api/waves/w.1/retry"))[:2] == (409, "STATE")
    assert refusal(await editor.get("/api/waves/gone"))[:2] == (404, "WAVE_UNKNOWN")


@pytest.mark.parametrize(
    "scope", ["schedules/{target}", "groups/{group}", "waves/spring", "channels/late-bus", "schedules"]
)
async def test_resuming_what_is_past_needs_a_choice(
    editor: httpx.AsyncClient, made: Made, other: str, stored: Look, clock: ManualClock, scope: str
) -> None:
    wanted = simultaneous(made, other, wave_id="spring", channel_ids=[other])
    told = await ask(editor, "POST", "/api/schedules/simultaneous", wanted)
    (target,) = told["schedules"]
    path = f"/api/{scope.format(target=target['id'], group=told['coordination_group_id'])}"
    await ask(editor, "POST", f"{path}/pause")
    assert (await ask(editor, "GET", f"/api/schedules/{target['id']}"))["is_paused"] is True
    clock.advance(timedelta(days=7))
    await editor.get("/api/waves")  # notes that the key was used
    before = stored()
    answer = await editor.post(f"{path}/resume")
    assert refusal(answer)[:2] == (409, "PAST_ASKS")
    assert answer.json()["choices"] == ["now", "next_slot", "shift"]
    assert refusal(await editor.post(f"{path}/resume?past=later"))[0] == 400
    assert stored() == before
    resumed = await ask(editor, "POST", f"{path}/resume?past=next_slot")
    assert resumed["changed"] >= 1
    assert (await ask(editor, "GET", f"/api/schedules/{target['id']}"))["scheduled_at"] == "2026-05-21T14:00:00Z"


async def test_group_changes_its_order(editor: httpx.AsyncClient, made: Made, other: str) -> None:
    wanted = {"channel_ids": [made.slug, other], "start_time": LATER, "delay_seconds": 600}
    told = await ask(editor, "POST", "/api/schedules/staggered", wanted)
    path, ids = f"/api/groups/{told['coordination_group_id']}", [one["id"] for one in told["schedules"]]
    assert (await ask(editor, "POST", f"{path}/order", {"order": ids[::-1]}))["changed"] == 2
    assert [one["id"] for one in (await ask(editor, "GET", path))["schedules"]] == ids[::-1]
    assert refusal(await editor.post(f"{path}/order", json={"order": ids[:1]})) == (422, "ORDER_BAD", ["order"])
    assert refusal(await editor.post("/api/groups/gone/order", json={"order": ids}))[:2] == (404, "GROUP_UNKNOWN")


async def test_channel_is_emptied_of_what_waits(editor: httpx.AsyncClient, made: Made) -> None:
    assert (await ask(editor, "POST", f"/api/channels/{made.slug}/cancel"))["changed"] == 1
    assert (await ask(editor, "GET", "/api/schedules?status=cancelled"))["count"] == 1
    assert refusal(await editor.post(f"/api/channels/{made.slug}/cancel"))[:2] == (409, "STATE")


async def test_viewer_looks_and_changes_nothing(
    scripts: dict[str, httpx.AsyncClient], made: Made, stored: Look
) -> None:
    viewer = scripts["viewer"]
    assert (await viewer.get("/api/schedules")).status_code == 200
    before = stored()
    assert (await viewer.get("/api/waves")).status_code == 200
    body = {"channel_ids": [made.slug], "scheduled_at": LATER}
    for path in ("schedules/simultaneous", "schedules/pause", "waves/spring/cancel", "groups/x/pause"):
        assert (await viewer.post(f"/api/{path}", json=body)).status_code == 403
    assert stored() == before
