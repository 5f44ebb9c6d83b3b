"""The words for a target's state, and the state of a whole post from those of its targets."""

from itertools import product

import pytest

from app.posts.states import (
    AWAITING,
    CHANGEABLE,
    GONE,
    RETRYABLE,
    STATES,
    State,
    Status,
    post_state,
    post_status,
    status_of,
)

WORDS: list[tuple[State, Status]] = [
    ("draft", "pending"),
    ("scheduled", "pending"),
    ("preparing", "pending"),
    ("ready", "pending"),
    ("retry_wait", "pending"),
    ("committing", "processing"),
    ("confirming", "processing"),
    ("unconfirmed", "processing"),
    ("published", "completed"),
    ("failed", "failed"),
    ("missed", "failed"),
    ("cancelled", "cancelled"),
]
POSTS: list[tuple[list[State], str, Status]] = [
    (["scheduled"], "scheduled", "pending"),
    (["published", "published"], "published", "completed"),
    (["published", "cancelled"], "published", "completed"),
    (["cancelled", "cancelled"], "cancelled", "cancelled"),
    (["scheduled", "ready"], "scheduled", "pending"),
    (["scheduled", "retry_wait"], "retry_wait", "pending"),
    (["published", "scheduled"], "scheduled", "pending"),
    (["published", "retry_wait"], "retry_wait", "pending"),
    (["failed", "scheduled"], "scheduled", "pending"),
    (["committing", "ready"], "committing", "processing"),
    (["confirming", "published"], "committing", "processing"),
    (["unconfirmed", "published"], "unconfirmed", "processing"),
    (["unconfirmed", "failed"], "unconfirmed", "processing"),
    (["unconfirmed", "committing", "scheduled"], "unconfirmed", "processing"),
    (["published", "failed"], "partially_published", "failed"),
    (["published", "missed", "cancelled"], "partially_published", "failed"),
    (["failed", "missed"], "failed", "failed"),
]


@pytest.mark.parametrize(("state", "status"), WORDS)
def test_status_of_a_target(state: State, status: Status) -> None:
    assert status_of(state) == status


def test_every_state_has_a_status() -> None:
    assert sorted(state for state, _ in WORDS) == sorted(STATES)


@pytest.mark.parametrize(("states", "state", "status"), POSTS)
def test_state_of_a_post(states: list[State], state: str, status: Status) -> None:
    assert post_state(states) == state
    assert post_state(reversed(states)) == state
    assert post_status(states) == status


def test_doubt_about_one_target_is_never_hidden() -> None:
    for others in product(STATES, repeat=2):
        assert post_state(["unconfirmed", *others]) == "unconfirmed"


def test_post_reads_completed_only_when_every_target_that_counts_is_published() -> None:
    for states in product(STATES, repeat=3):
        live = {state for state in states if state != "cancelled"}
        assert (post_status(states) == "completed") == (live == {"published"})


def test_nothing_that_may_be_out_can_be_changed_or_replaced() -> None:
    maybe_out = AWAITING | {"published"}
    assert not maybe_out & (CHANGEABLE | RETRYABLE | GONE)
    assert maybe_out | CHANGEABLE | RETRYABLE | {"cancelled"} == set(STATES)
