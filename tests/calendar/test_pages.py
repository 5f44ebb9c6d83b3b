"""The calendar's pages without scripts, who may do what, and what it refuses."""

import html
import re
from datetime import timedelta
from urllib.parse import quote

import httpx

from app.clock import ManualClock
from app.database import sql
from app.posts import moving
from app.posts.schemas import When
from tests.posts.desk import ZONE, Desk, rows_of_everything

JSON = {"accept": "application/json"}


async def planned(planner: Desk, hours: float = 24, title: str = "Harbour Tonight") -> str:
    return (await planner.schedule(await planner.channel(), at=planner.at(hours * 3600), title=title)).targets[0]


def move_form(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(version|date|time)"[^>]* value="([^"]*)"', page))


async def test_schedule_opens_on_this_week_and_links_to_posts(viewer: httpx.AsyncClient, planner: Desk) -> None:
    await planned(planner, 2)
    page = (await viewer.get("/schedule")).text
    assert "11 – 17 May 2026" in page
    assert '<a href="/schedule/posts">Posts</a>' in page
    assert (await viewer.get("/schedule/posts")).status_code == 200


async def test_item_is_moved_by_a_plain_form_and_back(editor: httpx.AsyncClient, planner: Desk) -> None:
    target = await planned(planner)
    before = await planner.target(target)
    page = (await editor.get(f"/schedule/items/post/{target}")).text
    form = {**move_form(page), "time": "16:45"}
    assert form["date"] == "2026-05-15"
    answer = await editor.post(f"/schedule/items/post/{target}/move", data=form)
    assert answer.status_code == 303
    calendar = (await editor.get(answer.headers["location"])).text
    assert "“Harbour Tonight” moved to Fri 15 May, 16:45." in calendar
    assert 'data-at="2026-05-15T16:45"' in calendar
    undo = re.search(r'action="(/schedule/undo/\d+)"', calendar)
    assert undo is not None
    assert (await editor.post(undo[1])).status_code == 303
    assert (await planner.target(target))["due_ms"] == before["due_ms"]
    assert "/schedule/undo/" not in (await editor.get("/schedule")).text


async def test_undo_is_offered_for_ten_seconds(editor: httpx.AsyncClient, planner: Desk, clock: ManualClock) -> None:
    target = await planned(planner)
    form = {"version": "1", "date": "2026-05-16", "time": "12:00"}
    await editor.post(f"/schedule/items/post/{target}/move", data=form)
    assert "/schedule/undo/" in (await editor.get("/schedule")).text
    clock.advance(timedelta(seconds=11))
    assert "/schedule/undo/" not in (await editor.get("/schedule")).text


async def test_second_of_two_people_gets_words_and_keeps_what_was_typed(
    editor: httpx.AsyncClient, admin: httpx.AsyncClient, planner: Desk
) -> None:
    target = await planned(planner)
    form = {"version": "1", "date": "2026-05-16", "time": "12:00"}
    assert (await editor.post(f"/schedule/items/post/{target}/move", data=form)).status_code == 303
    late = await admin.post(f"/schedule/items/post/{target}/move", data={**form, "time": "18:00"})
    assert late.status_code == 409
    assert "was changed by someone else meanwhile. It stands at Sat 16 May, 12:00" in late.text
    # What was typed stands there, on the version of now: sent again, it counts.
    assert move_form(late.text) == {"version": "2", "date": "2026-05-16", "time": "18:00"}


WRONG = [
    ({"date": "2026-05-13", "time": "12:00"}, 422, "This time has passed."),
    ({"date": "someday", "time": "12:00"}, 422, "Give a date."),
    ({"date": "2026-05-16", "time": "noon"}, 422, "Give a time such as 16:30."),
    ({"date": "2026-05-16", "time": "12:00+02:00"}, 422, "without an offset"),
    ({"date": "9999-12-31", "time": "23:59"}, 422, ""),
    ({"version": "x", "date": "2026-05-16", "time": "12:00"}, 422, "Give a whole number."),
    ({"version": "7", "date": "2026-05-16", "time": "12:00"}, 409, "changed by someone else"),
    ({}, 422, "Give a date."),
]


async def test_form_that_cannot_be_is_refused_in_words(editor: httpx.AsyncClient, planner: Desk) -> None:
    for form, status, words in WRONG:
        target = await planned(planner)
        before, row = await rows_of_everything(), await planner.target(target)
        answer = await editor.post(f"/schedule/items/post/{target}/move", data={"version": "1", **form})
        assert (answer.status_code, words in answer.text) == (status, True), form
        assert await rows_of_everything() == before, form
        assert await planner.target(target) == row, form


QUERIES = [
    "view=year",
    "date=never",
    "date=0001-01-01",
    "status=lost",
    "kind=none",
    f"q={'x' * 101}",
    "&".join(f"channel=c{n}" for n in range(101)),
]


async def test_address_that_asks_for_nothing_known_is_refused(viewer: httpx.AsyncClient, planner: Desk) -> None:
    for query in QUERIES:
        for path in ["/schedule", "/schedule/export.csv"]:
            assert (await viewer.get(f"{path}?{query}")).status_code == 422, (query, path)


async def test_unknown_items_are_not_found(editor: httpx.AsyncClient, planner: Desk) -> None:
    target = await planned(planner)
    form = {"version": "1", "date": "2026-05-16", "time": "12:00"}
    assert (await editor.get("/schedule/items/post/none")).status_code == 404
    assert (await editor.get(f"/schedule/items/booking/{target}")).status_code == 404
    assert (await editor.post("/schedule/items/post/none/move", data=form)).status_code == 404
    assert (await editor.post("/schedule/undo/99999")).status_code == 404


async def test_viewers_look_and_editors_move(
    viewer: httpx.AsyncClient, editor: httpx.AsyncClient, planner: Desk
) -> None:
    target = await planned(planner, 2)
    form = {"version": "1", "date": "2026-05-16", "time": "12:00"}
    assert "data-v=" not in (await viewer.get("/schedule")).text
    assert "data-v=" in (await editor.get("/schedule")).text
    assert ">Move</button>" not in (await viewer.get(f"/schedule/items/post/{target}")).text
    assert (await viewer.post(f"/schedule/items/post/{target}/move", data=form)).status_code == 403
    assert (await planner.target(target))["version"] == 1


async def test_strangers_see_nothing(stranger: httpx.AsyncClient) -> None:
    for path in ("/schedule", "/schedule/export.csv", "/schedule/link"):
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in")


async def test_programs_move_and_undo(scripts: dict[str, httpx.AsyncClient], planner: Desk) -> None:
    target = await planned(planner)
    path = f"/api/calendar/post/{target}/move"
    moved = await scripts["editor"].post(path, json={"date": "2026-05-16", "time": "12:00", "version": 1})
    assert (moved.status_code, moved.json()["item"]["start"]) == (200, "2026-05-16T11:00:00Z")
    stale = await scripts["admin"].post(path, json={"date": "2026-05-16", "time": "13:00", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "VERSION_STALE")
    foreign = await scripts["admin"].post(f"/api/calendar/undo/{moved.json()['undo']}")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "UNDO_FOREIGN")
    undone = await scripts["editor"].post(f"/api/calendar/undo/{moved.json()['undo']}")
    assert (undone.status_code, undone.json()["item"]["version"]) == (200, 3)
    assert (
        await scripts["viewer"].post(path, json={"date": "2026-05-16", "time": "13:00", "version": 3})
    ).status_code == 403


WRONG_SPANS = [
    ({"from": "2026-05-14T00:00:00", "to": "2026-05-15T00:00:00Z"}, 422),
    ({"from": "2026-05-14T00:00:00Z", "to": "2026-05-14T00:00:00Z"}, 422),
    ({"from": "2026-05-14T00:00:00Z", "to": "2028-05-14T00:00:00Z"}, 422),
    ({"from": "2026-05-14T00:00:00Z"}, 400),
    ({"from": "0001-01-01T00:00:00+14:00", "to": "2026-05-14T00:00:00Z"}, 422),
]


async def test_span_that_cannot_be_is_refused(scripts: dict[str, httpx.AsyncClient]) -> None:
    for params, status in WRONG_SPANS:
        assert (await scripts["viewer"].get("/api/calendar", params=params)).status_code == status, params


async def test_posts_that_clash_are_hatched_named_and_mended(editor: httpx.AsyncClient, planner: Desk) -> None:
    channel = await planner.channel(title="Harbour")
    first = await planner.schedule(channel, at=planner.at(7200), title="First")
    second = await planner.schedule(channel, at=planner.at(9000), title="Second")
    await sql(
        "UPDATE target SET due_ms = (SELECT due_ms + 30000 FROM target WHERE id = ?) WHERE id = ?",
        first.targets[0],
        second.targets[0],
    )
    page = (await editor.get("/schedule")).text
    assert 'class="clash"' in page
    assert "Overlap 30 s" in page
    assert "Harbour overlaps on Thu 14 May." in page
    assert "“First” is at 16:37, “Second” at 16:37." in page
    mend = re.search(rf'action="(/schedule/items/post/{second.targets[0]}/move)".*?</form>', page, re.S)
    assert mend is not None
    assert "Move “Second” to 16:39" in mend[0]
    assert (await editor.post(mend[1], data=move_form(mend[0]))).status_code == 303
    assert 'class="clash"' not in (await editor.get("/schedule")).text


async def test_refused_button_of_a_notice_is_told_as_a_toast(editor: httpx.AsyncClient, planner: Desk) -> None:
    target = await planned(planner)
    headers = {"HX-Request": "true", "HX-Target": "form"}
    form = {"version": "7", "date": "2026-05-16", "time": "12:00"}
    answer = await editor.post(f"/schedule/items/post/{target}/move", data=form, headers=headers)
    assert answer.status_code == 409
    assert "changed by someone else" in answer.headers["hx-trigger"]


async def test_item_before_the_morning_is_shown(viewer: httpx.AsyncClient, planner: Desk) -> None:
    await planned(planner, 14)  # 04:37 the next morning
    week = (await viewer.get("/schedule?view=week")).text
    assert "00 – 24 h" in week
    assert "00 – 24 h" not in (await viewer.get("/schedule?view=week&date=2026-06-01")).text


async def test_whole_days_are_shown_when_asked_for(viewer: httpx.AsyncClient, planner: Desk) -> None:
    await planned(planner, 2)
    week = (await viewer.get("/schedule?view=week&date=2026-05-14")).text
    assert "06 – 24 h" in week
    link = re.search(r'href="([^"]+)">Whole days<', week)
    assert link is not None
    whole = (await viewer.get(html.unescape(link[1]))).text
    assert "00 – 24 h" in whole
    assert ">From 06:00<" in whole


async def test_part_that_scripts_fetch_comes_alone_and_follows_what_happens(
    editor: httpx.AsyncClient, planner: Desk
) -> None:
    target = await planned(planner, 2)
    headers = {"HX-Request": "true", "HX-Target": "section#calendar"}
    before = (await editor.get("/schedule", headers=headers)).text
    assert before.lstrip().startswith('<section id="calendar"')
    await moving.move_target(target, When(planner.at(3 * 3600)), 1, by=planner.by, clock=planner.clock, timezone=ZONE)
    after = (await editor.get("/schedule", headers=headers)).text
    assert 'data-at="2026-05-14T17:37"' in after
    assert 'data-v="2"' in after


class TestLink:
    """The secret link of a person."""

    async def made(self, person: httpx.AsyncClient) -> str:
        page = (await person.post("/schedule/link")).text
        found = re.search(r'value="http[^"]+(/calendar\.ics\?key=[^"]+)"', page)
        assert found is not None
        return found[1]

    async def test_is_shown_once(self, viewer: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
        link = await self.made(viewer)
        assert link not in (await viewer.get("/schedule/link")).text
        assert "and was not used yet" in (await viewer.get("/schedule/link")).text
        answer = await stranger.get(link)
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "and last used Thu 14 May" in (await viewer.get("/schedule/link")).text

    async def test_new_one_ends_the_old(self, viewer: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
        old, new = await self.made(viewer), await self.made(viewer)
        assert [(await stranger.get(link)).status_code for link in (old, new)] == [404, 200]

    async def test_is_ended(
        self, viewer: httpx.AsyncClient, editor: httpx.AsyncClient, stranger: httpx.AsyncClient
    ) -> None:
        link, other = await self.made(viewer), await self.made(editor)
        assert (await viewer.post("/schedule/link/end")).status_code == 303
        assert [(await stranger.get(each)).status_code for each in (link, other)] == [404, 200]
        assert (await viewer.post("/schedule/link/end")).status_code == 404

    async def test_goes_with_its_person(self, viewer: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
        link = await self.made(viewer)
        await sql("DELETE FROM person WHERE role = 'viewer'")
        assert (await stranger.get(link)).status_code == 404

    async def test_needs_its_key(self, stranger: httpx.AsyncClient) -> None:
        for key in ["", "?key=", "?key=wrong", "?key=" + "x" * 5000]:
            assert (await stranger.get(f"/calendar.ics{key}")).status_code == 404, key

    async def test_belongs_to_a_person(self, scripts: dict[str, httpx.AsyncClient]) -> None:
        answer = await scripts["admin"].post("/schedule/link", headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (422, "LINK_OF_PERSON")

    async def test_takes_filters(self, viewer: httpx.AsyncClient, stranger: httpx.AsyncClient, planner: Desk) -> None:
        link = await self.made(viewer)
        await planned(planner, title="Harbour")
        await planned(planner, title="Kitchen")
        feed = (await stranger.get(f"{link}&q={quote('kitchen')}")).text
        assert re.findall(r"SUMMARY:(.*)\r\n", feed) == ["Kitchen"]


async def test_hostile_titles_stay_text_in_files(viewer: httpx.AsyncClient, planner: Desk) -> None:
    title = "=HYPERLINK(1);,\\ Größe 🎬" + "ü" * 70
    await planned(planner, 2, title=title)
    export = (await viewer.get("/schedule/export.csv")).content.decode("utf-8-sig")
    assert f'"\'{title}"' in export
    made = (await viewer.post("/schedule/link")).text
    link = re.search(r'value="http[^"]+(/calendar\.ics\?key=[^"]+)"', made)
    assert link is not None
    feed = (await viewer.get(link[1])).content
    assert all(len(line) <= 75 for line in feed.split(b"\r\n"))
    unfolded = feed.replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:=HYPERLINK(1)\\;\\,\\\\ Größe 🎬{'ü' * 70}\r\n" in unfolded
    page = (await viewer.get("/schedule")).text
    assert "=HYPERLINK(1);,\\ Größe" in page
