"""What a post says may be changed while it waits, by one person at a time, and goes out as it reads then."""

import asyncio
from collections.abc import Mapping

import pytest

from app.database import sql
from app.errors import Conflict, DaypartError
from app.posts import claims, editing, queries, service
from app.posts.editing import Edit
from app.posts.overriding import Own
from app.posts.schemas import NewPost, PostView, When
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk, rows_of_everything


async def edit(desk: Desk, post: str, version: int = 1, **wanted: object) -> PostView:
    asked = Edit(**wanted)  # type: ignore[arg-type]
    return await editing.edit(post, asked, version, by=desk.by, clock=desk.clock, timezone=ZONE)


async def on_platform(desk: Desk, platform: str) -> str:
    channel = await desk.channel()
    await sql("UPDATE social_account SET platform = ? WHERE channel = ?", platform, channel)
    return channel


async def test_texts_tags_and_own_texts_are_changed_and_the_rest_stays(desk: Desk) -> None:
    one, other = await desk.channel(), await desk.channel()
    made = await desk.schedule(one, other, at=desk.at(3600), description="Before", hashtags="a b")
    found = await edit(desk, made.post, title="After", tags=["Spring", "market"], overrides={one: Own(title="Bus")})
    assert (found.title, found.description, found.hashtags, found.tags, found.version) == (
        "After", "Before", ["a", "b"], ["market", "spring"], 2,
    )  # fmt: skip
    assert {target.channel: target.own for target in found.targets} == {one: Own(title="Bus"), other: None}
    found = await edit(desk, made.post, 2, overrides={other: Own(hashtags="c")})
    assert {t.channel: t.own for t in found.targets} == {one: Own(title="Bus"), other: Own(hashtags=["c"])}
    found = await edit(desk, made.post, 3, overrides={one: Own()})
    assert {t.channel: t.own for t in found.targets} == {one: None, other: Own(hashtags=["c"])}


async def test_of_two_who_edit_at_once_one_is_told(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    done = await asyncio.gather(
        *(edit(desk, made.post, title=f"Words {number}") for number in range(5)), return_exceptions=True
    )
    codes = [one.code for one in done if isinstance(one, Conflict)]
    assert codes == ["VERSION_STALE"] * 4


async def test_nothing_that_differs_is_no_change(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    before = await rows_of_everything()
    assert (await edit(desk, made.post, title=" Harbour  Tonight ")).version == 1
    assert await rows_of_everything() == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"title": ""}, "TITLE_EMPTY"),
        ({"title": "x" * 101}, "TITLE_LONG"),
        ({"hashtags": "a-b"}, "HASHTAG_BAD"),
        ({"tags": ["x" * 41]}, "TAG_BAD"),
        ({"overrides": {"nowhere": Own(title="x")}}, "OVERRIDE_CHANNEL"),
        ({"asset": "other"}, "ASSET_FIXED"),
    ],
)
async def test_bad_change_is_refused_and_nothing_stored(desk: Desk, wanted: Mapping[str, object], code: str) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    before, found = await rows_of_everything(), await queries.post(made.post)
    with pytest.raises(DaypartError) as refused:
        await edit(desk, made.post, **wanted)
    assert refused.value.code == code
    assert (await rows_of_everything(), await queries.post(made.post)) == (before, found)


@pytest.mark.parametrize("state", ["committing", "confirming", "unconfirmed", "published", "cancelled"])
async def test_what_is_under_way_or_over_is_not_changed(desk: Desk, state: str) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    await desk.put_in_state(made.targets[0], state)
    with pytest.raises(Conflict) as refused:
        await edit(desk, made.post, title="Other")
    assert refused.value.code == "STATE"


async def test_words_too_long_for_a_platform_are_refused_at_the_field_that_has_them(desk: Desk) -> None:
    channel = await on_platform(desk, "bluesky")
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    await sql("UPDATE target SET channel = ? WHERE id = ?", channel, made.targets[0])
    with pytest.raises(DaypartError) as refused:
        await edit(desk, made.post, description="x" * 301)
    assert (refused.value.code, list(refused.value.errors)) == ("CAPTION_LONG", ["description"])
    with pytest.raises(DaypartError) as refused:
        await edit(desk, made.post, overrides={channel: Own(description="x" * 301)})
    assert list(refused.value.errors) == [f"overrides.{channel}.description"]
    assert (await edit(desk, made.post, description="x" * 301, overrides={channel: Own(description="x")})).version == 2


async def test_own_texts_make_a_post_fit_that_is_too_long_otherwise(desk: Desk) -> None:
    channel = await on_platform(desk, "bluesky")
    new = {"description": "x" * 301, "title": "Rain"}
    with pytest.raises(DaypartError):
        await desk.schedule(channel, at=desk.at(3600), **new)
    await desk.schedule(channel, at=desk.at(3600), overrides={channel: Own(description="short")}, **new)


@pytest.mark.parametrize("act", ["reschedule", "post now"])
async def test_platform_limits_are_judged_again_when_a_post_is_moved(desk: Desk, act: str) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600), description="x" * 301)
    await sql("UPDATE social_account SET platform = 'bluesky'")
    before = await rows_of_everything()
    when = When(desk.at(7200))
    with pytest.raises(DaypartError) as refused:
        await {
            "reschedule": lambda: service.reschedule(made.post, when, by=desk.by, clock=desk.clock, timezone=ZONE),
            "post now": lambda: service.post_now(made.post, by=desk.by, clock=desk.clock, queue=None),
        }[act]()
    assert refused.value.code == "CAPTION_LONG"
    assert await rows_of_everything() == before


@pytest.mark.parametrize("state", ["preparing", "ready"])
async def test_worker_that_has_begun_with_the_old_words_is_stopped(desk: Desk, state: str) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(1))
    claim = await claims.take(made.targets[0], 0, "w/1", desk.clock.now_ms())
    assert claim is not None
    if state == "ready":
        assert await claims.ready(claim, {}, desk.clock.now_ms())
    await edit(desk, made.post, title="Newer")
    assert await desk.state(made.targets[0]) == "scheduled"
    assert not await claims.ready(claim, {}, desk.clock.now_ms())
    assert await claims.intend(claim, "commit", "i", desk.clock.now_ms() + 2000) is None


async def test_each_channel_is_sent_its_own_texts_and_they_are_kept_as_they_went_out(
    desk: Desk, receiver: Fake
) -> None:
    one, other = [await desk.channel(f"{receiver.url}/ok") for _ in range(2)]
    own = {one: Own("Bus", "", "bus early")}
    made = await desk.schedule(one, other, at=desk.at(1), description="Twelve stalls.", hashtags="m", overrides=own)
    await edit(desk, made.post, title="At last")
    async with desk.engine() as engine:
        desk.wait(1)
        await engine.look()
    sent = {body["target_id"]: body for body in (request["body"]["data"] for request in receiver.requests())}
    told = {target: (body["title"], body["description"], body["hashtags"]) for target, body in sent.items()}
    first, second = made.targets
    assert told == {
        first: ("Bus", "Twelve stalls.", ["bus", "early"]), second: ("At last", "Twelve stalls.", ["m"]),
    }  # fmt: skip
    kept = {target.id: target.sent for target in (await queries.post(made.post)).targets}
    assert kept == {target: Own(title, text, tags) for target, (title, text, tags) in told.items()}


async def test_words_of_a_post_that_failed_are_mended_and_it_is_tried_again(desk: Desk, receiver: Fake) -> None:
    made = await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))
    await desk.put_in_state(made.targets[0], "failed")
    await edit(desk, made.post, title="Mended")
    await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
    async with desk.engine() as engine:
        await engine.look()
    assert receiver.requests()[0]["body"]["data"]["title"] == "Mended"


async def test_own_texts_of_a_channel_that_the_post_does_not_go_to_are_refused(desk: Desk) -> None:
    new = NewPost(await desk.video(), "Rain", [await desk.channel()], overrides={"elsewhere": Own(title="x")})
    before = await rows_of_everything()
    with pytest.raises(DaypartError) as refused:
        await service.schedule(new, by=desk.by, clock=desk.clock, timezone=ZONE)
    assert refused.value.code == "OVERRIDE_CHANNEL"
    assert await rows_of_everything() == before


async def test_what_may_be_out_is_sent_again_in_the_words_that_were_sent(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"path": "/ok", "behaviours": ["drop-after", "ok"]})
    doubtful, ahead = await desk.channel(f"{receiver.url}/ok"), await desk.channel()
    made = await desk.schedule(doubtful, ahead, at=desk.at(1), title="As sent")
    await sql("UPDATE target SET due_ms = due_ms + 86400000 WHERE channel = ?", ahead)
    (target,) = [row["id"] for row in await sql("SELECT id FROM target WHERE channel = ?", doubtful)]
    async with desk.engine() as engine:
        desk.wait(1)
        await engine.look()
        assert await desk.state(target) == "unconfirmed"
        found = await edit(desk, made.post, title="Later")
        await desk.wait_for_retry(target)
        await engine.look()
        assert await desk.state(target) == "published"
    assert [request["body"]["data"]["title"] for request in receiver.requests()] == ["As sent", "As sent"]
    assert {one.channel: one.sent and one.sent.title for one in found.targets} == {doubtful: "As sent", ahead: None}
