"""Making posts: all targets or none, and a clear refusal that changes nothing."""

import asyncio
from datetime import UTC, date, datetime, time

import pytest

from app.channels.service import set_active, set_paused
from app.database import sql
from app.errors import Conflict, DaypartError
from app.posts import service
from app.posts.schemas import NewPost, When
from tests.posts.desk import ZONE, Desk, rows_of_everything


async def refused(desk: Desk, new: NewPost) -> DaypartError:
    """The refusal of a post; nothing is stored of it."""
    before = await rows_of_everything()
    with pytest.raises(DaypartError) as found:
        await service.schedule(new, by=desk.by, clock=desk.clock, timezone=ZONE)
    assert await rows_of_everything() == before
    return found.value


async def test_post_has_a_target_on_each_channel_at_its_time(desk: Desk) -> None:
    channels = [await desk.channel(), await desk.channel()]
    made = await desk.schedule(*channels, at=desk.at(60))
    rows = [await desk.target(target) for target in made.targets]
    assert [(row["channel"], row["state"], row["due_ms"]) for row in rows] == [
        (channel, "scheduled", round(desk.at(60).timestamp() * 1000)) for channel in channels
    ]


async def test_post_without_a_time_takes_the_next_slot_free_on_all_its_channels(desk: Desk) -> None:
    one, other = await desk.channel(), await desk.channel()
    assert (await desk.schedule(one)).due == datetime(2026, 5, 14, 14, tzinfo=UTC)
    assert (await desk.schedule(other)).due == datetime(2026, 5, 14, 14, tzinfo=UTC)
    assert (await desk.schedule(other)).due == datetime(2026, 5, 14, 15, tzinfo=UTC)
    assert (await desk.schedule(one, other)).due == datetime(2026, 5, 14, 16, tzinfo=UTC)
    assert (await desk.schedule(one)).due == datetime(2026, 5, 14, 15, tzinfo=UTC)


async def test_slot_of_a_post_that_is_gone_is_free_again(desk: Desk) -> None:
    channel = await desk.channel()
    made = await desk.schedule(channel)
    await service.cancel(made.post, by=desk.by, clock=desk.clock)
    assert (await desk.schedule(channel)).due == made.due


@pytest.mark.parametrize(("apart_s", "taken"), [(0, True), (59.999, True), (-59.999, True), (60, False), (-60, False)])
async def test_two_posts_of_a_channel_are_a_minute_apart(desk: Desk, apart_s: float, taken: bool) -> None:
    channel = await desk.channel(title="Harbour")
    await desk.schedule(channel, at=desk.at(3600), title="First")
    new = NewPost(await desk.video(), "Second", [channel], when=When(desk.at(3600 + apart_s)))
    if not taken:
        await service.schedule(new, by=desk.by, clock=desk.clock, timezone=ZONE)
        return
    refusal = await refused(desk, new)
    assert refusal.code == "SLOT_TAKEN"
    assert "Harbour has “First” at 15:20:00" in refusal.detail
    assert refusal.facts["next_free"] == datetime(2026, 5, 14, 16, tzinfo=UTC)
    assert [conflict["title"] for conflict in refusal.facts["conflicts"]] == ["First"]


async def test_conflict_on_the_last_channel_makes_no_target_on_the_others(desk: Desk) -> None:
    channels = [await desk.channel() for _ in range(3)]
    await desk.schedule(channels[2], at=desk.at(3600))
    new = NewPost(await desk.video(), "Second", channels, when=When(desk.at(3600)))
    assert isinstance(await refused(desk, new), Conflict)


async def test_same_video_twice_on_one_channel_is_refused(desk: Desk) -> None:
    channel, asset = await desk.channel(title="Harbour"), await desk.video()
    await desk.schedule(channel, at=desk.at(3600), asset=asset)
    refusal = await refused(desk, NewPost(asset, "Again", [channel], when=When(desk.at(7200))))
    assert refusal.code == "VIDEO_TWICE"
    assert refusal.detail == "This video is planned on Harbour already, at 15:20 on 14 May."
    assert len((await desk.schedule(await desk.channel(), at=desk.at(3600), asset=asset)).targets) == 1


async def test_same_video_may_take_the_place_of_one_that_is_gone(desk: Desk) -> None:
    channel, asset = await desk.channel(), await desk.video()
    made = await desk.schedule(channel, at=desk.at(3600), asset=asset)
    await desk.put_in_state(made.targets[0], "failed")
    await desk.schedule(channel, at=desk.at(3600), asset=asset)
    with pytest.raises(Conflict) as found:
        await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
    assert found.value.code == "VIDEO_TWICE"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"when": When(datetime(2026, 5, 14, 13, 19, 59, tzinfo=UTC))}, "TIME_PAST"),
        ({"when": When(datetime(2029, 5, 14, tzinfo=UTC))}, "TIME_FAR"),
        ({"title": "x" * 101}, "TITLE_LONG"),
        ({"title": "  "}, "TITLE_EMPTY"),
        ({"description": "x" * 5001}, "DESCRIPTION_LONG"),
        ({"hashtags": ["two words"]}, "HASHTAG_BAD"),
        ({"channels": []}, "CHANNELS_NONE"),
        ({"channels": ["nowhere"]}, "CHANNEL_UNKNOWN"),
        ({"asset": "nothing"}, "ASSET_UNKNOWN"),
    ],
)
async def test_bad_wish_is_refused(desk: Desk, fields: dict[str, object], code: str) -> None:
    wish = {"asset": await desk.video(), "title": "Harbour", "channels": [await desk.channel()], **fields}
    assert (await refused(desk, NewPost(**wish))).code == code  # type: ignore[arg-type]


async def test_naive_time_is_refused(desk: Desk) -> None:
    naive = datetime.combine(date(2026, 5, 15), time(12))
    refusal = await refused(desk, NewPost(await desk.video(), "Harbour", [await desk.channel()], when=When(naive)))
    assert refusal.code == "NAIVE_TIME"


async def test_one_channel_by_two_names_is_refused(desk: Desk) -> None:
    channel = await desk.channel(title="Harbour")
    refusal = await refused(desk, NewPost(await desk.video(), "Harbour", [channel, "harbour"]))
    assert refusal.code == "CHANNEL_TWICE"


async def test_channel_that_is_switched_off_takes_no_posts(desk: Desk) -> None:
    channel = await desk.channel(title="Harbour")
    await set_active(channel, False, by=desk.by, clock=desk.clock)
    refusal = await refused(desk, NewPost(await desk.video(), "Harbour", [channel]))
    assert (refusal.code, refusal.detail) == ("CHANNEL_OFF", "Harbour is switched off.")


async def test_paused_channel_takes_posts_that_wait(desk: Desk) -> None:
    channel = await desk.channel()
    await set_paused(channel, True, by=desk.by, clock=desk.clock)
    assert len((await desk.schedule(channel)).targets) == 1


async def test_of_two_who_want_one_slot_at_once_one_gets_it(desk: Desk) -> None:
    channel = await desk.channel()
    wishes = [desk.schedule(channel, at=desk.at(3600), asset=await desk.video()) for _ in range(5)]
    results = await asyncio.gather(*wishes, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 4 + ["Scheduled"]


async def test_asset_that_is_not_ready_is_refused(desk: Desk) -> None:
    asset = await desk.video()
    await sql("UPDATE asset SET state = 'new' WHERE id = ?", asset)
    assert (await refused(desk, NewPost(asset, "Harbour", [await desk.channel()]))).code == "ASSET_NOT_READY"
