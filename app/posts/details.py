"""Finished values for the page of one post: its targets with everything that was tried."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms
from app.database import Row
from app.posts.cards import Action, Card, card
from app.posts.history import timeline
from app.posts.limits import rendered
from app.posts.overriding import texts_for
from app.posts.rendering import Texts
from app.posts.schemas import AttemptView, PostView, TargetView
from app.posts.states import CHANGEABLE, RETRYABLE
from app.posts.views import ChannelChip, chip, leading, standing

TOLD_MOST = 60


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of a target: as they went out, or as they would; `note` says where they differ from the post's."""

    note: str
    title: str
    body: str
    hashtags: list[str]


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
    due_ms: int | None
    due_note: str
    countdown: bool
    view_url: str | None
    view_external: bool
    settle_url: str
    error: str
    problem: str
    texts: Said


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value."""

    label: str
    value: str


def detail(
    post: PostView, attempts: list[AttemptView], happened: list[Row], now: datetime, tz: ZoneInfo,
    *, may_edit: bool, may_approve: bool,
) -> dict[str, Any]:  # fmt: skip
    """Everything that `templates/posts/detail.html` names."""
    shown: Card = card(leading(post), now, tz, may_edit=may_edit, may_approve=may_approve)
    action: Action | None = shown.error_action
    return {
        **{key: value for key, value in asdict(shown).items() if key not in ("channels", "error_action")},
        "channels": shown.channels,
        "error_action": action,
        "due_label": _local(shown.due_ms, tz),
        "approval_note": post.approval_note if post.approval == "changes" else "",
        "description": post.description,
        "hashtags": post.hashtags,
        "media": _media(post, shown),
        "asset": {"href": f"/library/{post.asset}", "title": post.file_name} if post.asset else None,
        "facts": [Fact("Made", wording.local(from_ms(post.created_ms), tz)), Fact("Zone", str(tz))],
        "targets": [_target(post, target, attempts, now, tz, may_edit) for target in told(post)],
        "history": timeline(post, happened, attempts, tz),
    }


def _local(ms: int | None, tz: ZoneInfo) -> str:
    return "No time yet" if ms is None else wording.local(from_ms(ms), tz)


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
    post: PostView, target: TargetView, attempts: list[AttemptView], now: datetime, tz: ZoneInfo, may_edit: bool
) -> TargetDetail:
    stands = standing([target], now)
    tried = any(attempt.target == target.id for attempt in attempts)
    return TargetDetail(
        id=target.id,
        channel=chip(target.channel, target.channel_title, target.platform),
        status=stands.status,
        status_label=stands.status_label,
        status_icon=stands.status_icon,
        due_label=_local(target.due_ms, tz),
        due_iso=stands.due_iso,
        due_ms=target.due_ms,
        due_note=stands.due_note,
        countdown=stands.countdown,
        view_url=target.remote_url,
        view_external=True,
        settle_url=f"/schedule/posts/targets/{target.id}/settle" if may_edit and target.state == "unconfirmed" else "",
        error=(target.error or "") if target.state in RETRYABLE and not tried else "",
        problem=(target.problem or "") if target.state in CHANGEABLE else "",
        texts=_said(post, target),
    )


def _said(post: PostView, target: TargetView) -> Said:
    """Texts as the platform is sent them, with the hashtags where it has them."""
    own = target.sent or target.own
    texts = texts_for(Texts(post.title, post.description, post.hashtags), own)
    shown = rendered(target.platform, texts)
    note = "As it went out" if target.sent else "Own texts" if target.own else ""
    return Said(note, shown.title or "", shown.body, list(shown.tags))
