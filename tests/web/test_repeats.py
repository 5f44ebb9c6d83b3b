"""A POST under an Idempotency-Key is carried out once, however often it is sent."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from app.settings import Settings

CHANNEL = {"title": "Slow Kitchen", "url": "https://receiver.example.org/x", "timezone": "Europe/Lisbon"}
KEY = {"idempotency-key": "a-key"}


def _count(settings: Settings, table: str) -> int:
    with closing(sqlite3.connect(settings.database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_a_repeat_gets_the_first_answer_and_changes_nothing(scripts, settings):
    first = await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    second = await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert _count(settings, "channel") == 1


async def test_the_same_key_for_another_request_is_refused(scripts, settings):
    await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    other = await scripts["editor"].post("/api/channels", json=CHANNEL | {"title": "Other"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "KEY_REUSED")
    assert _count(settings, "channel") == 1


async def test_keys_of_two_callers_do_not_meet(scripts, settings):
    await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    other = await scripts["admin"].post("/api/channels", json=CHANNEL | {"title": "Other"}, headers=KEY)
    assert other.status_code == 201
    assert _count(settings, "channel") == 2


async def test_a_refused_request_may_be_repeated_until_it_succeeds(scripts):
    refused = await scripts["editor"].post("/api/channels", json=CHANNEL | {"timezone": "Mars/Base"}, headers=KEY)
    again = await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    assert (refused.status_code, again.status_code) == (422, 201)


async def test_of_requests_at_one_time_only_one_is_carried_out(scripts, settings):
    sent = [scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY) for _ in range(8)]
    statuses = [answer.status_code for answer in await asyncio.gather(*sent)]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert _count(settings, "channel") == 1


async def test_a_lost_answer_is_not_made_up_by_doing_it_again(scripts, settings):
    await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.execute("UPDATE idempotency SET status = NULL, response = NULL")
    repeat = await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    assert (repeat.status_code, repeat.json()["code"]) == (409, "KEY_DONE")
    assert _count(settings, "channel") == 1


@pytest.mark.parametrize("key", ["x" * 201, "a\x7fb"])
async def test_a_key_that_cannot_be_one_is_refused(scripts, key):
    answer = await scripts["editor"].post("/api/channels", json=CHANNEL, headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "KEY_BAD")


async def test_after_a_day_a_key_is_forgotten(scripts, settings, clock):
    await scripts["editor"].post("/api/channels", json=CHANNEL, headers=KEY)
    clock._ns += 25 * 3600 * 10**9
    await scripts["editor"].post("/api/channels", json=CHANNEL | {"title": "B"}, headers={"idempotency-key": "b"})
    assert _count(settings, "idempotency") == 1
