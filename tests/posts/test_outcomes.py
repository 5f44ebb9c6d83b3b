"""What follows from an outcome: every outcome, doubtful or not, with tries left or none."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.posts.adapters.base import Accepted, NotSent, NotYet, Outcome, Published, Refused, Unknown
from app.posts.outcomes import (
    BACKOFF_CAP_S,
    CONFIRM_EVERY,
    CONFIRM_FOR,
    RETRY_AFTER_CAP_S,
    TRIES_MOST,
    Settled,
    backoff_s,
    settle,
    too_late,
)

NOW = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
LAST = TRIES_MOST
OUT: Outcome = Published("r1", "https://receiver.example/r1")

# outcome, doubtful before, tries so far -> state, tried again by itself, doubtful after
SETTLED: list[tuple[Outcome, bool, int, str, bool, bool]] = [
    (OUT, False, 1, "published", False, False),
    (OUT, True, LAST, "published", False, False),
    (Accepted(), False, 1, "confirming", True, False),
    (Accepted(), True, LAST, "confirming", True, False),
    (NotYet(), False, 1, "confirming", True, False),
    (NotYet(), False, LAST, "confirming", True, False),
    (NotSent("busy"), False, 1, "retry_wait", True, False),
    (NotSent("busy"), False, LAST - 1, "retry_wait", True, False),
    (NotSent("busy"), False, LAST, "failed", False, False),
    (NotSent("busy"), True, 2, "unconfirmed", True, True),
    (NotSent("busy"), True, LAST, "unconfirmed", False, True),
    (Refused("no"), False, 1, "failed", False, False),
    (Refused("no"), False, LAST, "failed", False, False),
    (Refused("no"), True, 2, "unconfirmed", False, True),
    (Unknown("silence"), False, 1, "unconfirmed", True, True),
    (Unknown("silence"), False, LAST, "unconfirmed", False, True),
    (Unknown("silence"), True, 2, "unconfirmed", True, True),
    (Unknown("silence"), True, LAST, "unconfirmed", False, True),
]
WISHES = [(0.0, 1.0), (7.0, 7.0), (RETRY_AFTER_CAP_S * 3, RETRY_AFTER_CAP_S), (float("inf"), RETRY_AFTER_CAP_S)]


def settled(outcome: Outcome, *, doubtful: bool = False, tries: int = 1, ago: timedelta = timedelta(0)) -> Settled:
    return settle(outcome, tries=tries, doubtful=doubtful, now=NOW, committed=NOW - ago, draw=random.Random(7))


@pytest.mark.parametrize(("outcome", "doubtful", "tries", "state", "again", "doubtful_after"), SETTLED)
def test_outcome_settles_a_target(
    outcome: Outcome, doubtful: bool, tries: int, state: str, again: bool, doubtful_after: bool
) -> None:
    found = settled(outcome, doubtful=doubtful, tries=tries)
    assert (found.state, found.retry is not None, found.doubtful) == (state, again, doubtful_after)
    assert found.retry is None or found.retry > NOW


def test_table_knows_every_outcome_with_and_without_doubt() -> None:
    seen = {(type(outcome), doubtful) for outcome, doubtful, *_ in SETTLED}
    assert seen >= {
        (kind, doubt) for kind in (Published, Accepted, NotSent, Refused, Unknown) for doubt in (True, False)
    }


def test_published_keeps_what_the_platform_calls_it() -> None:
    found = settled(OUT)
    assert (found.remote_id, found.remote_url, found.error) == ("r1", "https://receiver.example/r1", None)


def test_reason_of_a_failure_is_kept_in_its_words() -> None:
    assert settled(Refused("The title is too long.")).error == "The title is too long."
    assert settled(NotSent("It is busy.")).error == "It is busy."


def test_doubt_is_told_beside_a_later_reason() -> None:
    assert settled(Refused("It is gone."), doubtful=True).error == "It is gone. An earlier try may have been published."


def test_account_that_is_refused_is_to_be_reconnected() -> None:
    assert settled(Refused("No such key.", reconnect=True)).reconnect == "No such key."
    assert settled(Refused("The title is too long.")).reconnect is None


@pytest.mark.parametrize(("asked", "waits"), WISHES)
@pytest.mark.parametrize("kind", [partial(NotSent, "It is busy."), partial(Unknown, "Silence."), NotYet])
def test_wish_to_wait_is_honoured_within_reason(kind: Callable[[float], Outcome], asked: float, waits: float) -> None:
    assert settled(kind(asked)).retry == NOW + timedelta(seconds=waits)


def test_accepted_target_is_asked_about_until_the_time_for_it_is_over() -> None:
    soon = settled(NotYet(), ago=CONFIRM_FOR - timedelta(milliseconds=1))
    assert (soon.state, soon.retry) == ("confirming", NOW + CONFIRM_EVERY)
    late = settled(NotYet(), ago=CONFIRM_FOR)
    assert (late.state, late.retry, late.doubtful) == ("unconfirmed", None, True)
    assert late.error == "The platform took it but has not said in 30 min whether it is out."


@given(st.integers(1, 60), st.integers())
def test_backoff_stays_between_a_second_and_its_ceiling(tries: int, seed: int) -> None:
    wait = backoff_s(tries, random.Random(seed))
    assert 1 <= wait <= min(30 * 2 ** (tries - 1), BACKOFF_CAP_S)


def test_backoff_spreads_over_its_whole_range() -> None:
    draw = random.Random(7)
    waits = [backoff_s(3, draw) for _ in range(2000)]
    assert min(waits) < 5
    assert max(waits) > 115


@pytest.mark.parametrize(("late_s", "missed"), [(0, False), (3600, False), (3600.001, True), (-10, False)])
def test_target_is_missed_only_when_later_than_its_grace(late_s: float, missed: bool) -> None:
    assert too_late(NOW - timedelta(seconds=late_s), NOW, 3600) is missed


outcomes = st.sampled_from([OUT, Accepted(), NotYet(), NotSent("busy"), Refused("no"), Unknown("silence")])


@given(st.lists(outcomes, min_size=1, max_size=12))
def test_once_in_doubt_no_outcome_but_the_platforms_word_ends_it(later: list[Outcome]) -> None:
    doubtful = True
    for tries, outcome in enumerate(later, start=2):
        found = settled(outcome, doubtful=doubtful, tries=tries)
        if isinstance(outcome, Published | Accepted | NotYet):
            return
        assert found.state == "unconfirmed"
        doubtful = found.doubtful
        assert doubtful
