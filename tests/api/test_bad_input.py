"""What programs send wrongly: each refusal has its status, its code and its field, and nothing is stored."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import TAKEN, Made, Stored, refusal

TIME = "scheduled_time"
JSON = {"content-type": "application/json"}


def a_post(made: Made, **changed: Any) -> dict[str, Any]:
    wanted = {"asset": made.free_asset, "title": "Barley", "channels": [made.slug], TIME: "2026-05-21T10:00:00Z"}
    return {**wanted, **changed}


async def test_valid_post_is_stored(editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]) -> None:
    before = stored()
    assert (await editor.post("/api/schedule/post", json=a_post(made))).status_code == 201
    assert stored() != before


WRONG = [
    ({TIME: "2026-05-21T10:00:00"}, (422, "NAIVE_TIME", [TIME])),
    ({TIME: "2026-05-21"}, (422, "NAIVE_TIME", [TIME])),
    ({TIME: "2026-05-14T13:37:11Z"}, (422, "TIME_PAST", [TIME])),
    ({TIME: "1969-12-31T23:59:59Z"}, (422, "TIME_PAST", [TIME])),
    ({TIME: "2029-05-14T13:37:12Z"}, (422, "TIME_FAR", [TIME])),
    ({TIME: "tomorrow"}, (422, "BAD_TIME", [TIME])),
    ({TIME: ""}, (422, "BAD_TIME", [TIME])),
    ({TIME: "2026-02-30T10:00:00Z"}, (422, "BAD_TIME", [TIME])),
    ({TIME: "0001-01-01T00:00:00+14:00"}, (422, "BAD_TIME", [TIME])),
    ({TIME: "9999-12-31T23:59:59-12:00"}, (422, "BAD_TIME", [TIME])),
    ({TIME: "0001-01-01T00:00:00", "timezone": "Asia/Tokyo"}, (422, "BAD_TIME", [TIME])),
    ({TIME: "9999-12-31T23:59:59", "timezone": "Pacific/Honolulu"}, (422, "BAD_TIME", [TIME])),
    ({TIME: TAKEN, "timezone": "Europe/Lisbon"}, (422, "ZONE_TWICE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": "Europe/Nowhere"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": "Europe"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": ""}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": "../../etc/passwd"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": "/etc/localtime"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: "2026-05-21T10:00", "timezone": "nul\x00byte"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({TIME: TAKEN}, (409, "SLOT_TAKEN", [TIME])),
    ({"title": "x" * 101}, (422, "TITLE_LONG", ["title"])),
    ({"title": "🎬" * 101}, (422, "TITLE_LONG", ["title"])),
    ({"title": " \t "}, (422, "TITLE_EMPTY", ["title"])),
    ({"description": "x" * 5001}, (422, "DESCRIPTION_LONG", ["description"])),
    ({"hashtags": "#good #b@d"}, (422, "HASHTAG_BAD", ["hashtags"])),
    ({"hashtags": [f"tag{n}" for n in range(31)]}, (422, "HASHTAGS_MANY", ["hashtags"])),
    ({"channels": []}, (422, "CHANNELS_NONE", ["channels"])),
    ({"channels": ["early-bus", "early-bus"]}, (422, "CHANNEL_TWICE", ["channels"])),
    ({"channels": ["early-bus", "EARLY-BUS"]}, (422, "CHANNEL_TWICE", ["channels"])),
    ({"channels": ["no-such-channel"]}, (404, "CHANNEL_UNKNOWN", [])),
    ({"asset": "no-such-asset"}, (404, "ASSET_UNKNOWN", ["asset"])),
    ({"title": 7}, (400, "WRONG_TYPE", ["title"])),
    ({"channels": "early-bus"}, (400, "WRONG_TYPE", ["channels"])),
    ({"channels": [7]}, (400, "WRONG_TYPE", ["channels[0]"])),
    ({TIME: 1779357600}, (400, "WRONG_TYPE", [TIME])),
    ({"titel": "Barley"}, (400, "WRONG_TYPE", [""])),
]


async def test_wrong_value_is_refused_at_its_field(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    before = stored()
    for changed, expected in WRONG:
        assert refusal(await editor.post("/api/schedule/post", json=a_post(made, **changed))) == expected, changed
        assert stored() == before, changed


async def test_missing_field_is_named(editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]) -> None:
    before = stored()
    wanted = a_post(made)
    del wanted["title"]
    answer = await editor.post("/api/schedule/post", json=wanted)
    assert refusal(answer) == (400, "MISSING_FIELD", ["title"])
    assert stored() == before


UNREADABLE = [
    (b"", (400, "BODY_MISSING", [])),
    (b"{", (400, "MALFORMED_JSON", [])),
    (b'{"title": "Barley",}', (400, "MALFORMED_JSON", [])),
    (b'{"title": "\xff\xfe"}', (400, "MALFORMED_JSON", [])),
    (b"[" * 100_000, (400, "MALFORMED_JSON", [])),
    (b"title=Barley&asset=x", (400, "MALFORMED_JSON", [])),
    (b"null", (400, "WRONG_TYPE", [""])),
    (b"[]", (400, "WRONG_TYPE", [""])),
    (b'"Barley"', (400, "WRONG_TYPE", [""])),
    (b'{"title": "' + b"x" * 1_100_000 + b'"}', (413, "TOO_LARGE", [])),
]
BODIES_TO = [("POST", "/api/schedule/post"), ("PATCH", "/api/schedule/post/{post}"), ("POST", "/api/channels")]


async def test_unreadable_body_is_refused(editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]) -> None:
    before = stored()
    for body, expected in UNREADABLE:
        for method, path in BODIES_TO:
            answer = await editor.request(method, path.format(post=made.post), content=body, headers=JSON)
            assert refusal(answer) == expected, (body[:24], method, path)
            assert stored() == before, (body[:24], method, path)


WRONG_CHANNELS = [
    ({"timezone": "Europe/Nowhere"}, (422, "UNKNOWN_ZONE", ["timezone"])),
    ({"title": "x" * 61}, (422, "TITLE_BAD", ["title"])),
    ({"title": "two\x00parts"}, (422, "TITLE_BAD", ["title"])),
    ({"slug": "../etc"}, (422, "SLUG_BAD", ["slug"])),
    ({"slug": "early-bus"}, (409, "SLUG_TAKEN", ["slug"])),
    ({"url": "file:///etc/passwd"}, (422, "URL_BAD", ["url"])),
    ({"url": "https://user:word@receiver.test/"}, (422, "URL_BAD", ["url"])),
    ({"url": "https://receiver.test:99999/"}, (422, "URL_BAD", ["url"])),
    ({"url": "no address"}, (422, "URL_BAD", ["url"])),
    ({"late_minutes": 0}, (422, "GRACE_BAD", ["late_minutes"])),
    ({"late_minutes": 10**20}, (422, "GRACE_BAD", ["late_minutes"])),
    ({"late_minutes": "sixty"}, (400, "WRONG_TYPE", ["late_minutes"])),
    ({"late_minutes": 1.5}, (400, "WRONG_TYPE", ["late_minutes"])),
    ({"spacing_minutes": 0}, (422, "SPACING_BAD", ["spacing_minutes"])),
    ({"spacing_minutes": 10_081}, (422, "SPACING_BAD", ["spacing_minutes"])),
    ({"slots": "Mon 24:00"}, (422, "SLOT_BAD", ["slots"])),
    ({"slots": ["Mon 18:00"]}, (400, "WRONG_TYPE", ["slots"])),
]


async def test_wrong_value_of_a_channel_is_refused_at_its_field(
    editor: httpx.AsyncClient, made: Made, stored: Callable[[], Stored]
) -> None:
    before = stored()
    for changed, expected in WRONG_CHANNELS:
        wanted = {"title": "Late Bus", "url": "https://receiver.test/", "timezone": "Europe/Lisbon", **changed}
        assert refusal(await editor.post("/api/channels", json=wanted)) == expected, changed
        assert stored() == before, changed


OUT_OF_RANGE = [
    "/api/schedule/upcoming?hours=0",
    "/api/schedule/upcoming?hours=many",
    "/api/schedule/next-slot?channels=early-bus&count=0",
    "/api/schedule/next-slot?channels=early-bus&count=101",
    "/api/assets?limit=9999",
]


async def test_number_out_of_its_range_is_refused(editor: httpx.AsyncClient) -> None:
    for path in OUT_OF_RANGE:
        assert (await editor.get(path)).status_code == 400, path


# In Lisbon the clock goes from 1:00 to 2:00 on 28 March 2027, and from 2:00 back to 1:00 on 25 October 2026.
SKIPPED = "01:30 does not exist that day in Europe/Lisbon; it is 02:00 instead."
REPEATED = "01:30 comes twice that day in Europe/Lisbon; the first one is meant."


@pytest.mark.parametrize(
    ("asked", "due", "note"),
    [
        ("2027-03-28T01:30", "2027-03-28T01:00:00Z", SKIPPED),
        ("2026-10-25T01:30", "2026-10-25T00:30:00Z", REPEATED),
        ("2026-05-21T01:30", "2026-05-21T00:30:00Z", None),
    ],
)
async def test_time_of_the_clock_change_is_settled_and_told(
    editor: httpx.AsyncClient, made: Made, asked: str, due: str, note: str | None
) -> None:
    wanted = a_post(made, scheduled_time=asked, timezone="Europe/Lisbon")
    answer = (await editor.post("/api/schedule/post", json=wanted)).raise_for_status().json()
    assert (answer["post"][TIME], answer["note"]) == (due, note)
    assert [target[TIME] for target in answer["post"]["targets"]] == [due]
    moved = await editor.patch(f"/api/schedule/post/{made.post}", json={TIME: asked, "timezone": "Europe/Lisbon"})
    assert moved.json()["code"] == "SLOT_TAKEN"
