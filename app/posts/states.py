"""The states of a target, the words the outer interfaces use for them, and the state of a whole post.

draft -> scheduled -> preparing -> ready -> committing -> published | confirming | unconfirmed | retry_wait | failed
(domain/publishing.md section 3). `paused` is a flag beside the state.
"""

from collections.abc import Iterable
from typing import Literal, get_args

State = Literal[
    "draft", "scheduled", "preparing", "ready", "committing", "confirming",
    "published", "retry_wait", "unconfirmed", "failed", "missed", "cancelled",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)

Status = Literal["pending", "processing", "completed", "failed", "cancelled"]
ScheduleStatus = Literal["pending", "scheduled", "executing", "completed", "failed", "cancelled"]
SCHEDULE_STATUSES: tuple[ScheduleStatus, ...] = get_args(ScheduleStatus)

# Nothing irreversible has begun: a person may still change or cancel.
CHANGEABLE: frozenset[State] = frozenset({"draft", "scheduled", "preparing", "ready", "retry_wait"})
# Nothing was published, and nothing will be by itself.
RETRYABLE: frozenset[State] = frozenset({"failed", "missed"})
# It may still go out, by itself or by an act of a person.
OPEN: frozenset[State] = CHANGEABLE | RETRYABLE
# Not live: another target may take its place.
GONE: frozenset[State] = frozenset({"failed", "missed", "cancelled"})
# A late answer of the platform may still settle these.
AWAITING: frozenset[State] = frozenset({"committing", "confirming", "unconfirmed"})
# The platform may be asked again to publish these, after a try that certainly failed.
RESENDING: frozenset[State] = CHANGEABLE - {"draft"}

_STATUS: dict[State, Status] = {
    "draft": "pending", "scheduled": "pending", "preparing": "pending", "ready": "pending", "retry_wait": "pending",
    "committing": "processing", "confirming": "processing", "unconfirmed": "processing",
    "published": "completed", "failed": "failed", "missed": "failed", "cancelled": "cancelled",
}  # fmt: skip

_SCHEDULE_STATUS: dict[State, ScheduleStatus] = {
    "draft": "pending", "scheduled": "pending", "preparing": "scheduled", "ready": "scheduled",
    "committing": "executing", "confirming": "executing", "unconfirmed": "executing", "retry_wait": "executing",
    "published": "completed", "failed": "failed", "missed": "failed", "cancelled": "cancelled",
}  # fmt: skip


def schedule_status_of(state: State) -> ScheduleStatus:
    """The word of the waves document for a target's state in `/api/schedules`; completed only if published."""
    return _SCHEDULE_STATUS[state]


def status_of(state: State) -> Status:
    """The word of the post scheduler's document for a target's state (MODEL, `/api/schedule/post`).

    Unconfirmed reads as processing, never as failed, so that a script does not post again.
    """
    return _STATUS[state]


def post_state(states: Iterable[State]) -> str:
    """The state of a post from those of its targets; cancelled ones count only when there are no others."""
    live = [state for state in states if state != "cancelled"]
    if not live:
        return "cancelled"
    if len(set(live)) == 1:
        return live[0]
    statuses = [_STATUS[state] for state in live]
    if "processing" in statuses:
        return "unconfirmed" if "unconfirmed" in live else "committing"
    if "pending" in statuses:
        return "retry_wait" if "retry_wait" in live else "scheduled"
    return "partially_published" if "completed" in statuses else "failed"


def post_status(states: Iterable[State]) -> Status:
    """The status of a post from the states of its targets; partly published reads as failed."""
    state = post_state(states)
    return "failed" if state == "partially_published" else _STATUS[state]  # type: ignore[index]
