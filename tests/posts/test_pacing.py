"""Orders with one token keep their distance, over all channels and workers; the others are not held up."""

import asyncio
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.clock import ManualClock, to_ms
from app.database import sql
from app.posts.adapters.github import GitHub
from app.posts.adapters.webhook import Webhook
from app.posts.pacing import AHEAD_MS, EVERY_MS, place
from tests.fakes.server import Fake
from tests.posts.adapters import githubs
from tests.posts.adapters.githubs import dispatched
from tests.posts.desk import NOW, Desk
from tests.posts.platforms import github_channel

NOW_MS = to_ms(NOW)


async def test_first_place_is_the_one_that_is_wanted_and_the_next_keep_their_distance(desk: Desk) -> None:
    places = [await place("a", str(number), NOW_MS, NOW_MS) for number in range(3)]
    assert places == [NOW_MS, NOW_MS + EVERY_MS, NOW_MS + 2 * EVERY_MS]
    assert await place("b", "0", NOW_MS, NOW_MS) == NOW_MS


async def test_whoever_comes_again_before_the_last_place_has_it_still(desk: Desk) -> None:
    assert [await place("a", "one", NOW_MS, NOW_MS) for _ in range(3)] == [NOW_MS] * 3
    assert await place("a", "two", NOW_MS, NOW_MS) == NOW_MS + EVERY_MS
    assert await place("a", "one", NOW_MS, NOW_MS) == NOW_MS + 2 * EVERY_MS
    later_ms = NOW_MS + 2 * EVERY_MS + 1
    assert await place("a", "one", later_ms, later_ms) == NOW_MS + 3 * EVERY_MS


async def test_no_place_is_given_further_ahead_than_a_lease_allows(desk: Desk) -> None:
    given_out = [await place("a", str(number), NOW_MS, NOW_MS) for number in range(100)]
    found = [at_ms for at_ms in given_out if at_ms is not None]
    assert max(found) <= NOW_MS + AHEAD_MS
    assert given_out[len(found) :] == [None] * (100 - len(found))
    later_ms = NOW_MS + 1000
    assert await place("a", "late", later_ms, later_ms) == max(found) + EVERY_MS


async def test_clock_that_was_set_back_holds_nobody_up(desk: Desk) -> None:
    hour_ms = 3_600_000
    for taker in ("one", "two"):
        assert await place("a", "one", NOW_MS + hour_ms, NOW_MS + hour_ms) == NOW_MS + hour_ms
        assert await place("a", taker, NOW_MS, NOW_MS) == NOW_MS
        await sql("DELETE FROM pace")


async def test_places_asked_for_at_once_are_all_different(desk: Desk) -> None:
    places = await asyncio.gather(*(place("a", str(number), NOW_MS, NOW_MS) for number in range(8)))
    assert sorted(at_ms for at_ms in places if at_ms is not None) == [NOW_MS + n * EVERY_MS for n in range(8)]


@given(st.text(min_size=1, max_size=20), st.sampled_from(["https://api.github.com", "https://git.acme.test/api/v3"]))
def test_key_is_of_server_and_token_and_tells_neither(repository: str, api_url: str) -> None:
    one = githubs.publication(api_url, repository="acme/show")
    other = githubs.publication(api_url, repository=f"acme/{repository}")
    key = GitHub().pace_key(one)
    assert key is not None
    assert key == GitHub().pace_key(other)
    assert one.secret not in key
    assert key != GitHub().pace_key(githubs.publication("https://elsewhere.test"))
    assert Webhook().pace_key(one) is None


async def test_posts_due_at_once_on_several_channels_of_a_token_go_out_apart(desk: Desk, github: Fake) -> None:
    """With the clock moved on by hand while the engine waits for its places."""
    channels = [await github_channel(desk, github, f"Show {number}") for number in range(4)]
    due = desk.at(1)
    targets = [(await desk.schedule(channel, at=due)).targets[0] for channel in channels]
    async with desk.engine() as engine, asyncio.timeout(60):
        while len(dispatched(github)) < len(channels):
            await engine.loop.look()
            await asyncio.sleep(0.02)
            assert isinstance(desk.clock, ManualClock)
            desk.clock.advance(timedelta(milliseconds=50))
        await engine.finish()
    times = sorted([row["committed_ms"] for row in await sql("SELECT committed_ms FROM target")])
    # Whoever waits may be late by the steps of the clock, but nobody is before their place.
    assert all(at_ms >= to_ms(due) + number * EVERY_MS for number, at_ms in enumerate(times))
    assert await sql("SELECT next_ms FROM pace") == [{"next_ms": to_ms(due) + len(channels) * EVERY_MS}]
    assert github.get("/counts")["by_schedule"] == dict.fromkeys(targets, 1)


async def test_post_that_finds_no_place_waits_without_losing_a_try(desk: Desk, github: Fake) -> None:
    channel = await github_channel(desk, github)
    (target,) = (await desk.schedule(channel, at=desk.clock.now())).targets
    key = GitHub().pace_key(githubs.publication(github.url))
    await sql(
        "INSERT INTO pace (key, taker, next_ms) VALUES (?, 'another', ?)", key, desk.clock.now_ms() + AHEAD_MS + 1
    )
    async with desk.engine() as engine:
        await engine.look()
        row = await desk.target(target)
        assert (row["state"], row["tries"], row["attempt"], dispatched(github)) == ("scheduled", 0, 0, [])
        desk.wait(AHEAD_MS / 1000 + 1)
        await engine.look()
    assert await desk.state(target) == "confirming"
    assert len(dispatched(github)) == 1
