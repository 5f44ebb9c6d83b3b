"""What follows from an outcome: the target's next state, when to act again, and the words for people."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.posts.adapters.base import Accepted, NotSent, NotYet, Outcome, Published, Refused, Unknown
from app.posts.states import State

TRIES_MOST = 5
BACKOFF_BASE_S = 30.0
BACKOFF_CAP_S = 30 * 60.0
RETRY_AFTER_CAP_S = 6 * 3600.0
CONFIRM_EVERY = timedelta(seconds=20)
CONFIRM_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a target is stored after a step."""

    state: State
    word: str
    retry: datetime | None = None
    error: str | None = None
    doubtful: bool = False
    prepared: dict[str, Any] | None = None
    remote_id: str | None = None
    remote_url: str | None = None
    reconnect: str | None = field(default=None)


def backoff_s(tries: int, draw: random.Random) -> float:
    """Seconds to wait before the next try: full jitter under an exponential ceiling, never below a second."""
    ceiling = min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2.0 ** (max(1, tries) - 1))
    return max(1.0, draw.uniform(0, ceiling))


def settle(
    outcome: Outcome, *, tries: int, doubtful: bool, now: datetime, committed: datetime, draw: random.Random
) -> Settled:
    """The next state of a target.

    Once a try is in doubt, no later refusal makes it `failed`: it may have been published before, so it is shown as
    unconfirmed until the platform or a person says what happened. `tries` counts the one that led to the outcome.
    """
    match outcome:
        case Published(remote_id, remote_url):
            return Settled("published", "published", remote_id=remote_id, remote_url=remote_url)
        case Accepted(prepared):
            return Settled("confirming", "accepted", retry=now + CONFIRM_EVERY, prepared=prepared)
        case NotYet(retry_after_s):
            return _waiting(now, committed, retry_after_s)
        case NotSent(reason, retry_after_s):
            retry = _next_try(tries, now, draw, retry_after_s)
            return _again(retry, "not sent", _words(reason, doubtful), doubtful)
        case Unknown(reason, retry_after_s):
            return _again(_next_try(tries, now, draw, retry_after_s), "unknown", reason, doubtful=True)
        case Refused(reason, reconnect):
            return Settled(
                "unconfirmed" if doubtful else "failed", "refused", error=_words(reason, doubtful),
                doubtful=doubtful, reconnect=reason if reconnect else None,
            )  # fmt: skip


def _words(reason: str, doubtful: bool) -> str:
    return f"{reason} An earlier try may have been published." if doubtful else reason


def _next_try(tries: int, now: datetime, draw: random.Random, retry_after_s: float | None) -> datetime | None:
    if tries >= TRIES_MOST:
        return None
    wait = backoff_s(tries, draw) if retry_after_s is None else _bounded(retry_after_s)
    return now + timedelta(seconds=wait)


def _bounded(retry_after_s: float) -> float:
    return min(max(1.0, retry_after_s), RETRY_AFTER_CAP_S)


def _again(retry: datetime | None, word: str, reason: str, doubtful: bool) -> Settled:
    if doubtful:
        return Settled("unconfirmed", word, retry=retry, error=reason, doubtful=True)
    return Settled("retry_wait" if retry else "failed", word, retry=retry, error=reason)


def _waiting(now: datetime, committed: datetime, retry_after_s: float | None) -> Settled:
    if now - committed < CONFIRM_FOR:
        wait = CONFIRM_EVERY if retry_after_s is None else timedelta(seconds=_bounded(retry_after_s))
        return Settled("confirming", "not yet", retry=now + wait)
    minutes = CONFIRM_FOR // timedelta(minutes=1)
    reason = f"The platform took it but has not said in {minutes} min whether it is out."
    return Settled("unconfirmed", "unknown", error=reason, doubtful=True)


def too_late(due: datetime, now: datetime, grace_s: int) -> bool:
    """Whether a target is so late that it is missed rather than published."""
    return now - due > timedelta(seconds=grace_s)
