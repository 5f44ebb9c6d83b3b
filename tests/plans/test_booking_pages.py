"""Pages of bookings: what can be booked, what a booking cuts, and how it is moved and cancelled."""

import re

import httpx

from app.clock import from_ms
from app.database import sql
from tests.plans.desk import Desk
from tests.plans.test_day_pages import DAY, page, post, texts

BOOKINGS = "/channels/one/bookings"


async def times() -> list[str]:
    rows = await sql("SELECT start_ms, end_ms FROM booking WHERE state = 'live' ORDER BY start_ms")
    return [f"{from_ms(row['start_ms']):%d %H:%M} {from_ms(row['end_ms']):%H:%M}" for row in rows]


async def test_a_programme_is_searched_looked_at_and_booked(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    await post(editor, f"{DAY}/generate")
    news = await planner.asset("News", 10, "NEW")
    await planner.asset("Raw news", 10, "NEW", approved=False)
    found = await page(editor, f"{BOOKINGS}/new?q=news&date=2026-05-15")
    assert re.findall(r'name="asset" value="([^"]+)"', found) == [news]
    typed = {"asset": news, "date": "2026-05-15", "time": "19:10", "q": "news", "resume": "join"}
    before = planner.stored()
    looked = texts((await editor.get(f"{BOOKINGS}/new", params=typed)).text)
    assert "Fri 15 May, 19:10 – 19:20 is free." in looked
    assert "Harbour 1, 19:00 – 19:30, ends at 19:10 and goes on at 19:20, 20:00 in." in looked
    filler = texts((await editor.get(f"{BOOKINGS}/new", params=typed | {"resume": "filler"})).text)
    assert "ends at 19:10 and filler airs from 19:20 to 19:30." in filler
    long = texts((await editor.get(f"{BOOKINGS}/new", params=typed | {"time": "18:59", "end": "19:31"})).text)
    assert "Harbour 1, 19:00 – 19:30, is left out." in long
    assert "Harbour 2, 19:30 – 20:00, begins at 19:31, 1:00 in." in long
    assert planner.stored() == before
    assert "News is booked: Fri 15 May, 19:10 – 19:20." in await post(editor, BOOKINGS, **typed)
    assert "was booked already" in await post(editor, BOOKINGS, **typed)
    assert await times() == ["15 18:10 18:20"]
    assert "19:10 – 19:20 News After it: goes on 10:00" in texts(await page(editor, BOOKINGS))


async def test_what_is_taken_is_named_with_a_free_time_that_can_be_taken(
    editor: httpx.AsyncClient,
    planner: Desk,
) -> None:
    news, film = await planner.asset("News", 10, "NEW"), await planner.asset("Film", 60)
    typed = {"asset": news, "date": "2026-05-15", "time": "19:10", "resume": "join"}
    await post(editor, BOOKINGS, **typed)
    answer = await editor.post(BOOKINGS, data=typed | {"asset": film, "time": "19:15"})
    assert answer.status_code == 409
    assert "News is booked from Fri 15 May, 19:10 to Fri 15 May, 19:20. Fri 15 May, 19:20 is free." in answer.text
    offered = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert await post(editor, BOOKINGS, **offered)
    assert await times() == ["15 18:10 18:20", "15 18:20 19:20"]


async def test_clock_changes_are_told(editor: httpx.AsyncClient, planner: Desk) -> None:
    news = await planner.asset("News", 10, "NEW")
    typed = {"asset": news, "date": "2026-10-25", "time": "01:30"}
    assert "01:30 comes twice that day in Lisbon; the first one is meant." in await post(editor, BOOKINGS, **typed)
    gap = await post(editor, BOOKINGS, **typed | {"date": "2027-03-28"})
    assert "01:30 does not exist that day in Lisbon; it is 02:00 instead." in gap
    assert await times() == ["25 00:30 00:40", "28 01:00 01:10"]


async def test_a_booking_is_moved_shortened_and_cancelled(
    editor: httpx.AsyncClient,
    viewer: httpx.AsyncClient,
    planner: Desk,
) -> None:
    news = await planner.asset("News", 10.5, "NEW")
    typed = {"asset": news, "date": "2026-05-15", "time": "19:10"}
    await post(editor, BOOKINGS, **typed)
    ((one,),) = [row.values() for row in await sql("SELECT id FROM booking")]
    path = f"{BOOKINGS}/{one}"

    async def form(**changed: str) -> dict[str, str]:
        shown = await page(editor, path)
        fields = dict(re.findall(r'name="(date|time|end|version)" type="?\w*"? ?value="([^"]*)"', shown))
        version = re.search(r'name="version" value="(\d+)"', shown)
        assert version
        return fields | {"version": version[1], "resume": "join"} | changed

    assert (await form())["end"] == "19:20:30"
    assert "Nothing was changed." in await post(editor, path, **await form())
    stale = await form(time="22:00")
    assert "News airs Sat 16 May, 01:00 – 01:10:30." in await post(
        editor, path, **await form(date="2026-05-16", time="01:00")
    )
    assert "News airs Sat 16 May, 01:00 – 01:05." in await post(editor, path, **await form(end="01:05"))
    answer = await editor.post(path, data=stale)
    assert (answer.status_code, "changed by someone else" in answer.text) == (409, True)
    answer = await editor.post(path, data=await form(time="soon"))
    assert (answer.status_code, "Give a time such as 19:30." in answer.text) == (422, True)
    assert await times() == ["16 00:00 00:05"]
    assert "Save booking" not in await page(viewer, path)
    assert (await viewer.post(f"{path}/cancel")).status_code == 403
    assert "News is cancelled." in await post(editor, f"{path}/cancel")
    assert "Cancelled" in await page(editor, path)
    assert "Nothing is booked" in await page(editor, BOOKINGS)


async def test_forms_that_are_wrong_are_shown_again(editor: httpx.AsyncClient, planner: Desk) -> None:
    news = await planner.asset("News", 10, "NEW")
    typed = {"asset": news, "date": "2026-05-15", "time": "19:10", "end": "", "resume": "join"}
    before = planner.stored()
    for change, words in (
        ({"asset": ""}, "Choose what is to air."),
        ({"asset": "nothing"}, "Choose what is to air."),
        ({"date": "someday"}, "Write the date as YYYY-MM-DD."),
        ({"time": "7pm"}, "Give a time such as 19:30."),
        ({"time": "19:10+01:00"}, "without an offset"),
        ({"end": "late"}, "Give a time such as 19:30."),
        ({"date": "2026-05-13"}, "That time is past"),
        ({"resume": "never"}, "Choose join or filler."),
    ):
        answer = await editor.post(BOOKINGS, data=typed | change)
        assert (answer.status_code, words in answer.text) == (422, True), change
    assert planner.stored() == before
