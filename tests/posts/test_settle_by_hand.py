"""A person tells what became of a target whose outcome is unknown."""

import pytest

from app.errors import Conflict
from app.posts import service
from app.posts.states import STATES, State
from tests.posts.desk import Desk


async def in_state(desk: Desk, state: State, **columns: object) -> str:
    (target,) = (await desk.schedule(await desk.channel(), at=desk.at(60))).targets
    await desk.put_in_state(target, state, doubtful=1, attempt=3, error="No answer.", **columns)
    return target


async def settle(desk: Desk, target: str, published: bool) -> None:
    await service.settle_by_hand(target, published, by=desk.by, clock=desk.clock)


async def test_found_published(desk: Desk) -> None:
    target = await in_state(desk, "unconfirmed", retry_ms=1)
    await settle(desk, target, published=True)
    row = await desk.target(target)
    assert (row["state"], row["error"], row["doubtful"], row["retry_ms"]) == ("published", None, 0, None)
    assert (row["published_ms"], row["attempt"]) == (desk.clock.now_ms(), 4)


async def test_found_not_published_may_be_tried_again_under_a_new_id(desk: Desk) -> None:
    target = await in_state(desk, "unconfirmed", retry_ms=1)
    await settle(desk, target, published=False)
    row = await desk.target(target)
    assert (row["state"], row["error"], row["doubtful"]) == ("failed", "It was not published, as somebody looked.", 0)
    await service.retry(row["post"], by=desk.by, clock=desk.clock, queue=None)
    assert (await desk.target(target))["generation"] == row["generation"] + 1


@pytest.mark.parametrize("state", [state for state in STATES if state != "unconfirmed"])
@pytest.mark.parametrize("published", [True, False])
async def test_only_an_unknown_outcome_is_settled_by_hand(desk: Desk, state: State, published: bool) -> None:
    target = await in_state(desk, state)
    before = await desk.target(target)
    with pytest.raises(Conflict):
        await settle(desk, target, published)
    assert await desk.target(target) == before


async def test_not_published_is_refused_while_the_target_is_being_sent_again(desk: Desk) -> None:
    target = await in_state(desk, "unconfirmed", lease_owner="worker-1/1", lease_until_ms=desk.clock.now_ms() + 1000)
    with pytest.raises(Conflict, match="while it is sent again"):
        await settle(desk, target, published=False)
    await settle(desk, target, published=True)
    assert await desk.state(target) == "published"
