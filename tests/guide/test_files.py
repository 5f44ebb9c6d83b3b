"""The guide's files: what standard programs say of them, who may fetch them, and when they are made anew."""

import gzip
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from ipytv import playlist
from litestar import Litestar

from app.clock import ManualClock, from_ms, to_ms
from app.database import sql
from app.guide import service
from app.guide.sharing import add_link, links
from app.library import editing
from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from app.playlog import rolling
from tests import cast
from tests.guide.conftest import FIRST, Station


@pytest.fixture
async def furnished(station: Station) -> Station:
    await station.opened()
    return await station.furnished()


@pytest.fixture
async def player(app: Litestar) -> httpx.AsyncClient:
    """A client that is not known here, and reads refusals as JSON."""
    made = cast.script(app)
    made.headers["accept"] = "application/json"
    return made


def instant(text: str | None) -> datetime:
    assert text is not None
    assert text.endswith(" +0000")
    return datetime.strptime(text, "%Y%m%d%H%M%S %z").astimezone(UTC)


def programmes(text: str) -> list[tuple[str, datetime, datetime, str]]:
    return [
        (
            one.get("channel", ""),
            instant(one.get("start")),
            instant(one.get("stop")),
            one.findtext("title") or "",
        )
        for one in ElementTree.fromstring(text).iter("programme")
    ]


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    """One of Debian's programs for XMLTV, which would look for the DTD on the web otherwise."""
    program = shutil.which(command[0])
    assert program, "These tests need tv_validate_file and tv_sort (Debian: apt install xmltv-util)."
    env = {**os.environ, "XMLTV_SUPPLEMENT": "/usr/share/xmltv"}
    return subprocess.run([program, *command[1:]], env=env, capture_output=True, text=True, check=False)


def flat(text: str) -> list[tuple[str, dict[str, str], str]]:
    """All elements in order, without what is between them; tv_sort puts blanks around the points of `0.2.`."""
    found = [one for one in ElementTree.fromstring(text).iter() if one.tag != "tv"]
    dotted = {"system": "xmltv_ns"}
    told = [(one.tag, dict(one.attrib), (one.text or "").strip()) for one in found]
    return [(tag, of, text.replace(" ", "") if of == dotted else text) for tag, of, text in told]


async def cut(station: Station, slug: str = "one") -> None:
    """Book a news special into the film of the afternoon."""
    special = await station.asset("Special report", 12, type="PRO")
    start = datetime(2026, 5, 15, 13, 40, tzinfo=UTC)
    await bookings.book(slug, WantedBooking(special, start), **station.act)


async def test_debian_says_that_the_xmltv_is_valid_and_sorted(
    furnished: Station, player: httpx.AsyncClient, tmp_path: Path
) -> None:
    await cut(furnished)
    await sql(
        "UPDATE asset SET genre = 'Drama', rating = 'PG', description = 'Two\nlines & <more>' WHERE series IS NOT NULL"
    )
    await sql("UPDATE series SET description = 'Not where an episode has its own'")
    text = (await player.get("/guide.xml")).text
    file, ordered = tmp_path / "guide.xml", tmp_path / "sorted.xml"
    file.write_text(text)
    checked = run("tv_validate_file", str(file))
    assert (checked.returncode, "Validated ok." in checked.stdout + checked.stderr) == (0, True), checked
    done = run("tv_sort", "--output", str(ordered), str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert flat(ordered.read_text()) == flat(text)
    assert {"sub-title", "desc", "category", "episode-num", "rating"} <= {tag for tag, _, _ in flat(text)}
    assert {words for tag, _, words in flat(text) if tag == "desc"} == {"Two\nlines & <more>"}


async def test_xmltv_has_every_day_of_each_channel_in_its_own_zone_without_gaps(
    furnished: Station, player: httpx.AsyncClient
) -> None:
    await cut(furnished)
    found = programmes((await player.get("/guide.xml")).text)
    for channel in ("one.daypart", "one-two.daypart"):
        own = [row for row in found if row[0] == channel]
        of = await service.guide_channel(channel.removesuffix(".daypart"))
        first = service.today(of, furnished.clock.now())
        begins, ends = service.day_of(of, first)[0], service.day_of(of, first + timedelta(days=3))[1]
        assert all(start < stop for _, start, stop, _ in own)
        assert all(one[2] == other[1] for one, other in pairwise(own))
        # Auckland is a date ahead, for which the last day is not made yet.
        assert own[0][1] <= begins
        assert own[-1][2] >= (ends if channel == "one.daypart" else ends - timedelta(days=1))


async def test_xmltv_says_what_the_schedule_day_says(furnished: Station, player: httpx.AsyncClient) -> None:
    await cut(furnished)
    day = await days.day("one", "2026-05-15")
    entries = [one for one in day.entries if one.kind != "filler"]
    rows = [row for row in programmes((await player.get("/guide.xml")).text) if row[0] == "one.daypart"]
    shown = {start: title for _, start, _, title in rows}
    assert [shown[from_ms(one.start_ms)] for one in entries if one.booking] == ["Special report"]
    assert all(from_ms(one.start_ms) in shown for one in entries)
    rest = next(one for one in entries if one.into_ms)
    assert shown[from_ms(rest.start_ms)] == 'The "Ferry", ]]> part; (continued)'
    await days.regenerate("one", "2026-05-15", **furnished.act)
    again = [row for row in programmes((await player.get("/guide.xml")).text) if row[0] == "one.daypart"]
    assert again == rows


async def test_ids_of_channels_do_not_begin_one_another(furnished: Station, player: httpx.AsyncClient) -> None:
    await furnished.channel("one-two-three")
    root = ElementTree.fromstring((await player.get("/guide.xml")).text)
    ids = [one.get("id", "") for one in root.iter("channel")]
    assert ids == ["one-two-three.daypart", "one-two.daypart", "one.daypart"]
    assert not [(one, other) for one in ids for other in ids if one != other and other.startswith(one)]


async def test_c10_guide_always_reaches_three_full_days_beyond_today(
    station: Station, player: httpx.AsyncClient, clock: ManualClock
) -> None:
    await station.opened()
    await station.furnished(count=0)
    for _ in range(3):
        await rolling.look(clock)
        found = programmes((await player.get("/guide.xml")).text)
        for slug in ("one", "one-two"):
            own = [row for row in found if row[0] == f"{slug}.daypart"]
            of = await service.guide_channel(slug)
            today = service.today(of, clock.now())
            assert own[0][1] <= service.day_of(of, today)[0]
            assert own[-1][2] >= service.day_of(of, today + timedelta(days=3))[1]
            assert all(one[2] == other[1] for one, other in pairwise(own))
        clock.advance(timedelta(days=1))


@pytest.mark.parametrize("month", [3, 10])
async def test_days_on_which_clocks_change_are_all_there(
    station: Station, clock: ManualClock, player: httpx.AsyncClient, month: int
) -> None:
    last = {3: 29, 10: 25}[month]
    clock.set(datetime(2026, 10, last - 1, 12, tzinfo=UTC) if month == 10 else datetime(2027, 3, 27, 12, tzinfo=UTC))
    first = clock.now().date()
    await station.opened(days=2)
    await station.furnished(first, 4)
    of = await service.guide_channel("one")
    rows = [row for row in programmes((await player.get("/guide.xml")).text) if row[0] == "one.daypart"]
    assert all(one[2] == other[1] for one, other in pairwise(rows))
    assert rows[0][1] <= service.day_of(of, first)[0]
    assert rows[-1][2] >= service.day_of(of, first + timedelta(days=2))[1]
    hours = [
        (service.day_of(of, first + timedelta(days=n))[1] - service.day_of(of, first + timedelta(days=n))[0])
        for n in range(3)
    ]
    assert sum(hours, timedelta()) == timedelta(hours=73 if month == 10 else 71)


async def test_a_parser_reads_the_playlist(furnished: Station, player: httpx.AsyncClient) -> None:
    await furnished.channel("radio", kind="radio")
    await sql("UPDATE channel SET title = 'Harbour, \"One\"' WHERE slug = 'one'")
    answer = await player.get("/channels.m3u")
    assert answer.headers["content-type"] == "audio/x-mpegurl; charset=utf-8"
    read = playlist.loads(answer.text)
    assert read.get_attributes() == {"url-tvg": "http://desk.test/guide.xml", "x-tvg-url": "http://desk.test/guide.xml"}
    channels = read.get_channels()
    assert [one.url for one in channels] == [f"http://desk.test/live/{slug}/index.m3u8" for slug in ("one", "one-two")]
    ids = [one.get("id") for one in ElementTree.fromstring((await player.get("/guide.xml")).text).iter("channel")]
    assert {one.attributes["tvg-id"] for one in channels} <= set(ids)
    first = channels[0].attributes
    assert (first["tvg-chno"], first["tvg-name"], first["channel-id"]) == ("1", "Harbour, 'One'", "one")
    logo = await player.get(first["tvg-logo"])
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/svg+xml")
    ElementTree.fromstring(logo.text)


async def test_calendar_programs_get_the_same(furnished: Station, player: httpx.AsyncClient) -> None:
    await cut(furnished)
    raw = (await player.get("/guide.ics?channel=one")).text
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    events = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", raw.replace("\r\n ", ""), re.S)
    starts = [re.search(r"DTSTART:(\w+)", one)[1] for one in events]  # type: ignore[index]
    rows = programmes((await player.get("/guide.xml?channel=one")).text)
    assert starts == [f"{start:%Y%m%dT%H%M%SZ}" for _, start, _, _ in rows]
    assert len({re.search(r"UID:(\S+)", one)[1] for one in events}) == len(events)  # type: ignore[index]


async def test_file_comes_packed_once_and_then_not_at_all(furnished: Station, app: Litestar) -> None:
    client = cast.script(app)
    for path in ("/guide.xml", "/guide.ics", "/channels.m3u"):
        plain = await client.get(path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        async with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            zipped = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(zipped) == plain.content
        tags = {plain.headers["etag"], answer.headers["etag"]}
        assert len(tags) == 2
        assert not any(tag.startswith("W/") for tag in tags)
        for tag in (*tags, f'"other", {plain.headers["etag"]}', "*"):
            again = await client.get(path, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b""), tag
        assert (await client.get(path, headers={"if-none-match": '"other"'})).status_code == 200
        head = await client.head(path)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


async def test_file_is_made_anew_when_what_it_shows_changes_and_only_then(
    furnished: Station, player: httpx.AsyncClient, clock: ManualClock
) -> None:
    async def tag() -> str:
        return (await player.get("/guide.xml")).headers["etag"]

    first = await tag()
    await sql(
        "INSERT INTO event (at_ms, actor, topic, subject_type, subject_id, verb) VALUES (0, 'x', 'posts', 'post', '1', 'sent')"
    )
    await sql("UPDATE asset SET genre = 'Behind the back'")
    assert await tag() == first
    (asset,) = await sql("SELECT id, version FROM asset WHERE type = 'MOV'")
    edit = editing.Edit(title="Night ferry")
    await editing.edit(asset["id"], edit, asset["version"], **furnished.act)
    second = await tag()
    assert second != first
    await cut(furnished)
    third = await tag()
    assert third not in (first, second)
    clock.set(datetime(2026, 5, 15, 5, 30, tzinfo=UTC))
    rows = programmes((await player.get("/guide.xml?channel=one")).text)
    assert rows[0][2] > datetime(2026, 5, 15, 5, tzinfo=UTC)


async def test_depth_is_set_and_asked_for(furnished: Station, player: httpx.AsyncClient) -> None:
    await furnished.make("one", FIRST + timedelta(days=4), 11)

    async def ends(query: str = "") -> datetime:
        return max(stop for _, _, stop, _ in programmes((await player.get(f"/guide.xml?channel=one{query}")).text))

    assert FIRST + timedelta(days=4) == (await ends()).date()
    assert FIRST + timedelta(days=2) == (await ends("&days=1")).date()
    await furnished.opened(days=14)
    assert FIRST + timedelta(days=15) == (await ends()).date()
    for wrong in ("0", "15", "-1", "x", "1.5", "999999999999999999999"):
        answer = await player.get(f"/guide.xml?days={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (422, "DAYS_BAD"), wrong
    assert (await player.get("/guide.xml?channel=nobody")).status_code == 404


async def test_closed_guide_opens_by_link_sign_in_or_key_until_the_link_ends(
    station: Station, people: dict[str, httpx.AsyncClient], scripts: dict[str, httpx.AsyncClient], clock: ManualClock
) -> None:
    await station.furnished(count=1)
    stranger = scripts["stranger"]
    stranger.headers["accept"] = "application/json"
    for path in ("/guide.xml", "/guide.ics", "/channels.m3u"):
        refused = await stranger.get(path)
        assert (refused.status_code, refused.json()["code"]) == (401, "GUIDE_CLOSED"), path
        assert (await people["viewer"].get(path)).status_code == 200
        assert (await scripts["viewer"].get(path)).status_code == 200
    token = await add_link("Living room", **station.act)
    for path in ("/guide.xml", "/guide.ics", "/channels.m3u"):
        assert (await stranger.get(f"{path}?token={token}")).status_code == 200, path
        wrong = await stranger.get(f"{path}?token={token[:-1]}")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "LINK_UNKNOWN")
    assert f"guide.xml?token={token}" in (await stranger.get(f"/channels.m3u?token={token}")).text
    (kept,) = await links()
    assert kept["used_ms"] == to_ms(clock.now())
    assert token not in "\n".join(station.stored())
    gone = await scripts["editor"].delete(f"/api/guide/links/{kept['id']}")
    assert gone.status_code == 204
    assert (await stranger.get(f"/guide.xml?token={token}")).status_code == 401


async def test_pictures_are_shown_to_who_has_their_id_and_only_of_what_is_scheduled(
    furnished: Station, player: httpx.AsyncClient
) -> None:
    still = furnished.settings.media / "ab" / "ab.jpg"
    still.parent.mkdir(parents=True)
    still.write_bytes(b"a picture")
    await sql(
        "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES ('m', 'ab', 'ab/ab.mp4', 1, 'video/mp4', ?)",
        '{"format": "mov", "brand": "mp42", "duration_ms": 1, "has_thumbnail": true}',
    )
    await sql("UPDATE asset SET media = 'm' WHERE type = 'MOV'")
    root = ElementTree.fromstring((await player.get("/guide.xml")).text)
    shown = {one.get("src", "") for one in root.findall("programme/icon")}
    assert len(shown) == 1
    picture = await player.get(shown.pop())
    assert (picture.headers["content-type"], picture.content) == ("image/jpeg", b"a picture")
    idle = await furnished.asset("Never shown", 10)
    for of in (idle, "nothing", "x" * 300):
        answer = await player.get(f"/guide/icons/{of}")
        assert (answer.status_code, answer.json()["code"]) == (404, "ICON_UNKNOWN")


async def test_channel_that_is_off_leaves_and_keeps_its_number(furnished: Station, player: httpx.AsyncClient) -> None:
    await sql("UPDATE channel SET active = 0 WHERE slug = 'one'")
    read = playlist.loads((await player.get("/channels.m3u")).text).get_channels()
    assert [(one.attributes["channel-id"], one.attributes["tvg-chno"]) for one in read] == [("one-two", "2")]
    assert {row[0] for row in programmes((await player.get("/guide.xml?days=2")).text)} == {"one-two.daypart"}


async def test_desk_without_channels_has_an_empty_guide(station: Station, player: httpx.AsyncClient) -> None:
    await station.opened()
    assert flat((await player.get("/guide.xml")).text) == []
    assert (await player.get("/channels.m3u")).text.startswith("#EXTM3U url-tvg=")
