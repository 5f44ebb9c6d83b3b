"""Posts from a CSV file: every good row becomes a post, wrong ones are told, and twice adds nothing."""

from datetime import UTC, datetime

import pytest

from app.database import sql
from app.errors import Invalid
from app.posts import importing
from app.posts.importing import Import
from tests.posts.desk import ZONE, Desk, rows_of_everything

HEADER = "title,channels,scheduled_time,asset,file,key"
PLANNED = datetime(2026, 6, 1, 17, tzinfo=UTC)


async def imported(desk: Desk, *lines: str, header: str = HEADER, dry_run: bool = False, whole: bool = False) -> Import:
    data = "\n".join([header, *lines]).encode()
    return await importing.import_csv(
        data, by=desk.by, clock=desk.clock, timezone=ZONE, dry_run=dry_run, all_or_nothing=whole
    )


def told(done: Import) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Line, status, and the errors of each row by field and code."""
    return [(one.row.line, one.status, [(e.field, e.code) for e in one.row.errors]) for one in done.rows]


async def a_channel(desk: Desk, title: str = "Slow Kitchen") -> str:
    return await desk.channel(title=title)


async def test_row_becomes_a_post_as_if_it_was_scheduled_by_hand(desk: Desk) -> None:
    channel, asset = await a_channel(desk), await desk.video()
    line = f'Barley,"Two\nlines","#one, pot",slow-kitchen,2026-06-01 18:00,{asset}'
    done = await imported(desk, line, header="title,description,hashtags,channels,scheduled_time,asset")
    assert (done.stored, told(done)) == (True, [(2, "new", [])])
    made = done.rows[0].made
    assert made is not None
    post = (await sql("SELECT asset, title, description, hashtags FROM post WHERE id = ?", made.post))[0]
    wanted = {"asset": asset, "title": "Barley", "description": "Two\nlines", "hashtags": '["one","pot"]'}
    assert post == wanted
    target = await desk.target(made.targets[0])
    assert (target["channel"], target["state"], target["wall"], target["timezone"]) == (
        channel, "scheduled", "2026-06-01T18:00", ZONE,
    )  # fmt: skip
    assert made.due == PLANNED
    events = await sql("SELECT actor, verb FROM event WHERE subject_type = 'target'")
    assert events == [{"actor": desk.by.actor, "verb": "scheduled"}]


@pytest.mark.parametrize("channel", ["slow-kitchen", "SLOW-KITCHEN", "Slow Kitchen", "{id}"])
@pytest.mark.parametrize("place", ["{asset},", "Barley Pot,", ",harbour.mp4"])
async def test_channel_and_video_are_found_by_each_of_their_names(desk: Desk, channel: str, place: str) -> None:
    id, asset = await a_channel(desk), await desk.video()
    await sql("UPDATE asset SET title = 'Barley Pot' WHERE id = ?", asset)
    line = f"Barley,{channel.format(id=id)},2026-06-01 18:00,{place.format(asset=asset)},"
    made = (await imported(desk, line)).rows[0].made
    assert made is not None
    target = await desk.target(made.targets[0])
    assert (target["channel"], target["asset"]) == (id, asset)


@pytest.mark.parametrize(
    ("channel", "place", "field", "code"),
    [
        ("nowhere", "{asset},", "channels", "CHANNEL_UNKNOWN"),
        ("slow-kitchen;Slow Kitchen", "{asset},", "channels", "CHANNEL_TWICE"),
        ("slow-kitchen", "nothing,", "asset", "ASSET_UNKNOWN"),
        ("slow-kitchen", ",nothing.mp4", "file", "FILE_UNKNOWN"),
        ("slow-kitchen", "Harbour,", "asset", "ASSET_AMBIGUOUS"),
        ("slow-kitchen", ",harbour.mp4", "file", "FILE_AMBIGUOUS"),
    ],
)
async def test_name_that_means_nothing_or_several_things_is_told(
    desk: Desk, channel: str, place: str, field: str, code: str
) -> None:
    await a_channel(desk)
    asset, _ = await desk.video(), await desk.video()
    done = await imported(desk, f"Barley,{channel},2026-06-01 18:00,{place.format(asset=asset)},")
    assert told(done) == [(2, "wrong", [(field, code)])]


async def test_wrong_rows_are_left_out_and_the_others_stored(desk: Desk) -> None:
    await a_channel(desk)
    one, other = await desk.video(), await desk.video()
    done = await imported(
        desk,
        f"One,slow-kitchen,2026-06-01 18:00,{one},,",
        f",slow-kitchen,2026-06-01 19:00,{other},,",
        f"Late,slow-kitchen,2026-05-01 19:00,{other},,",
    )
    assert told(done) == [
        (2, "new", []),
        (3, "wrong", [("title", "TITLE_EMPTY")]),
        (4, "wrong", [("scheduled_time", "TIME_PAST")]),
    ]
    assert [(await rows_of_everything())[table] for table in ("post", "target")] == [1, 1]


async def test_one_wrong_row_keeps_all_out_where_that_is_asked(desk: Desk) -> None:
    await a_channel(desk)
    asset, before = await desk.video(), await rows_of_everything()
    lines = f"One,slow-kitchen,2026-06-01 18:00,{asset},,", "Two,nowhere,2026-06-01 19:00,x,,"
    done = await imported(desk, *lines, whole=True)
    assert (done.stored, done.count("new"), done.count("wrong")) == (False, 1, 1)
    assert await rows_of_everything() == before
    assert (await imported(desk, lines[0], whole=True)).stored


async def test_dry_run_finds_the_same_and_stores_nothing(desk: Desk) -> None:
    await a_channel(desk)
    lines = [
        f"One,slow-kitchen,2026-06-01 18:00,{await desk.video()},,",
        f"Two,slow-kitchen,2026-06-01 18:00,{await desk.video()},,",
        f"Three,slow-kitchen,,{await desk.video()},,",
    ]
    before = await rows_of_everything()
    dry = await imported(desk, *lines, dry_run=True)
    assert not dry.stored
    assert await rows_of_everything() == before
    real = await imported(desk, *lines)
    assert told(dry) == told(real)
    assert [one.due for one in dry.rows] == [one.due for one in real.rows]
    assert real.stored


@pytest.mark.parametrize("key", ["", "spring-1"])
async def test_importing_twice_adds_nothing(desk: Desk, key: str) -> None:
    await a_channel(desk)
    one, other = await desk.video(), await desk.video()
    lines = f"One,slow-kitchen,2026-06-01 18:00,{one},,{key}", f"Slot,slow-kitchen,,{other},,"
    first = await imported(desk, *lines)
    before = await rows_of_everything()
    again = await imported(desk, *lines)
    assert (first.count("new"), again.count("new"), again.count("known")) == (2, 0, 2)
    assert await rows_of_everything() == before


async def test_row_that_was_imported_stays_known_once_its_time_has_passed(desk: Desk) -> None:
    await a_channel(desk)
    line = f"One,slow-kitchen,2026-06-01 18:00,{await desk.video()},,"
    await imported(desk, line)
    desk.wait(60 * 86_400)
    assert told(await imported(desk, line)) == [(2, "known", [])]


async def test_row_with_a_known_key_is_known_whatever_else_it_says(desk: Desk) -> None:
    await a_channel(desk)
    await imported(desk, f"One,slow-kitchen,2026-06-01 18:00,{await desk.video()},,spring-1")
    done = await imported(desk, f"Renamed,slow-kitchen,2026-06-02 18:00,{await desk.video()},,spring-1")
    assert told(done) == [(2, "known", [])]


async def test_mended_file_adds_only_what_was_wrong(desk: Desk) -> None:
    await a_channel(desk)
    one, other = await desk.video(), await desk.video()
    good = f"One,slow-kitchen,2026-06-01 18:00,{one},,"
    await imported(desk, good, f"Two,kitchen,2026-06-01 19:00,{other},,")
    done = await imported(desk, good, f"Two,slow-kitchen,2026-06-01 19:00,{other},,")
    assert told(done) == [(2, "known", []), (3, "new", [])]


async def test_time_that_is_taken_is_told_at_the_row(desk: Desk) -> None:
    channel = await a_channel(desk)
    await desk.schedule(channel, at=PLANNED, title="First")
    done = await imported(desk, f"One,slow-kitchen,2026-06-01 18:00,{await desk.video()},,")
    assert told(done) == [(2, "wrong", [("scheduled_time", "SLOT_TAKEN")])]
    assert "Slow Kitchen has “First” at 18:00:00" in done.wrong[0].errors[0].detail


async def test_rows_that_conflict_with_one_another_are_told(desk: Desk) -> None:
    await a_channel(desk)
    one, other = await desk.video(), await desk.video()
    done = await imported(
        desk,
        f"One,slow-kitchen,2026-06-01 18:00,{one},,",
        f"Same time,slow-kitchen,2026-06-01 18:00,{other},,",
        f"Same video,slow-kitchen,2026-06-02 18:00,{one},,",
    )
    assert told(done) == [
        (2, "new", []),
        (3, "wrong", [("scheduled_time", "SLOT_TAKEN")]),
        (4, "wrong", [("asset", "VIDEO_TWICE")]),
    ]


async def test_video_that_is_named_by_its_file_is_told_at_the_file(desk: Desk) -> None:
    channel, asset = await a_channel(desk), await desk.video()
    await desk.schedule(channel, at=PLANNED, asset=asset)
    done = await imported(desk, "One,slow-kitchen,2026-06-02 18:00,,harbour.mp4,")
    assert told(done) == [(2, "wrong", [("file", "VIDEO_TWICE")])]


async def test_rows_without_a_time_take_the_free_slots_in_their_order(desk: Desk) -> None:
    await a_channel(desk)
    assets = [await desk.video() for _ in range(4)]
    times = ["", "2026-05-14 16:00", "", ""]
    lines = [f"One,slow-kitchen,{at},{asset},," for at, asset in zip(times, assets, strict=True)]
    done = await imported(desk, *lines)
    found = [one.due.hour for one in done.rows if one.due]
    assert found == [14, 15, 16, 17]  # UTC; Lisbon is an hour ahead


async def test_file_that_is_no_sheet_is_refused_as_a_whole(desk: Desk) -> None:
    with pytest.raises(Invalid) as found:
        await imported(desk, header="name,when")
    assert found.value.code == "CSV_HEADER"


async def on_platform(desk: Desk, platform: str) -> str:
    channel = await a_channel(desk)
    await sql("UPDATE social_account SET platform = ? WHERE channel = ?", platform, channel)
    return channel


async def test_limits_of_the_platform_are_told_at_the_row_and_when_scheduling(desk: Desk) -> None:
    channel = await on_platform(desk, "youtube")
    done = await imported(desk, f"<One>,slow-kitchen,2026-06-01 18:00,{await desk.video()},,")
    assert told(done) == [(2, "wrong", [("title", "TITLE_SIGN")])]
    assert done.wrong[0].errors[0].detail == "Slow Kitchen (YouTube): On YouTube the title cannot contain < or >."
    with pytest.raises(Invalid) as found:
        await desk.schedule(channel, title="<One>")
    assert found.value.errors == {"title": done.wrong[0].errors[0].detail}
