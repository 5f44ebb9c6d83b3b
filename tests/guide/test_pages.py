"""The guide's pages without scripts: what they show, who may change what, and what they refuse."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.clock import ManualClock, to_ms, zone
from app.database import sql
from app.guide import track
from app.guide.sharing import links, sharing
from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from tests.guide.conftest import FIRST, Station
from tests.guide.test_files import cut

JSON = {"accept": "application/json"}


@pytest.fixture
async def furnished(station: Station) -> Station:
    return await station.furnished()


def blocks(page: str, slug: str = "one") -> list[tuple[int, int, str]]:
    """Where the programmes of a channel begin and end, and their titles."""
    row = page.partition(f'href="/guide/{slug}?date=')[2].partition('class="guide__row"')[0]
    found = re.findall(r'data-begins="(\d+)" data-ends="(\d+)".*?block__t">(.*?)</span>', row, re.S)
    return [(int(start), int(end), title) for start, end, title in found]


async def test_page_shows_what_the_schedule_day_says(viewer: httpx.AsyncClient, furnished: Station) -> None:
    await cut(furnished)
    page = (await viewer.get("/guide?date=2026-05-15")).text
    entries = [
        one
        for date in ("2026-05-14", "2026-05-15")
        for one in (await days.day("one", date)).entries
        if one.kind != "filler"
    ]
    shown = {start: title for start, _, title in blocks(page)}
    start, end = track.span_of(FIRST + timedelta(days=1), zone("Europe/Lisbon"))
    wanted = [one.start_ms for one in entries if one.start_ms < end and one.end_ms > start]
    assert sorted(shown) == sorted(set(wanted))
    assert "Special report" in shown.values()
    assert [title for title in shown.values() if title.endswith("(continued)")] != []
    assert "Fri 15 May 2026" in page
    assert "Auckland channel" in page


async def test_programme_that_runs_on_is_one_entry_clipped_for_its_second_day(
    viewer: httpx.AsyncClient, furnished: Station
) -> None:
    concert = await furnished.asset("Concert", 60)
    await bookings.book("one", WantedBooking(concert, datetime(2026, 5, 15, 22, 30, tzinfo=UTC)), **furnished.act)
    first, second = [(await viewer.get(f"/guide?date=2026-05-{day}")).text for day in (15, 16)]
    carried = blocks(second)[0]
    assert carried == blocks(first)[-1]
    assert carried[2] == "Concert"
    assert carried[0] < track.span_of(FIRST + timedelta(days=2), zone("Europe/Lisbon"))[0] < carried[1]
    assert f'id="p-one-{carried[0]}"' in first
    at = second.index(f'id="p-one-{carried[0]}"')
    assert 'data-s="0"' in second[at : at + 300]


async def test_regenerated_day_and_no_other_is_followed(viewer: httpx.AsyncClient, furnished: Station) -> None:
    before = [(await viewer.get(f"/guide?date=2026-05-{day}")).text for day in (15, 17)]
    film = await furnished.asset("Night Mail", 60)
    await sql("UPDATE program SET spec = ? WHERE name = 'film'", f'{{"type":"asset","asset":"{film}"}}')
    await days.regenerate("one", "2026-05-15", **furnished.act)
    after = [(await viewer.get(f"/guide?date=2026-05-{day}")).text for day in (15, 17)]
    assert "Night Mail" not in "".join(before)
    assert "Night Mail" in after[0]
    assert blocks(before[1]) == blocks(after[1])


async def test_days_follow_the_clock_and_the_address(
    viewer: httpx.AsyncClient, furnished: Station, clock: ManualClock
) -> None:
    page = (await viewer.get("/guide")).text
    assert "Thu 14 May 2026" in page
    assert 'href="/guide?date=2026-05-13&amp;zoom=8h" aria-label="Previous day"' in page
    assert 'href="/guide?date=2026-05-15&amp;zoom=8h" aria-label="Next day"' in page
    assert " data-air" in page
    clock.set(datetime(2026, 5, 15, 13, tzinfo=UTC))
    assert "Fri 15 May 2026" in (await viewer.get("/guide")).text
    near = (await viewer.get("/guide?date=2026-05-15&zoom=4h")).text
    assert 'data-zoom="near"' in near
    assert "zoom=4h" in near.partition('aria-label="Next day"')[0].rpartition("<a")[2]


async def test_genre_sets_others_back(viewer: httpx.AsyncClient, furnished: Station) -> None:
    await sql("UPDATE asset SET genre = 'Documentary' WHERE type = 'EPI'")
    page = (await viewer.get("/guide?date=2026-05-15&genre=documentary")).text
    assert 'aria-current="true"><span class="swatch"></span>Documentary' in page
    faded = re.findall(r'data-genre="(\w+)"[^>]*data-faded', page)
    assert set(faded) == {"other"}


@pytest.mark.parametrize(("on", "units"), [("2026-05-14", 288), ("2026-03-29", 276), ("2026-10-25", 300)])
async def test_track_is_as_long_as_its_day(viewer: httpx.AsyncClient, furnished: Station, on: str, units: int) -> None:
    page = (await viewer.get(f"/guide?date={on}")).text
    assert f'<div class="guide__in" data-units="{units}">' in page
    hours = re.findall(r'<span data-s="(\d+)">(\d\d):00</span>', page)
    assert len(hours) == units // 12
    assert hours[-1] == (str(units - 12), "23")


async def test_channel_has_its_days_on_its_own_clock(viewer: httpx.AsyncClient, furnished: Station) -> None:
    page = (await viewer.get("/guide/one-two?view=week&date=2026-05-14")).text
    assert "Auckland time" in page
    assert page.count("No schedule day") == 3
    assert 'href="/channels/one-two/days/2026-05-20"' in page
    starts = re.findall(r'<time datetime="([^"]+)">', page)
    assert len(starts) == len(set(starts)) > 40
    assert all(start.endswith("+12:00") for start in starts)
    assert starts[0] == "2026-05-14T06:00+12:00"
    day = (await viewer.get("/guide/one")).text
    assert re.findall(r'<time datetime="([^"]+)">', day)[0] == "2026-05-14T06:00+01:00"
    assert "On now" in day


async def test_programme_opens_by_itself_and_as_a_dialog(viewer: httpx.AsyncClient, furnished: Station) -> None:
    await cut(furnished)
    await sql("UPDATE asset SET description = 'What happened on the quay.' WHERE title = 'Special report'")
    start = to_ms(datetime(2026, 5, 15, 13, 40, tzinfo=UTC))
    page = (await viewer.get(f"/guide/one/{start}")).text
    for words in ("Special report", "Fri 15 May, 14:40 – 14:52", "Lisbon, UTC+1", "12m", "By a booking", "on the quay"):
        assert words in page, words
    headers = {"HX-Request": "true", "HX-Target": "div#dialog"}
    dialog = (await viewer.get(f"/guide/one/{start}", headers=headers)).text
    assert "<html" not in dialog
    assert 'id="dialog-title">Special report' in dialog


async def test_desk_without_channels_or_days_says_so(
    viewer: httpx.AsyncClient, editor: httpx.AsyncClient, station: Station
) -> None:
    assert "No channels in the guide" in (await viewer.get("/guide")).text
    assert "/channels/new" in (await editor.get("/guide")).text
    await station.channel("one")
    await station.channel("wave", kind="radio")
    await station.channel("social", kind="social")
    page = (await viewer.get("/guide?date=2026-05-15")).text
    assert "Nothing is planned on this date" in page
    assert "Unplanned" in page
    assert 'href="/channels/one/days/2026-05-14"' in page
    assert "/guide/one?" in page
    assert not re.search("/guide/(wave|social)", page)


async def test_bad_addresses_are_refused(viewer: httpx.AsyncClient, furnished: Station) -> None:
    await furnished.channel("social", kind="social")
    for path, status, code in (
        ("/guide?date=x", 422, "DATE_BAD"), ("/guide?date=1900-01-01", 422, "DATE_FAR"),
        ("/guide?zoom=2h", 422, "ZOOM_UNKNOWN"), (f"/guide?genre={'x' * 61}", 422, "GENRE_LONG"),
        ("/guide/nobody", 404, "CHANNEL_UNKNOWN"), ("/guide/social", 409, "CHANNEL_NOT_PLANNED"),
        ("/guide/one?view=month", 422, "VIEW_UNKNOWN"), ("/guide/one?date=x", 422, "DATE_BAD"),
        ("/guide/one/1", 404, "PROGRAMME_NOT_FOUND"), (f"/guide/one/{10**30}", 404, "PROGRAMME_NOT_FOUND"),
        (f"/guide/one/{to_ms(datetime(2026, 5, 15, 12, 1, tzinfo=UTC))}", 404, "PROGRAMME_NOT_FOUND"),
    ):  # fmt: skip
        answer = await viewer.get(path, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code), path


async def test_links_and_sharing_are_for_editors_and_administrators(
    people: dict[str, httpx.AsyncClient], station: Station
) -> None:
    stored = station.stored()
    forms = {"links": {"name": "Living room"}, "sharing": {"open": "yes", "days": "7"}, "links/x/end": {}}
    for role, refused in (("viewer", forms), ("editor", ["sharing"]), ("stranger", forms)):
        for path in refused:
            answer = await people[role].post(f"/guide/subscribe/{path}", data=forms[path])
            assert answer.status_code in (303, 401, 403), (role, path)
            assert answer.headers.get("location", "/sign-in").startswith("/sign-in")
    assert station.stored() == stored
    page = (await people["viewer"].get("/guide/subscribe")).text
    assert "Make a link" not in page
    assert "Save sharing" not in page


async def test_link_is_made_shown_once_and_ended_by_plain_forms(
    editor: httpx.AsyncClient, viewer: httpx.AsyncClient, station: Station
) -> None:
    made = await editor.post("/guide/subscribe/links", data={"name": "Living room"})
    assert made.status_code == 200
    addresses = re.findall(r'value="(http://desk\.test/[^"]+token=[^"]+)"', made.text)
    assert [address.partition("?")[0] for address in addresses] == [
        f"http://desk.test/{file}" for file in ("guide.xml", "channels.m3u", "guide.ics")
    ]
    again = (await editor.get("/guide/subscribe")).text
    assert "token=" not in again
    assert "Living room" in again
    (kept,) = await links()
    done = await editor.post(f"/guide/subscribe/links/{kept['id']}/end")
    assert (done.status_code, done.headers["location"]) == (303, "/guide/subscribe")
    assert await links() == []
    refused = await editor.post("/guide/subscribe/links", data={"name": " "})
    assert refused.status_code == 422
    assert "Give a name." in refused.text


async def test_guide_is_opened_and_closed_by_a_plain_form(
    admin: httpx.AsyncClient, viewer: httpx.AsyncClient, station: Station
) -> None:
    assert (await admin.post("/guide/subscribe/sharing", data={"open": "yes", "days": "14"})).status_code == 303
    assert (await sharing()).days == 14
    page = (await viewer.get("/guide/subscribe")).text
    assert 'value="http://desk.test/guide.xml"' in page
    for wrong in ("0", "15", "x", ""):
        answer = await admin.post("/guide/subscribe/sharing", data={"days": wrong})
        assert answer.status_code == 422, wrong
    assert (await sharing()).open
    assert (await admin.post("/guide/subscribe/sharing", data={"days": "3"})).status_code == 303
    assert not (await sharing()).open
