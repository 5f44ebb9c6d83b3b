"""Making groups: all targets or none, looked at with the same eyes before, refused with what they clash with."""

import asyncio
from datetime import UTC, date, datetime, time

import pytest

from app.channels.service import set_active
from app.clock import to_ms
from app.database import sql
from app.errors import Conflict, DaypartError, Invalid, NotFound
from app.posts import groups
from app.posts.groups import NewGroup
from app.posts.schemas import Wall, When
from tests.posts.desk import ZONE, Desk, rows_of_everything
from tests.posts.waves import after_s, fill, group, rows

HOUR = 3600


async def everything() -> dict[str, int]:
    extra = {table: (await sql(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in ("wave", "target_group")}
    return await rows_of_everything() | extra


async def refused(desk: Desk, new: NewGroup) -> DaypartError:
    """The refusal of a group; nothing is stored of it."""
    before = await everything()
    with pytest.raises(DaypartError) as found:
        await groups.save(new, by=desk.by, clock=desk.clock, timezone=ZONE)
    assert await everything() == before
    return found.value


async def channels(desk: Desk, number: int = 3) -> list[str]:
    return [await desk.channel(title=f"Channel {n}") for n in range(number)]


async def test_simultaneous_group_is_due_at_one_instant_with_one_post(desk: Desk) -> None:
    made = await group(desk, "simultaneous", await channels(desk), HOUR)
    found = await rows(made)
    assert await after_s(desk, made) == [HOUR] * 3
    assert {row["group"] for row in found} == {made.group}
    assert {row["post"] for row in found} == {made.post}
    assert {row["state"] for row in found} == {"scheduled"}


async def test_staggered_group_is_due_step_after_step_in_the_order_given(desk: Desk) -> None:
    order = list(reversed(await channels(desk)))
    made = await group(desk, "staggered", order, HOUR, step_s=HOUR)
    assert await after_s(desk, made) == [HOUR, 2 * HOUR, 3 * HOUR]
    assert [row["channel"] for row in await rows(made)] == order


async def test_independent_targets_have_their_own_times_and_no_group(desk: Desk) -> None:
    one, other, third = await channels(desk)
    own = {one: When(desk.at(HOUR)), other: When(desk.at(5 * HOUR))}
    made = await group(desk, "independent", [one, other, third], own=own)
    assert made.group is None
    # The third takes the next slot of its own channel: the full hour at 15:00 in Lisbon.
    assert await after_s(desk, made) == [HOUR, 5 * HOUR, 40 * 60]
    assert {row["group"] for row in await rows(made)} == {None}


async def test_independent_target_takes_its_channels_next_weekly_slot(desk: Desk) -> None:
    channel = await desk.channel()
    await sql("UPDATE social_account SET slots = 'Mon 18:00' WHERE channel = ?", channel)
    made = await group(desk, "independent", [channel])
    assert (await rows(made))[0]["due_ms"] == to_ms(datetime(2026, 5, 18, 17, tzinfo=UTC))


async def test_each_group_has_an_id_of_its_own_and_a_wave_spans_them(desk: Desk) -> None:
    one, other = await channels(desk, 2)
    key = "wave-2026-01-23-001"
    first = await group(desk, "simultaneous", [one, other], HOUR, wave=key)
    second = await group(desk, "staggered", [one, other], 2 * HOUR, step_s=60, wave=key)
    assert first.group != second.group
    assert [row["key"] for row in await sql("SELECT key FROM wave")] == [key]
    assert len({row["wave"] for made in (first, second) for row in await rows(made)}) == 1


@pytest.mark.parametrize("key", ["", "new", "a b", "../../etc", "x" * 81, "-a", "é", "a/b"])
async def test_wave_is_not_named_what_cannot_stand_in_an_address(desk: Desk, key: str) -> None:
    new = NewGroup("simultaneous", await channels(desk, 1), When(desk.at(HOUR)), wave=key)
    assert (await refused(desk, new)).code == "WAVE_KEY_BAD"


# The defects of an earlier system, each by its number.


@pytest.mark.parametrize("kind", ["simultaneous", "staggered", "independent"])
async def test_1_time_that_passed_is_refused_when_it_is_planned(desk: Desk, kind: str) -> None:
    new = NewGroup(kind, await channels(desk, 2), When(desk.at(-60)))  # type: ignore[arg-type]
    refusal = await refused(desk, new)
    assert (refusal.code, list(refusal.errors)) == ("TIME_PAST", ["scheduled_time"])


@pytest.mark.parametrize(
    ("second", "taken"),
    [
        ("10:01:01", True),
        ("10:00:00", True),
        ("09:59:59.001", True),
        ("09:59:59", False),
        ("10:01:58.999", True),
        ("10:01:59", False),
    ],
)
async def test_2_conflict_is_less_than_a_minute_in_both_directions(desk: Desk, second: str, taken: bool) -> None:
    channel = await desk.channel()
    first = When(datetime.fromisoformat("2026-05-15T10:00:59Z"))
    await group(desk, "simultaneous", [channel], first)
    new = NewGroup("simultaneous", [channel], When(datetime.fromisoformat(f"2026-05-15T{second}Z")))
    if taken:
        assert (await refused(desk, new)).code == "SLOT_TAKEN"
    else:
        await groups.save(new, by=desk.by, clock=desk.clock, timezone=ZONE)


async def test_3_conflict_on_the_last_channel_leaves_nothing_of_the_group(desk: Desk) -> None:
    every = await channels(desk)
    await desk.schedule(every[2], at=desk.at(3 * HOUR), title="Harbour Tonight")
    new = NewGroup("staggered", every, When(desk.at(HOUR)), HOUR, wave="spring")
    refusal = await refused(desk, new)
    assert isinstance(refusal, Conflict)
    assert "Channel 2 has “Harbour Tonight” at 17:20:00, less than a minute away." in refusal.detail
    assert [fact["title"] for fact in refusal.facts["conflicts"]] == ["Harbour Tonight"]


async def test_4_channel_named_twice_and_no_channel_are_refused(desk: Desk) -> None:
    (channel,) = await channels(desk, 1)
    slug = (await sql("SELECT slug FROM channel WHERE id = ?", channel))[0]["slug"]
    for kind in ("simultaneous", "staggered", "independent"):
        for named, code in (
            ([], "CHANNELS_NONE"),
            ([channel, channel], "CHANNEL_TWICE"),
            ([channel, slug], "CHANNEL_TWICE"),
        ):
            new = NewGroup(kind, named, When(desk.at(HOUR)))  # type: ignore[arg-type]
            assert (await refused(desk, new)).code == code


async def test_5_slot_without_a_video_clashes_only_within_the_minute(desk: Desk) -> None:
    (channel,) = await channels(desk, 1)
    await group(desk, "independent", [channel], HOUR, empty=True)
    await group(desk, "independent", [channel], HOUR + 60, empty=True)
    refusal = await refused(desk, NewGroup("independent", [channel], When(desk.at(HOUR + 59))))
    assert refusal.code == "SLOT_TAKEN"
    assert "a slot without a video yet" in refusal.detail


async def test_10_time_without_a_zone_is_refused(desk: Desk) -> None:
    new = NewGroup("simultaneous", await channels(desk, 1), When(datetime(2026, 5, 20, 12)))  # noqa: DTZ001
    assert (await refused(desk, new)).code == "NAIVE_TIME"


async def test_same_video_twice_on_a_channel_is_refused_with_the_other(desk: Desk) -> None:
    one, other = await channels(desk, 2)
    asset = await desk.video()
    await group(desk, "simultaneous", [one], HOUR, asset=asset)
    refusal = await refused(desk, NewGroup("simultaneous", [other, one], When(desk.at(9 * HOUR)), asset=asset))
    assert refusal.code == "VIDEO_TWICE"
    assert refusal.detail == "This video is planned on Channel 0 already, at 15:20 on 14 May."


async def test_free_time_is_offered_for_the_whole_group(desk: Desk) -> None:
    every = await channels(desk)
    await desk.schedule(every[0], at=desk.at(HOUR))
    # At a start one minute later, the second channel would clash; two later the third.
    await desk.schedule(every[1], at=desk.at(2 * HOUR + 60))
    await desk.schedule(every[2], at=desk.at(3 * HOUR + 120))
    new = NewGroup("staggered", every, When(desk.at(HOUR)), HOUR)
    refusal = await refused(desk, new)
    assert refusal.facts["next_free"] == desk.at(HOUR + 180)
    assert refusal.detail.endswith("Free next: 15:23 on 14 May.")
    await groups.save(
        NewGroup("staggered", every, When(refusal.facts["next_free"]), HOUR),
        by=desk.by,
        clock=desk.clock,
        timezone=ZONE,
    )


async def test_preview_finds_what_saving_finds_and_stores_nothing(desk: Desk) -> None:
    every = await channels(desk)
    await desk.schedule(every[1], at=desk.at(2 * HOUR), title="There")
    new = NewGroup("staggered", every, When(desk.at(HOUR)), HOUR, wave="spring")
    before = await everything()
    plan = await groups.planned(new, clock=desk.clock, timezone=ZONE)
    assert await everything() == before
    assert [lane.when.at for lane in plan.lanes] == [desk.at(HOUR), desk.at(2 * HOUR), desk.at(3 * HOUR)]
    assert [[clash.other.title for clash in lane.clashes] for lane in plan.lanes] == [[], ["There"], []]
    assert (await refused(desk, new)).facts["next_free"] == plan.free


async def test_channel_that_is_off_or_gone_is_refused(desk: Desk) -> None:
    one, other = await channels(desk, 2)
    await set_active(other, False, by=desk.by, clock=desk.clock)
    assert (await refused(desk, NewGroup("simultaneous", [one, other], When(desk.at(HOUR))))).code == "CHANNEL_OFF"
    assert isinstance(await refused(desk, NewGroup("simultaneous", [one, "gone"], When(desk.at(HOUR)))), NotFound)


async def test_step_that_is_negative_or_endless_is_refused(desk: Desk) -> None:
    every = await channels(desk)
    for step_s in (-1, 10**9):
        new = NewGroup("staggered", every, When(desk.at(HOUR)), step_s)
        assert (await refused(desk, new)).errors.keys() == {"delay_seconds"}
    assert isinstance(await refused(desk, NewGroup("staggered", every)), Invalid)


async def test_skipped_hour_moves_the_whole_group_forward_and_says_so(desk: Desk) -> None:
    when = When.of_wall(Wall(date(2027, 3, 28), time(1, 30), ZONE))
    made = await group(desk, "simultaneous", await channels(desk, 2), when)
    assert {row["due_ms"] for row in await rows(made)} == {to_ms(datetime(2027, 3, 28, 1, tzinfo=UTC))}
    assert made.notes == ["01:30 does not exist that day in Europe/Lisbon; it is 02:00 instead."]


async def test_of_two_people_who_plan_the_same_minute_one_is_refused_whole(desk: Desk) -> None:
    every = await channels(desk)
    wishes = [
        NewGroup("simultaneous", every[:2], When(desk.at(HOUR))),
        NewGroup("simultaneous", every[1:], When(desk.at(HOUR + 30))),
    ]
    answers = await asyncio.gather(
        *(groups.save(new, by=desk.by, clock=desk.clock, timezone=ZONE) for new in wishes), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "MadeGroup"]
    assert (await sql("SELECT count(*) AS n FROM target"))[0]["n"] == 2


async def test_group_on_a_channel_that_asks_for_approval_waits_for_review(desk: Desk) -> None:
    one, other = await channels(desk, 2)
    await sql("UPDATE social_account SET needs_approval = 1 WHERE channel = ?", other)
    made = await group(desk, "simultaneous", [one, other], HOUR)
    empty = await group(desk, "simultaneous", [one, other], 2 * HOUR, empty=True)
    await fill(desk, "group", str(empty.group), await desk.video())
    posts = {made.post, (await rows(empty))[0]["post"]}
    stands = await sql("SELECT id, approval FROM post")
    assert {row["id"] for row in stands} == posts
    assert {row["approval"] for row in stands} == {"waiting"}


async def test_video_of_a_draft_is_refused_with_the_draft(desk: Desk) -> None:
    (channel,) = await channels(desk, 1)
    asset = await desk.video()
    made = await desk.schedule(channel, at=desk.at(HOUR), asset=asset, title="Not yet")
    await desk.put_in_state(made.targets[0], "draft", due_ms=None)
    refusal = await refused(desk, NewGroup("simultaneous", [channel], When(desk.at(HOUR)), asset=asset))
    assert (refusal.code, refusal.detail) == (
        "VIDEO_TWICE", "This video is in a draft for Channel 0 already: “Not yet”.",
    )  # fmt: skip
