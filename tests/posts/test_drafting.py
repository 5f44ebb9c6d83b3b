"""A draft has no time, may be unfinished, goes out by nobody's hand but a person's, and becomes a post like others."""

from datetime import date, time, timedelta

import pytest

from app.clock import to_ms
from app.database import sql
from app.errors import Conflict, DaypartError
from app.posts import drafting, due, editing, queries, repetitions, service
from app.posts.editing import Edit
from app.posts.overriding import Own
from app.posts.queries import Filter
from app.posts.recurrence import Recurrence
from app.posts.repetitions import Wanted
from app.posts.schemas import NewPost, When
from tests.posts.desk import ZONE, Desk, rows_of_everything
from tests.posts.review import ADMIN, approval_of, gated_channel


async def draft(desk: Desk, *channels: str, **fields: object) -> str:
    wish = {"asset": "", "title": "Tulips", **fields}
    if "channels" not in wish:
        wish["channels"] = list(channels) or [await desk.channel()]
    return await drafting.save_draft(NewPost(**wish), by=desk.by, clock=desk.clock, timezone=ZONE)  # type: ignore[arg-type]


async def schedule(desk: Desk, post: str, seconds: float = 3600) -> None:
    await service.reschedule(post, When(desk.at(seconds)), by=desk.by, clock=desk.clock, timezone=ZONE)


async def test_draft_keeps_what_it_is_given_and_has_no_time(desk: Desk) -> None:
    channel = await desk.channel()
    post = await draft(
        desk, channel, description="x" * 400, hashtags="a", tags=["spring"], overrides={channel: Own(title="Own")}
    )
    found = await queries.post(post)
    assert (found.title, found.asset, found.tags) == ("Tulips", None, ["spring"])
    (target,) = found.targets
    assert (target.state, target.due, target.own) == ("draft", None, Own(title="Own"))
    assert [one.id for one in await queries.drafts(Filter())] == [post]
    assert [one.id for one in await queries.drafts(Filter(tag="winter"))] == []


async def test_draft_is_never_due_nor_late(desk: Desk) -> None:
    await draft(desk, asset=await desk.video())
    desk.hands.advance(timedelta(days=30))
    now_ms = desk.clock.now_ms()
    assert await due.due(0, now_ms, 10) + await due.catching_up(now_ms, now_ms, 10) == []
    assert await due.too_late(now_ms, 10) == []


async def test_draft_gets_a_video_and_a_time(desk: Desk) -> None:
    post = await draft(desk)
    with pytest.raises(DaypartError) as refused:
        await schedule(desk, post)
    assert refused.value.code == "ASSET_MISSING"
    asset = await desk.video()
    await editing.edit(post, Edit(asset=asset), 1, by=desk.by, clock=desk.clock, timezone=ZONE)
    await schedule(desk, post)
    (target,) = (await queries.post(post)).targets
    row = await desk.target(target.id)
    assert (row["state"], row["asset"], row["due_ms"]) == ("scheduled", asset, to_ms(desk.at(3600)))
    assert await queries.drafts(Filter()) == []


async def test_draft_may_be_too_long_until_it_is_scheduled(desk: Desk) -> None:
    channel = await desk.channel()
    await sql("UPDATE social_account SET platform = 'bluesky'")
    post = await draft(desk, channel, asset=await desk.video(), description="x" * 301)
    with pytest.raises(DaypartError) as refused:
        await schedule(desk, post)
    assert refused.value.code == "CAPTION_LONG"
    await editing.edit(post, Edit(description="short"), 1, by=desk.by, clock=desk.clock, timezone=ZONE)
    await schedule(desk, post)


async def test_video_of_a_draft_is_not_planned_twice_on_its_channel(desk: Desk) -> None:
    channel, asset = await desk.channel(title="Harbour"), await desk.video()
    await draft(desk, channel, asset=asset)
    with pytest.raises(Conflict) as refused:
        await desk.schedule(channel, asset=asset)
    assert refused.value.detail == "This video is in a draft for Harbour already: “Tulips”."
    empty = await draft(desk, channel)
    with pytest.raises(Conflict) as refused:
        await editing.edit(empty, Edit(asset=asset), 1, by=desk.by, clock=desk.clock, timezone=ZONE)
    assert refused.value.code == "VIDEO_TWICE"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "TITLE_EMPTY"),
        ({"channels": []}, "CHANNELS_NONE"),
        ({"asset": "nothing"}, "ASSET_UNKNOWN"),
        ({"tags": ["a,b"]}, "TAG_BAD"),
    ],
)
async def test_bad_draft_is_refused(desk: Desk, fields: dict[str, object], code: str) -> None:
    channel = await desk.channel()
    before = await rows_of_everything()
    with pytest.raises(DaypartError) as refused:
        await draft(desk, **{"channels": [channel], **fields})
    assert refused.value.code == code
    assert await rows_of_everything() == before


@pytest.mark.parametrize(("by_admin", "stands"), [(False, "waiting"), (True, "approved")])
async def test_draft_is_submitted_or_approved_by_who_schedules_it(desk: Desk, by_admin: bool, stands: str) -> None:
    post = await draft(desk, await gated_channel(desk), asset=await desk.video())
    assert await approval_of(post) == "none"
    desk.by = ADMIN if by_admin else desk.by
    await schedule(desk, post)
    assert await approval_of(post) == stands


async def test_draft_is_cancelled(desk: Desk) -> None:
    post = await draft(desk)
    await service.cancel(post, by=desk.by, clock=desk.clock)
    assert [target.state for target in (await queries.post(post)).targets] == ["cancelled"]


async def test_post_that_repeats_keeps_tags_and_own_texts_each_time(desk: Desk) -> None:
    channel = await desk.channel()
    rule = Recurrence(first=date(2026, 5, 15), wall=time(18), timezone=ZONE, unit="days", count=3)
    new = NewPost(await desk.video(), "News", [channel], tags=["daily"], overrides={channel: Own(title="Own")})
    made = await repetitions.schedule(new, Wanted(rule), by=desk.by, clock=desk.clock, timezone=ZONE)
    found = await queries.post(made.post)
    assert (found.tags, [target.own for target in found.targets]) == (["daily"], [Own(title="Own")] * 3)
    await editing.edit(
        made.post, Edit(overrides={channel: Own(title="Newer")}), 1, by=desk.by, clock=desk.clock, timezone=ZONE
    )
    assert {target.own for target in (await queries.post(made.post)).targets} == {Own(title="Newer")}
