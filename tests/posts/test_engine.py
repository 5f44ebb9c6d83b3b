"""A target's way through the engine to each of its ends, as the receiver behaves."""

import asyncio
import sqlite3

import pytest

from app.accounts.desk import forbid_host
from app.channels.service import set_active, set_paused
from app.clock import from_ms, to_ms
from app.database import sql
from app.posts import publishing
from app.posts.outcomes import TRIES_MOST
from tests.fakes.server import Fake
from tests.posts.desk import Desk, until_state


async def test_due_target_is_published_and_everything_about_it_is_kept(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    async with desk.engine() as engine:
        await engine.look()
    row, (attempt,) = await desk.target(target), await desk.attempts(target)
    now_ms = desk.clock.now_ms()
    assert (row["state"], row["error"], row["tries"], row["lease_until_ms"]) == ("published", None, 1, None)
    assert (row["remote_id"], row["remote_url"]) == ("p1", "https://receiver.example/p1")
    assert (row["committed_ms"], row["published_ms"]) == (now_ms, now_ms)
    assert (attempt["phase"], attempt["intent"], attempt["outcome"]) == ("commit", f"pub:{target}:1", "published")
    assert receiver.get("/counts") == {"total": 1, "distinct": 1, "published": 1}


async def test_target_that_is_not_due_is_left_alone(desk: Desk, receiver: Fake) -> None:
    channel = await desk.channel(f"{receiver.url}/ok")
    (target,) = (await desk.schedule(channel, at=desk.at(6))).targets
    async with desk.engine() as engine:
        await engine.look()
        assert await desk.state(target) == "scheduled"
    assert receiver.requests() == []


async def test_busy_receiver_is_tried_again_when_it_asked_for_it(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"behaviours": ["429-seconds?after=90", "ok"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine() as engine:
        await engine.look()
        row = await desk.target(target)
        assert (row["state"], row["error"]) == ("retry_wait", "The receiver answered 429: it is busy.")
        assert from_ms(row["retry_ms"]) == desk.at(90)
        desk.wait(84)
        await engine.look()
        assert await desk.state(target) == "retry_wait"
        desk.wait(6)
        await engine.look()
    assert (await desk.target(target))["error"] is None
    assert [attempt["outcome"] for attempt in await desk.attempts(target)] == ["not sent", "published"]
    assert receiver.get("/counts")["distinct"] == 1


async def test_receiver_that_stays_busy_fails_the_target_after_its_tries(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/429-seconds?after=60")
    async with desk.engine() as engine:
        for _ in range(TRIES_MOST + 2):
            await engine.look()
            desk.wait(60)
    row = await desk.target(target)
    assert (row["state"], row["tries"], row["retry_ms"]) == ("failed", TRIES_MOST, None)
    assert receiver.get("/counts") == {"total": TRIES_MOST, "distinct": 1, "published": 0}


async def test_refusal_is_final_and_told_in_its_words(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/400")
    async with desk.engine() as engine:
        await engine.look()
        desk.wait(3600)
        await engine.look()
    row = await desk.target(target)
    assert (row["state"], row["retry_ms"]) == ("failed", None)
    assert row["error"] == "The receiver answered 400 and refused the post: answering 400."
    assert receiver.get("/counts")["total"] == 1


@pytest.mark.parametrize("lost", ["drop-after", "drop-before", "500", "502-html"])
async def test_lost_answer_is_found_out_by_sending_the_same_id_again(desk: Desk, receiver: Fake, lost: str) -> None:
    receiver.post("/script", {"behaviours": [lost, "ok"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine() as engine:
        await engine.look()
        row = await desk.target(target)
        assert (row["state"], row["doubtful"]) == ("unconfirmed", 1)
        assert "may have the post" in row["error"]
        await desk.wait_for_retry(target)
        await engine.look()
    row = await desk.target(target)
    assert (row["state"], row["error"], row["doubtful"]) == ("published", None, 0)
    assert [attempt["phase"] for attempt in await desk.attempts(target)] == ["commit", "reconcile"]
    assert receiver.get("/counts") == {"total": 2, "distinct": 1, "published": 1}


async def test_doubt_that_nothing_ends_stays_and_is_never_called_failed(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"behaviours": ["drop-after", "429-seconds?after=1", "drop-before", "500", "400"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine() as engine:
        for _ in range(TRIES_MOST - 1):
            await engine.look()
            await desk.wait_for_retry(target)
            assert await desk.state(target) == "unconfirmed"
        await engine.look()
        desk.wait(24 * 3600)
        await engine.look()
    row = await desk.target(target)
    assert (row["state"], row["retry_ms"], row["tries"]) == ("unconfirmed", None, TRIES_MOST)
    assert row["error"].endswith("An earlier try may have been published.")
    assert receiver.get("/counts") == {"total": TRIES_MOST, "distinct": 1, "published": 1}


async def test_accepted_target_is_asked_about_until_it_is_out(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/accepted?pending=2")
    async with desk.engine() as engine:
        seen = []
        for _ in range(4):
            await engine.look()
            seen.append(await desk.state(target))
            desk.wait(20)
    assert seen == ["confirming", "confirming", "confirming", "published"]
    assert receiver.get("/counts")["total"] == 1


async def test_accepted_target_whose_receiver_stays_silent_ends_in_doubt(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/accepted?pending=1000")
    async with desk.engine() as engine:
        for _ in range(4):
            await engine.look()
            desk.wait(600)
    row = await desk.target(target)
    assert (row["state"], row["retry_ms"]) == ("unconfirmed", None)
    assert row["error"] == "The platform took it but has not said in 30 min whether it is out."
    assert receiver.get("/counts")["total"] == 1


async def test_private_address_is_a_failure_that_says_who_can_change_it(desk: Desk, receiver: Fake) -> None:
    await forbid_host("127.0.0.1", by=desk.by, clock=desk.clock)
    target = await desk.due_target(f"{receiver.url}/ok")
    async with desk.engine() as engine:
        await engine.look()
    row = await desk.target(target)
    assert row["state"] == "failed"
    assert row["error"] == "127.0.0.1 is a private address. An administrator can allow this host in Settings."
    assert receiver.requests() == []


async def test_late_target_is_published_within_the_grace_and_missed_after_it(desk: Desk, receiver: Fake) -> None:
    within, after = await desk.due_target(f"{receiver.url}/ok"), await desk.due_target(f"{receiver.url}/ok")
    desk.wait(3600)
    await sql("UPDATE target SET due_ms = due_ms - 1 WHERE id = ?", after)
    async with desk.engine() as engine:
        await engine.look()
    assert await desk.state(within) == "published"
    row = await desk.target(after)
    assert row["state"] == "missed"
    assert row["error"] == "Its time passed while it could not go out, by more than the 60 min this channel allows."
    assert receiver.get("/counts")["total"] == 1


@pytest.mark.parametrize("close", [set_paused, set_active])
async def test_closed_channel_sends_nothing_until_it_is_open_again(desk: Desk, receiver: Fake, close: object) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    channel = (await desk.target(target))["channel"]
    shut = close is set_paused
    await close(channel, shut, by=desk.by, clock=desk.clock)  # type: ignore[operator]
    async with desk.engine() as engine:
        await engine.look()
        assert (await desk.state(target), receiver.requests()) == ("scheduled", [])
        await close(channel, not shut, by=desk.by, clock=desk.clock)  # type: ignore[operator]
        await engine.look()
    assert await desk.state(target) == "published"


async def test_account_that_was_refused_counts_as_mended_once_it_publishes(desk: Desk, receiver: Fake) -> None:
    receiver.post("/script", {"behaviours": ["410", "ok"]})
    channel = await desk.channel(f"{receiver.url}/hook")
    (first,) = (await desk.schedule(channel, at=desk.clock.now())).targets
    async with desk.engine() as engine:
        await engine.look()
        assert await desk.state(first) == "failed"
        assert "it is gone" in await _needs_reconnect(channel)
        await desk.schedule(channel, at=desk.at(60))
        desk.wait(60)
        await engine.look()
    assert await _needs_reconnect(channel) == ""


async def _needs_reconnect(channel: str) -> str:
    rows = await sql("SELECT needs_reconnect FROM social_account WHERE channel = ?", channel)
    return str(rows[0]["needs_reconnect"] or "")


async def test_settings_that_cannot_be_read_fail_in_plain_words_and_are_not_tried_for_ever(desk: Desk) -> None:
    target = await desk.due_target("http://127.0.0.1:9/ok")
    await sql("UPDATE social_account SET secret_enc = ?", b"made with another key file")
    async with desk.engine() as engine:
        for _ in range(TRIES_MOST + 1):
            await engine.look()
            desk.wait(3600)
    row = await desk.target(target)
    assert (row["state"], row["tries"]) == ("failed", TRIES_MOST)
    assert row["error"] == "An error of Daypart's own, InvalidToken; the log has the details."


async def test_lateness_counts_from_the_time_that_was_meant(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/ok")
    due = desk.clock.now()
    desk.wait(7)
    async with desk.engine() as engine:
        await engine.look()
    row = await desk.target(target)
    assert (row["due_ms"], row["committed_ms"]) == (to_ms(due), to_ms(due) + 7000)


async def test_receiver_that_never_answers_is_left_after_a_time_and_asked_again(
    desk: Desk, receiver: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "STEP_TIMEOUT_S", 0.2)
    receiver.post("/script", {"behaviours": ["slow?ms=60000", "ok"]})
    target = await desk.due_target(f"{receiver.url}/hook")
    async with desk.engine() as engine:
        await engine.look()
        row = await desk.target(target)
        assert (row["state"], row["error"]) == (
            "unconfirmed", "No answer within 0.2 s, so the platform may have the post.",
        )  # fmt: skip
        await desk.wait_for_retry(target)
        await engine.look()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts") == {"total": 2, "distinct": 1, "published": 1}


async def test_outcome_is_stored_once_the_database_is_free_again(desk: Desk, receiver: Fake) -> None:
    target = await desk.due_target(f"{receiver.url}/slow?ms=200")
    await sql("PRAGMA busy_timeout=50")
    async with desk.engine() as engine:
        await engine.loop.look()
        await until_state(desk, target, "committing")
        other = sqlite3.connect(desk.settings.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.5)
        other.execute("ROLLBACK")
        other.close()
        await engine.finish()
    assert await desk.state(target) == "published"
    assert receiver.get("/counts")["total"] == 1
