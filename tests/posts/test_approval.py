"""On a channel that asks for approval nothing goes out that nobody approved, whatever happens in between."""

from collections.abc import Awaitable, Callable

import pytest

from app.database import sql
from app.errors import Conflict, DaypartError, Forbidden, Invalid
from app.posts import approval, claims, due, editing, queries, service, social
from app.posts.editing import Edit
from app.posts.schemas import When
from app.posts.social import Wanted
from tests.fakes.server import Fake
from tests.posts.desk import EDITOR, ZONE, Desk, rows_of_everything
from tests.posts.review import ADMIN, approval_of, gated_channel, version


async def approve(desk: Desk, post: str) -> None:
    await approval.approve(post, await version(post), by=ADMIN, clock=desk.clock)


async def send_back(desk: Desk, post: str, note: str = "Name the village.") -> None:
    await approval.send_back(post, await version(post), note, by=ADMIN, clock=desk.clock)


async def change_words(desk: Desk, post: str, **wanted: object) -> None:
    edit = Edit(**(wanted or {"title": "Other words"}))  # type: ignore[arg-type]
    await editing.edit(post, edit, await version(post), by=desk.by, clock=desk.clock, timezone=ZONE)


@pytest.mark.parametrize("stands", ["none", "waiting", "changes", "approved"])
@pytest.mark.parametrize("gated", [True, False])
async def test_gate_stands_in_the_claim(desk: Desk, stands: str, gated: bool) -> None:
    channel = await (gated_channel(desk) if gated else desk.channel())
    made = await desk.schedule(channel, at=desk.at(1))
    await sql("UPDATE post SET approval = ?", stands)
    target, now_ms = made.targets[0], desk.clock.now_ms()
    open_gate = stands == "approved" or not gated
    assert bool(await due.due(now_ms, now_ms + 60_000, 10)) == open_gate
    assert bool(await due.catching_up(now_ms + 120_000, now_ms + 120_000, 10)) == open_gate
    claim = await claims.take(target, 0, "w/1", now_ms + 1000)
    assert (claim is not None) == open_gate


async def test_gate_stands_before_the_call_that_cannot_be_taken_back(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(1))
    await approve(desk, made.post)
    claim = await claims.take(made.targets[0], 0, "w/1", desk.clock.now_ms())
    assert claim is not None
    assert await claims.ready(claim, {}, desk.clock.now_ms())
    await send_back(desk, made.post)
    assert await claims.intend(claim, "commit", "i", desk.clock.now_ms() + 2000) is None
    await approve(desk, made.post)
    assert await claims.intend(claim, "commit", "i", desk.clock.now_ms() + 2000) is not None


async def test_post_waits_for_approval_and_then_goes_out(desk: Desk, receiver: Fake) -> None:
    made = await desk.schedule(await gated_channel(desk, f"{receiver.url}/ok"), at=desk.at(1))
    async with desk.engine() as engine:
        desk.wait(600)
        await engine.look()
        assert await desk.state(made.targets[0]) == "scheduled"
        assert receiver.get("/counts")["total"] == 0
        await approve(desk, made.post)
        await engine.look()
        assert await desk.state(made.targets[0]) == "published"


async def test_post_that_is_not_approved_in_time_is_missed_and_says_so(desk: Desk, receiver: Fake) -> None:
    made = await desk.schedule(await gated_channel(desk, f"{receiver.url}/ok", grace_min=10), at=desk.at(1))
    async with desk.engine() as engine:
        desk.wait(602)
        await engine.look()
    row = await desk.target(made.targets[0])
    assert row["state"] == "missed"
    assert row["error"] == "Its time passed by more than the 10 min this channel allows, and it was not approved."
    assert receiver.get("/counts")["total"] == 0
    with pytest.raises(Conflict) as refused:
        await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
    assert refused.value.code == "NOT_APPROVED"


async def test_what_waits_for_approval_holds_up_nothing_else(desk: Desk, receiver: Fake) -> None:
    channel = await gated_channel(desk, f"{receiver.url}/ok")
    await desk.schedule(channel, at=desk.at(1))
    other = await desk.schedule(channel, at=desk.at(120))
    await approve(desk, other.post)
    async with desk.engine() as engine:
        desk.wait(300)
        await engine.look()
    assert await desk.state(other.targets[0]) == "published"


async def test_posts_of_those_who_approve_need_no_review(desk: Desk) -> None:
    channel = await gated_channel(desk)
    assert await approval_of((await desk.schedule(channel, at=desk.at(60))).post) == "waiting"
    desk.by = ADMIN
    assert await approval_of((await desk.schedule(channel, at=desk.at(600))).post) == "approved"


@pytest.mark.parametrize(
    ("wanted", "stands"),
    [
        ({"title": "Other"}, "waiting"),
        ({"description": "Other"}, "waiting"),
        ({"hashtags": "other"}, "waiting"),
        ({"tags": ["spring"]}, "approved"),
        ({"title": "Harbour Tonight"}, "approved"),
    ],
)
async def test_words_that_an_editor_changes_are_to_be_approved_again(
    desk: Desk, wanted: dict[str, object], stands: str
) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    await approve(desk, made.post)
    await change_words(desk, made.post, **wanted)
    assert await approval_of(made.post) == stands


async def test_words_that_an_administrator_changes_stay_approved(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    await approve(desk, made.post)
    desk.by = ADMIN
    await change_words(desk, made.post)
    assert await approval_of(made.post) == "approved"


async def test_post_that_was_sent_back_is_changed_and_submitted_again(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    await send_back(desk, made.post)
    found = await queries.post(made.post)
    assert (found.approval, found.approval_note) == ("changes", "Name the village.")
    await change_words(desk, made.post)
    assert await approval_of(made.post) == "changes"
    await approval.submit(made.post, by=desk.by, clock=desk.clock)
    found = await queries.post(made.post)
    assert (found.approval, found.approval_note) == ("waiting", None)


Step = Callable[[Desk, str], Awaitable[None]]
REFUSED: dict[str, tuple[Step, str]] = {
    "submitted twice": (lambda desk, post: approval.submit(post, by=EDITOR, clock=desk.clock), "STATE"),
    "approved by an editor": (lambda desk, post: approval.approve(post, 1, by=EDITOR, clock=desk.clock), "ROLE"),
    "approved in an old version": (
        lambda desk, post: approval.approve(post, 0, by=ADMIN, clock=desk.clock), "VERSION_STALE"
    ),
    "sent back without a word": (
        lambda desk, post: approval.send_back(post, 1, "  ", by=ADMIN, clock=desk.clock), "NOTE_EMPTY"
    ),
    "sent back at length": (
        lambda desk, post: approval.send_back(post, 1, "x" * 1001, by=ADMIN, clock=desk.clock), "NOTE_LONG"
    ),
    "posted now": (lambda desk, post: service.post_now(post, by=ADMIN, clock=desk.clock, queue=None), "NOT_APPROVED"),
    "unknown": (lambda desk, post: approval.approve("none", 1, by=ADMIN, clock=desk.clock), "POST_UNKNOWN"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_refused_step_changes_nothing(desk: Desk, case: str) -> None:
    step, code = REFUSED[case]
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    before, found = await rows_of_everything(), await queries.post(made.post)
    with pytest.raises(DaypartError) as refused:
        await step(desk, made.post)
    assert refused.value.code == code
    assert (await rows_of_everything(), await queries.post(made.post)) == (before, found)


async def test_nothing_is_reviewed_where_no_channel_asks_for_it(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    for step in (approval.submit(made.post, by=desk.by, clock=desk.clock), approve(desk, made.post)):
        with pytest.raises(Conflict) as refused:
            await step
        assert refused.value.code == "REVIEW_NOT_NEEDED"


async def ask_for_approval(desk: Desk, channel: str, needed: bool, by: object) -> None:
    before = await social.account(channel)
    wanted = Wanted(before.channel.title, before.url, ZONE, before.channel.slug, needs_approval=needed)
    await social.edit(channel, wanted, before.channel.version, by=by, clock=desk.clock)  # type: ignore[arg-type]


async def test_what_is_planned_is_submitted_once_its_channel_asks_for_approval(desk: Desk) -> None:
    channel = await desk.channel()
    made, other = await desk.schedule(channel, at=desk.at(3600)), await desk.schedule(await desk.channel())
    desk.by = ADMIN
    approved = await desk.schedule(channel, at=desk.at(7200))
    await ask_for_approval(desk, channel, True, ADMIN)
    assert [await approval_of(one.post) for one in (made, other, approved)] == ["waiting", "none", "approved"]
    assert await queries.in_review() == 1
    await ask_for_approval(desk, channel, False, ADMIN)
    assert await queries.in_review() == 0


async def test_editor_cannot_open_the_gate(desk: Desk) -> None:
    channel = await gated_channel(desk)
    with pytest.raises(Forbidden):
        await ask_for_approval(desk, channel, False, EDITOR)
    assert (await social.account(channel)).needs_approval


async def test_new_time_takes_no_approval_back(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    await approve(desk, made.post)
    await service.reschedule(made.post, When(desk.at(7200)), by=desk.by, clock=desk.clock, timezone=ZONE)
    assert await approval_of(made.post) == "approved"


async def test_note_of_a_wrong_kind_is_told_at_its_field(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(3600))
    with pytest.raises(Invalid) as refused:
        await send_back(desk, made.post, "")
    assert list(refused.value.errors) == ["note"]
