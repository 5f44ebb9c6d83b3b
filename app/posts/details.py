"""Finished values for the page of one post: its targets with everything that was tried."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms
from app.posts.schemas import AttemptView, PostView, TargetView
from app.posts.states import RETRYABLE
from app.posts.views import Action, Card, ChannelChip, card, chip, leading, standing

TOLD_MOST = 60
_PHASES = {
    "prepare": "Prepare", "commit": "Send", "reconcile": "Ask again", "confirm": "Confirm", "callback": "Report",
}  # fmt: skip
_OUTCOMES = {
    "published": ("Posted", "ok", "done"),
    "accepted": ("Accepted, not out yet", "", "progress"),
    "not sent": ("Not sent", "warn", "warn"),
    "refused": ("Refused", "bad", "fail"),
    "unknown": ("No answer", "warn", "warn"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step towards a platform, in words."""

    number: int
    phase: str
    time: str
    date: str
    tone: str
    icon: str
    outcome: str
    error: str
    remedy: str
    took: str


@dataclass(frozen=True, slots=True)
class TargetDetail:
    """One target, in words."""

    id: str
    channel: ChannelChip
    status: str
    status_label: str
    status_icon: str
    due_label: str
    due_iso: str
    due_ms: int
    due_note: str
    countdown: bool
    view_url: str | None
    view_external: bool
    settle_url: str
    error: str
    attempts: list[Attempt]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value."""

    label: str
    value: str


def detail(
    post: PostView, attempts: list[AttemptView], now: datetime, tz: ZoneInfo, *, may_edit: bool
) -> dict[str, Any]:
    """Everything that `templates/posts/detail.html` names."""
    shown: Card = card(leading(post), now, tz, may_edit=may_edit)
    due = from_ms(shown.due_ms)
    action: Action | None = shown.error_action
    return {
        **{key: value for key, value in asdict(shown).items() if key not in ("channels", "error_action")},
        "channels": shown.channels,
        "error_action": action,
        "due_label": wording.local(due, tz),
        "description": post.description,
        "hashtags": post.hashtags,
        "media": _media(post, shown),
        "asset": {"href": f"/library/{post.asset}", "title": post.file_name} if post.asset else None,
        "facts": [Fact("Made", wording.local(from_ms(post.created_ms), tz)), Fact("Zone", str(tz))],
        "targets": [_target(target, attempts, now, tz, may_edit) for target in told(post)],
    }


def told(post: PostView) -> list[TargetView]:
    """The targets to tell one by one: of a post that repeats the next occurrence and the newest that are settled."""
    following = {target.id for target in leading(post).targets}
    settled = [target for target in post.targets if target.state != "scheduled" and target.id not in following]
    kept = following | {target.id for target in settled[-TOLD_MOST:]}
    return [target for target in post.targets if not post.repeats or target.id in kept]


def _media(post: PostView, shown: Card) -> dict[str, Any] | None:
    if post.asset is None or post.mime is None:
        return None
    return {"url": f"/library/{post.asset}/media", "type": post.mime, "poster_url": shown.thumb_url}


def _target(
    target: TargetView, attempts: list[AttemptView], now: datetime, tz: ZoneInfo, may_edit: bool
) -> TargetDetail:
    stands = standing([target], now)
    own = [attempt for attempt in attempts if attempt.target == target.id]
    return TargetDetail(
        id=target.id,
        channel=chip(target.channel, target.channel_title, target.platform),
        status=stands.status,
        status_label=stands.status_label,
        status_icon=stands.status_icon,
        due_label=wording.local(target.due, tz),
        due_iso=stands.due_iso,
        due_ms=target.due_ms,
        due_note=stands.due_note,
        countdown=stands.countdown,
        view_url=target.remote_url,
        view_external=True,
        settle_url=f"/schedule/posts/targets/{target.id}/settle" if may_edit and target.state == "unconfirmed" else "",
        error=(target.error or "") if target.state in RETRYABLE and not own else "",
        attempts=[_attempt(_try_of(own, index), attempt, tz) for index, attempt in enumerate(own)],
    )


def _try_of(own: list[AttemptView], index: int) -> int:
    """Which try a step belongs to: sending begins one, asking about it does not."""
    return max(1, sum(attempt.phase in ("prepare", "commit", "reconcile") for attempt in own[: index + 1]))


def _attempt(number: int, attempt: AttemptView, tz: ZoneInfo) -> Attempt:
    at = from_ms(attempt.started_ms).astimezone(tz)
    outcome, tone, icon = _OUTCOMES.get(attempt.outcome or "", ("Under way", "", "progress"))
    took = "" if attempt.ended_ms is None else f"{(attempt.ended_ms - attempt.started_ms) / 1000:.2f} s"
    return Attempt(
        number=number,
        phase=_PHASES[attempt.phase],
        time=f"{at:%H:%M:%S}.{at.microsecond // 1000:03}",
        date=wording.day(at.date()),
        tone=tone,
        icon=icon,
        outcome=outcome,
        error=attempt.error or "",
        remedy="",
        took=took,
    )
