"""What people fill in wrongly: the form comes again with the message at its field and all that was typed."""

from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest

from tests.api.conftest import Made, Stored
from tests.api.forms import FormPage

PAST = "This time has passed. Choose a later one, or post it now."
FOREIGN = "'Europe/Nowhere' is not a time zone; use an IANA name such as Europe/Lisbon."
Look = Callable[[], Stored]
SCRIPTS = [{}, {"HX-Request": "true", "HX-Target": "div#dialog"}]


async def refused(person: httpx.AsyncClient, path: str, form: dict[str, Any], status: int, **headers: str) -> FormPage:
    answer = await person.post(path, data=form, headers=headers)
    assert answer.status_code == status, answer.text
    page = FormPage(answer.text)
    for name, value in form.items():
        assert page.value(name) == value, name
    return page


def a_post(made: Made, **changed: str) -> dict[str, str]:
    texts = {"title": "Barley", "description": "One pot.\nOne spoon.", "hashtags": "#one #pot"}
    return {
        "asset": made.free_asset,
        "channels": made.channel,
        "date": "2026-05-21",
        "time": "16:30",
        **texts,
        **changed,
    }


WRONG_POSTS = [
    ({"date": "2026-05-13"}, 422, "time", PAST),
    ({"date": "1066-10-14"}, 422, "time", PAST),
    ({"date": "2031-01-01"}, 422, "time", "This is more than two years ahead."),
    ({"date": ""}, 422, "date", "Give a date."),
    ({"date": "2026-02-30"}, 422, "date", "Give a date."),
    ({"date": "21.5.2026"}, 422, "date", "Give a date."),
    ({"time": ""}, 422, "time", "Give a time such as 16:30."),
    ({"time": "25:00"}, 422, "time", "Give a time such as 16:30."),
    ({"date": "2026-05-20", "time": "11:00"}, 409, "time", "Early Bus has “Planned” at 11:00:00"),
    ({"url": "https://films.test/a.mp4"}, 422, "url", "Choose a video or give its address, not both."),
    ({"asset": "", "url": "file:///etc/passwd"}, 422, "url", "address"),
    ({"title": ""}, 422, "title", "Give the post a title."),
    ({"title": "x" * 101}, 422, "title", "The title has 101 characters; at most 100 fit."),
    ({"title": '"><script>alert(1)</script>' * 4}, 422, "title", "at most 100 fit."),
    ({"description": "x" * 5001}, 422, "description", "at most 5000 fit."),
    ({"hashtags": "#b@d"}, 422, "hashtags", "#b@d is no hashtag"),
]


async def test_new_post_is_refused_at_the_wrong_field(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for headers in SCRIPTS:
        for changed, status, at, words in WRONG_POSTS:
            page = await refused(person, "/schedule/posts", a_post(made, **changed), status, **headers)
            assert words in page.error_at(at), (headers, changed)
            assert stored() == before, (headers, changed)


async def test_new_post_without_a_video_asks_for_one(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for asset in ["", "no-such-asset"]:
        answer = await person.post("/schedule/posts", data=a_post(made, asset=asset))
        assert answer.status_code == 422, asset
        assert FormPage(answer.text).error_at("asset") == "Choose a video.", asset
        assert stored() == before, asset


async def test_new_post_without_a_channel_asks_for_one(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    form = a_post(made)
    del form["channels"]
    page = await refused(person, "/schedule/posts", form, 422)
    assert page.texts["f-channels-error"].strip() == "Choose at least one channel."
    assert stored() == before


async def test_new_post_on_a_channel_that_is_gone_says_so(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    answer = await person.post("/schedule/posts", data=a_post(made, channels="no-such-channel"))
    assert answer.status_code == 422
    assert FormPage(answer.text).alerts == ["There is no such channel."]
    assert stored() == before


WRONG_MOVES = [
    ({"date": "2026-05-13", "time": "10:00"}, "time", PAST),
    ({"date": "soon", "time": "10:00"}, "date", "Give a date."),
    ({"date": "2026-05-21", "time": "noon"}, "time", "Give a time such as 16:30."),
]


async def test_move_is_refused_at_the_wrong_field(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for headers in SCRIPTS:
        for form, at, words in WRONG_MOVES:
            page = await refused(person, f"/schedule/posts/{made.post}/reschedule", form, 422, **headers)
            assert page.error_at(at) == words, (headers, form)
            assert stored() == before, (headers, form)


CHANNEL = {
    "title": "Late Bus", "slug": "late-bus", "timezone": "Europe/Lisbon", "url": "https://receiver.test/",
    "late_minutes": "60", "slots": "", "spacing_minutes": "60",
}  # fmt: skip


WRONG_CHANNELS = [
    ({"timezone": "Europe/Nowhere"}, "timezone", FOREIGN),
    ({"title": ""}, "title", "Give a title of at most 60 printable characters."),
    ({"title": "x" * 61}, "title", "Give a title of at most 60 printable characters."),
    ({"slug": "-"}, "slug", "Use 1 to 40 letters a-z, digits and dashes"),
    ({"url": "receiver.test"}, "url", "Give an address that begins with https:// or http://"),
    ({"url": "http://[::1"}, "url", "This is no address"),
    ({"late_minutes": "an hour"}, "late_minutes", "Give a whole number."),
    ({"late_minutes": "0"}, "late_minutes", "Give 1 to 10080 minutes."),
    ({"late_minutes": "9" * 30}, "late_minutes", "Give 1 to 10080 minutes."),
    ({"spacing_minutes": "often"}, "spacing_minutes", "Give a whole number."),
    ({"spacing_minutes": "0"}, "spacing_minutes", "Give 1 to 10080 minutes."),
    ({"slots": "Mon 18:00, Someday 9:00"}, "slots", "“Someday 9:00” is no slot; write it as Mon 18:00."),
]


async def test_channel_is_refused_at_the_wrong_field(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for path in ["/channels", "/channels/early-bus"]:
        for changed, at, words in WRONG_CHANNELS:
            version = {"version": "1"} if path != "/channels" else {}
            page = await refused(person, path, {**CHANNEL, **version, **changed}, 422)
            assert words in page.error_at(at), (path, changed)
            assert stored() == before, (path, changed)


async def test_channel_that_was_changed_meanwhile_is_not_overwritten(
    person: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    before = stored()
    page = await refused(person, "/channels/early-bus", {**CHANNEL, "version": "7"}, 422)
    assert page.alerts == ["Early Bus was changed by someone else meanwhile. Look at it again."]
    assert stored() == before


async def test_title_of_a_video_is_refused_at_its_field(person: httpx.AsyncClient, made: Made, stored: Look) -> None:
    before = stored()
    for title in ["", "   ", "x" * 101]:
        answer = await person.post(f"/library/{made.asset}", data={"title": title})
        assert answer.status_code == 422, title
        page = FormPage(answer.text)
        assert page.error_at("title"), title
        assert page.value("title") == title.strip(), title
        assert stored() == before, title


UNREADABLE = [
    ("application/x-www-form-urlencoded", b"title=%FF%FE", 400, "The form could not be read."),
    ("application/x-www-form-urlencoded", b"title=" + b"x" * 300_000, 413, "A form may have 256 KiB."),
    ("application/x-www-form-urlencoded", b"a=b&" * 2000, 400, "The form could not be read."),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data", 400, "The form came in broken."),
    ("multipart/form-data", b"title=x", 400, "This is not a form with a file."),
]


async def test_form_that_cannot_be_read_gets_a_page_that_says_so(
    person: httpx.AsyncClient, made: Made, stored: Look
) -> None:
    before = stored()
    for kind, body, status, words in UNREADABLE:
        answer = await person.post("/schedule/posts", content=body, headers={"content-type": kind})
        assert answer.status_code == status, (kind, body[:24])
        assert "<!doctype html>" in answer.text, (kind, body[:24])
        assert words in unescape(answer.text), (kind, body[:24])
        assert stored() == before, (kind, body[:24])


@pytest.mark.parametrize(
    ("date", "at", "words"),
    [
        ("2027-03-28", "Sun 28 Mar, 02:00", "01:30 does not exist that day in Europe/Lisbon; it is 02:00 instead."),
        ("2026-10-25", "Sun 25 Oct, 01:30", "01:30 comes twice that day in Europe/Lisbon; the first one is meant."),
    ],
    ids=["skipped", "repeated"],
)
async def test_time_of_the_clock_change_is_settled_and_told_on_the_page(
    person: httpx.AsyncClient, made: Made, date: str, at: str, words: str
) -> None:
    answer = await person.post("/schedule/posts", data=a_post(made, date=date, time="01:30"))
    assert answer.status_code == 303
    page = await person.get(answer.headers["location"])
    assert f"Scheduled for {at}. {words}" in unescape(page.text)
