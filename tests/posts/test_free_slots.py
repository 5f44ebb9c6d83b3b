"""The next free slot on channels with weekly slots and spacing, against what is planned there."""

from datetime import datetime, timedelta

import pytest

from app.clock import from_ms, to_ms, zone
from app.errors import Conflict, Invalid
from app.posts import social
from app.posts.free_slots import next_free_slot, next_free_slots
from app.posts.slots import HORIZON
from app.posts.social import Wanted
from tests.posts.desk import ZONE, Desk
from tests.posts.many import Many

DAILY = "Mon 01:30, Tue 01:30, Wed 01:30, Thu 01:30, Fri 01:30, Sat 01:30, Sun 01:30"


async def channel(desk: Desk, title: str, slots: str = "", spacing_min: int = 60, timezone: str = ZONE) -> str:
    wanted = Wanted(title, "http://127.0.0.1:9/ok", timezone, slots=slots, spacing_min=spacing_min)
    return (await social.add(wanted, by=desk.by, clock=desk.clock, keys=desk.keys)).channel


async def free(desk: Desk, number: int, *channels: str) -> list[str]:
    found = await next_free_slots(number, channels, clock=desk.clock, timezone=ZONE)
    return [f"{slot.at.astimezone(zone(ZONE)):%a %d %b %H:%M}" for slot in found]


def lisbon(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(ZONE))


async def test_full_hour_is_taken_when_youtube_has_it(desk: Desk) -> None:
    tiktok, youtube = await channel(desk, "TikTok"), await channel(desk, "YouTube")
    await desk.schedule(youtube, at=lisbon("2026-05-14T15:00"))
    assert await free(desk, 1, tiktok) == ["Thu 14 May 15:00"]
    assert await free(desk, 1, youtube) == ["Thu 14 May 16:00"]
    assert await free(desk, 1, tiktok, youtube) == ["Thu 14 May 16:00"]


async def test_slots_of_several_channels_come_in_turn_and_full_hours_no_more(desk: Desk) -> None:
    plain = await channel(desk, "Plain")
    monday, thursday = await channel(desk, "Monday", "Mon 18:00"), await channel(desk, "Thursday", "Thu 18:00")
    assert await free(desk, 3, plain, monday, thursday) == ["Thu 14 May 18:00", "Mon 18 May 18:00", "Thu 21 May 18:00"]
    await desk.schedule(plain, at=lisbon("2026-05-14T18:30"))
    assert await free(desk, 1, plain, monday, thursday) == ["Mon 18 May 18:00"]


async def test_weekly_slot_is_on_the_clock_of_its_channel(desk: Desk) -> None:
    azores = await channel(desk, "Azores", "Thu 18:00", timezone="Atlantic/Azores")
    assert await free(desk, 1, azores) == ["Thu 14 May 19:00"]


@pytest.mark.parametrize(
    ("now", "due", "note"),
    [
        (
            "2027-03-27T12:00:00Z",
            ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"],
            f"01:30 does not exist that day in {ZONE}; it is 02:00 instead.",
        ),
        (
            "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
            f"01:30 comes twice that day in {ZONE}; the first one is meant.",
        ),
    ],
    ids=["skipped", "repeated"],
)
async def test_weekly_slot_on_the_day_of_a_clock_change_is_noted_and_the_next_is_as_ever(
    desk: Desk, now: str, due: list[str], note: str
) -> None:
    desk.clock.set(datetime.fromisoformat(now))
    night = await channel(desk, "Night", DAILY)
    first, second = await desk.schedule(night), await desk.schedule(night)
    assert [first.due, second.due] == [datetime.fromisoformat(one) for one in due]
    assert [first.note, second.note] == [note, None]
    row = await desk.target(first.targets[0])
    assert (row["wall"], row["timezone"]) == (f"{due[0][:10]}T01:30", ZONE)


@pytest.mark.parametrize(("spacing_min", "slot"), [(1, "15:00"), (20, "15:00"), (21, "16:00"), (90, "17:00")])
async def test_chosen_time_keeps_the_spacing_of_the_channel(desk: Desk, spacing_min: int, slot: str) -> None:
    one = await channel(desk, "One", spacing_min=spacing_min)
    await desk.schedule(one, at=lisbon("2026-05-14T15:20"))
    assert await free(desk, 1, one) == [f"Thu 14 May {slot}"]


async def test_spacing_of_a_channel_is_not_asked_of_another(desk: Desk) -> None:
    wide, narrow = await channel(desk, "Wide", spacing_min=180), await channel(desk, "Narrow", spacing_min=1)
    await desk.schedule(narrow, at=lisbon("2026-05-14T15:20"))
    assert await free(desk, 1, wide, narrow) == ["Thu 14 May 15:00"]
    await desk.schedule(wide, at=lisbon("2026-05-14T15:20"))
    assert await free(desk, 1, wide, narrow) == ["Thu 14 May 19:00"]


async def test_what_went_out_just_now_keeps_its_distance(desk: Desk) -> None:
    one = await channel(desk, "One", spacing_min=120)
    made = await desk.schedule(one, at=lisbon("2026-05-14T14:21"))
    desk.wait(180)
    await desk.put_in_state(made.targets[0], "published")
    assert await free(desk, 1, one) == ["Thu 14 May 17:00"]


async def test_time_that_a_person_chooses_needs_no_spacing(desk: Desk) -> None:
    one = await channel(desk, "One", spacing_min=180)
    await desk.schedule(one, at=lisbon("2026-05-14T15:00"))
    assert (await desk.schedule(one, at=lisbon("2026-05-14T15:01"))).due == lisbon("2026-05-14T15:01")


async def test_several_slots_are_as_far_apart_as_their_channel_asks(desk: Desk) -> None:
    one = await channel(desk, "One", spacing_min=150)
    await desk.schedule(one, at=lisbon("2026-05-14T20:00"))
    assert await free(desk, 3, one) == ["Thu 14 May 15:00", "Thu 14 May 23:00", "Fri 15 May 02:00"]


@pytest.mark.parametrize("hours", [24 * 7 - 1, 24 * 7, 24 * 7 + 1, 24 * 14, 24 * 60])
async def test_free_slot_is_found_beyond_weeks_that_are_full(desk: Desk, hours: int) -> None:
    one = await channel(desk, "One")
    last = to_ms(lisbon("2026-05-14T14:00")) + hours * 3_600_000
    before_s = (desk.clock.now_ms() - last) // 1000
    Many(desk).targets(one, "scheduled", hours, ago_s=before_s, every_s=3600)
    slot = await next_free_slot([one], clock=desk.clock, timezone=ZONE)
    assert slot
    assert slot.at == from_ms(last) + timedelta(hours=1)


async def test_too_few_slots_within_two_years_are_refused(desk: Desk) -> None:
    one = await channel(desk, "One", "Thu 18:00")
    weeks = HORIZON // timedelta(days=7) + 1
    assert len(await free(desk, weeks, one)) == weeks
    with pytest.raises(Invalid) as refused:
        await free(desk, weeks + 1, one)
    assert (refused.value.code, refused.value.detail) == (
        "SLOTS_FEW", f"Only {weeks} of {weeks + 1} posts find a free slot.",
    )  # fmt: skip


async def test_channel_that_is_full_for_two_years_takes_no_post_but_one_with_a_time(desk: Desk) -> None:
    one = await channel(desk, "One", "Thu 18:00")
    for _ in range(HORIZON // timedelta(days=7) + 1):
        await desk.schedule(one)
    assert await next_free_slot([one], clock=desk.clock, timezone=ZONE) is None
    with pytest.raises(Invalid) as refused:
        await desk.schedule(one)
    assert refused.value.code == "SLOTS_FEW"
    assert (await desk.schedule(one, at=lisbon("2026-05-14T18:01"))).note is None
    with pytest.raises(Conflict) as taken:
        await desk.schedule(one, at=lisbon("2026-05-14T18:00"))
    assert taken.value.facts["next_free"] is None
    assert taken.value.detail.endswith("less than a minute away.")
