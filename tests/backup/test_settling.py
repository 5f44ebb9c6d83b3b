"""What a restored desk may not publish by itself: everything that may have gone out since the backup."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.clock import ManualClock, MasterClock, from_ms, to_ms
from app.posts import due, repetitions, service
from app.posts.claims import recover
from app.settings import Settings
from tests.backup.conftest import Desk, asked, sql
from tests.backup.filled import BY, START

MADE = START + timedelta(minutes=10)
RESTORED = MADE + timedelta(days=2)
BEFORE, SINCE, AHEAD = MADE - timedelta(minutes=30), MADE + timedelta(days=1), RESTORED + timedelta(days=1)
WORDS = "This desk was restored from a backup of Sat 21 Nov, 12:10; this may have gone out since."


def target(desk: Desk, state: str, at: datetime, **values: Any) -> str:
    """Bring the target of the post “Later” on Slow Kitchen into a state."""
    ((chosen,),) = desk.sql(
        "SELECT t.id FROM target t JOIN post p ON p.id = t.post JOIN channel c ON c.id = t.channel"
        " WHERE p.title = 'Later' AND c.slug = 'slow-kitchen'"
    )
    desk.sql("UPDATE target SET due_ms = ? WHERE state = 'scheduled'", to_ms(AHEAD))
    columns = {"state": state, "due_ms": to_ms(at), "attempt": 3, "tries": 1, **values}
    names = ", ".join(f"{name} = ?" for name in columns)
    desk.sql(f"UPDATE target SET {names} WHERE id = ?", *columns.values(), chosen)
    return str(chosen)


def found(settings: Settings, chosen: str) -> dict[str, Any]:
    names = ("state", "doubtful", "attempt", "retry_ms", "lease_owner", "lease_until_ms", "error")
    (row,) = sql(settings, f"SELECT {', '.join(names)} FROM target WHERE id = ?", chosen)
    return dict(zip(names, row, strict=True))


LEASE = {"lease_owner": "worker-1/1", "lease_until_ms": to_ms(MADE) + 30_000}


@pytest.mark.parametrize(
    ("state", "at", "values"),
    [
        ("scheduled", BEFORE, {}),
        ("scheduled", BEFORE, {"paused": 1}),
        ("scheduled", SINCE, {}),
        ("scheduled", RESTORED, {}),
        ("preparing", MADE, LEASE),
        ("ready", MADE, LEASE),
        ("retry_wait", BEFORE, {"retry_ms": to_ms(SINCE)}),
        ("retry_wait", BEFORE, {"retry_ms": to_ms(AHEAD)}),
        ("committing", MADE, LEASE),
        ("committing", AHEAD, LEASE),
        ("unconfirmed", BEFORE, {"retry_ms": to_ms(SINCE), "doubtful": 1}),
        ("unconfirmed", BEFORE, LEASE),
    ],
)
def test_what_may_have_gone_out_since_waits_for_a_person(state: str, at: datetime, values: Any, desk: Desk) -> None:
    chosen = target(desk, state, at, **values)
    made = desk.backup()
    desk.clock.set(RESTORED)
    done, new = desk.restored(made.path)
    assert found(new, chosen) == {
        "state": "unconfirmed", "doubtful": 1, "attempt": 4, "retry_ms": None, "lease_owner": None,
        "lease_until_ms": None, "error": WORDS,
    }  # fmt: skip
    assert done.settled.unconfirmed == 1
    assert work(new, RESTORED + timedelta(hours=1)) == []


def work(settings: Settings, now: datetime) -> list[str]:
    """The targets that a worker of the restored desk would do anything about."""
    now_ms = to_ms(now)

    async def looks() -> list[str]:
        waiting = [*await due.due(now_ms, now_ms + 60_000, 9), *await due.catching_up(now_ms, now_ms + 60_000, 9)]
        rows = [*await due.to_ask(now_ms, 9), *await due.abandoned(now_ms, 9), *await due.too_late(now_ms, 9)]
        return [one.target for one in waiting] + [row["id"] for row in rows]

    return asked(settings, looks)


@pytest.mark.parametrize(
    ("state", "at", "values"),
    [
        ("scheduled", AHEAD, {}),
        ("retry_wait", AHEAD, {"retry_ms": to_ms(AHEAD)}),
        ("draft", BEFORE, {}),
        ("published", BEFORE, {"published_ms": to_ms(BEFORE)}),
        ("failed", BEFORE, {"error": "The receiver answered 410."}),
        ("missed", BEFORE, {}),
        ("cancelled", SINCE, {}),
        ("confirming", BEFORE, {"retry_ms": to_ms(MADE)}),
        ("unconfirmed", BEFORE, {"doubtful": 1, "error": "The connection broke."}),
    ],
)
def test_what_goes_out_later_or_not_at_all_stays_as_it_was(state: str, at: datetime, values: Any, desk: Desk) -> None:
    chosen = target(desk, state, at, **values)
    before = found(desk.settings, chosen)
    made = desk.backup()
    desk.clock.set(RESTORED)
    done, new = desk.restored(made.path)
    assert found(new, chosen) == before
    assert done.settled.unconfirmed == 0


@pytest.mark.parametrize(("state", "then"), [("preparing", "scheduled"), ("ready", "scheduled"), ("confirming", None)])
def test_what_an_old_worker_held_is_taken_up_at_once(state: str, then: str | None, desk: Desk) -> None:
    chosen = target(desk, state, AHEAD, lease_owner="worker-1/1", lease_until_ms=to_ms(AHEAD))
    made = desk.backup()
    desk.clock.set(RESTORED)
    _, new = desk.restored(made.path)
    assert work(new, RESTORED) == [chosen]
    assert asked(new, lambda: recover(chosen, 3, to_ms(RESTORED)))
    assert found(new, chosen)["state"] == (then or state)
    assert found(new, chosen)["lease_until_ms"] is None


def test_what_is_ahead_is_counted_by_posts(desk: Desk) -> None:
    target(desk, "scheduled", AHEAD)
    made = desk.backup()
    desk.clock.set(RESTORED)
    done, _ = desk.restored(made.path)
    assert (done.settled.unconfirmed, done.settled.ahead) == (0, 1)


def test_a_machine_with_a_slow_clock_publishes_nothing_of_the_past(desk: Desk) -> None:
    chosen = target(desk, "scheduled", MADE)
    made = desk.backup()
    slow = replace(desk, clock=ManualClock(MADE - timedelta(days=300)))
    _, new = slow.restored(made.path)
    assert found(new, chosen)["state"] == "unconfirmed"


def test_what_a_repetition_missed_since_is_not_caught_up_with(desk: Desk) -> None:
    chosen = target(desk, "missed", BEFORE, tries=0, occurrence="2026-11-21T11:40", wall="2026-11-21T11:40")
    ((post, channel),) = desk.sql("SELECT post, channel FROM target WHERE id = ?", chosen)
    rule = {"first": "2026-11-01", "wall": "11:40:00", "timezone": "Europe/Lisbon", "unit": "days"}
    desk.sql(
        "INSERT INTO recurrence (post, rule, catch_up, channels, made_ms, look_ms) VALUES (?, ?, 'all', ?, ?, ?)",
        post, json.dumps(rule), json.dumps([channel]), to_ms(MADE), to_ms(MADE),
    )  # fmt: skip
    made = desk.backup()
    desk.clock.set(RESTORED)
    _, new = desk.restored(made.path)
    clock: MasterClock = desk.clock
    asked(new, lambda: repetitions.keep_up(clock))
    assert found(new, chosen)["state"] == "missed"
    planned = sql(new, "SELECT due_ms FROM target WHERE post = ? AND state = 'scheduled' AND occurrence <> ''", post)
    assert planned
    assert all(due_ms > to_ms(RESTORED) for (due_ms,) in planned)


def test_a_person_says_what_happened_and_the_history_tells_why(desk: Desk) -> None:
    chosen = target(desk, "committing", MADE, **LEASE)
    desk.sql("INSERT INTO attempt VALUES (?, 3, 'commit', 'pub', ?, NULL, NULL, NULL)", chosen, to_ms(MADE))
    made = desk.backup()
    desk.clock.set(RESTORED)
    _, new = desk.restored(made.path)
    assert sql(new, "SELECT ended_ms, outcome, error FROM attempt WHERE target = ?", chosen) == [
        (to_ms(RESTORED), "unknown", WORDS)
    ]
    told = sql(new, "SELECT at_ms, actor, topic, subject_id, verb FROM event WHERE at_ms = ?", to_ms(RESTORED))
    assert told == [
        (to_ms(RESTORED), "system restore", "posts", chosen, "unconfirmed"),
        (to_ms(RESTORED), "system restore", "desk", "1", "restored"),
    ]
    clock: MasterClock = desk.clock
    asked(new, lambda: service.settle_by_hand(chosen, True, by=BY, clock=clock))
    assert found(new, chosen)["state"] == "published"
    assert from_ms(sql(new, "SELECT published_ms FROM target WHERE id = ?", chosen)[0][0]) == RESTORED
