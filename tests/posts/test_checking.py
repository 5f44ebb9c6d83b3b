"""What would not go out is said within the hour before, goes away when it is mended, and is not sent at the hour."""

from collections.abc import Awaitable, Callable

import pytest

from app.channels.service import set_active
from app.database import sql
from app.posts import checking, editing, queries
from app.posts.editing import Edit
from app.posts.queries import Filter
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk
from tests.posts.review import gated_channel

Spoil = Callable[[Desk], Awaitable[object]]


async def _lose_the_file(desk: Desk) -> None:
    (desk.settings.media / "p").unlink()


SPOILT: dict[str, tuple[Spoil, str]] = {
    "file": (_lose_the_file, "The file of its video is missing. Restore it in the media folder."),
    "video": (
        lambda desk: sql("UPDATE asset SET state = 'retired'"),
        "Its video is not ready any more. Make it ready in the library, or cancel the post.",
    ),
    "limits": (
        lambda desk: sql("UPDATE social_account SET platform = 'bluesky'"),
        "On Bluesky the text with its hashtags has 400 characters; at most 300 fit.",
    ),
    "connection": (
        lambda desk: sql("UPDATE social_account SET needs_reconnect = 'It refused the secret.'"),
        "Harbour refuses posts: It refused the secret.",
    ),
    "approval": (
        lambda desk: sql("UPDATE social_account SET needs_approval = 1"),
        "It needs approval and was not submitted for review.",
    ),
}  # fmt: skip


async def look(desk: Desk) -> int:
    return await checking.check_ahead(desk.clock, desk.settings.media)


async def problem(desk: Desk, target: str) -> str | None:
    found: str | None = (await desk.target(target))["problem"]
    return found


@pytest.mark.parametrize("case", SPOILT)
async def test_problem_is_found_within_the_hour_told_once_and_gone_when_it_is_mended(desk: Desk, case: str) -> None:
    spoil, words = SPOILT[case]
    made = await desk.schedule(await desk.channel(title="Harbour"), at=desk.at(5400), description="x" * 400)
    (target,) = made.targets
    await spoil(desk)
    assert await look(desk) == 0  # too far ahead
    desk.wait(1801)
    assert (await look(desk), await problem(desk, target)) == (1, words)
    assert await look(desk) == 0
    assert [post.id for post in await queries.with_problems()] == [made.post]
    (desk.settings.media / "p").touch()
    await sql("UPDATE asset SET state = 'ready'")
    await sql("UPDATE social_account SET platform = 'webhook', needs_reconnect = NULL, needs_approval = 0")
    assert (await look(desk), await problem(desk, target)) == (1, None)
    verbs = await sql("SELECT verb FROM event WHERE subject_id = ? ORDER BY seq", target)
    assert [row["verb"] for row in verbs] == ["scheduled", "problem found", "problem gone"]


async def test_channel_that_was_switched_off_is_named(desk: Desk) -> None:
    channel = await desk.channel(title="Harbour")
    made = await desk.schedule(channel, at=desk.at(600))
    await set_active(channel, False, by=desk.by, clock=desk.clock)
    await look(desk)
    assert await problem(desk, made.targets[0]) == "Harbour is switched off."


async def test_problem_that_was_found_in_old_words_is_not_stored(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(600), description="x" * 400)
    await sql("UPDATE social_account SET platform = 'bluesky'")
    await look(desk)
    assert await problem(desk, made.targets[0])
    await editing.edit(made.post, Edit(description="short"), 1, by=desk.by, clock=desk.clock, timezone=ZONE)
    assert await problem(desk, made.targets[0]) is None
    assert await look(desk) == 0


@pytest.mark.parametrize("case", ["file", "video"])
async def test_what_cannot_be_sent_fails_in_plain_words_and_others_go_out(
    desk: Desk, receiver: Fake, case: str
) -> None:
    spoil, words = SPOILT[case]
    bad = await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))
    good = await desk.schedule(await desk.channel(f"{receiver.url}/ok"), at=desk.at(1))
    other = good.targets[0]
    await sql("UPDATE media SET path = 'q' WHERE id = (SELECT media FROM asset WHERE id = ?)",
              (await desk.target(other))["asset"])  # fmt: skip
    (desk.settings.media / "q").touch()
    if case == "file":
        await spoil(desk)
    else:
        await sql("UPDATE asset SET state = 'retired' WHERE id <> ?", (await desk.target(other))["asset"])
    async with desk.engine() as engine:
        desk.wait(1)
        await engine.look()
    row = await desk.target(bad.targets[0])
    assert (row["state"], row["error"]) == ("failed", words)
    assert await desk.state(other) == "published"
    assert receiver.get("/counts")["total"] == 1
    assert [post.id for post in await queries.needing_attention(Filter())] == [bad.post]


async def test_problem_of_a_post_in_review_says_what_was_asked(desk: Desk) -> None:
    made = await desk.schedule(await gated_channel(desk), at=desk.at(600))
    await sql("UPDATE post SET approval = 'changes', approval_note = 'Name the village.'")
    await look(desk)
    assert await problem(desk, made.targets[0]) == "A reviewer asked for changes: Name the village."
