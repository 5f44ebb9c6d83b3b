"""Posts as cards: in groups under headings, each with what may be done with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms
from app.posts import approving
from app.posts.queries import ref_of
from app.posts.schemas import PostView, TargetView
from app.posts.states import AWAITING, CHANGEABLE, OPEN, RETRYABLE, State
from app.posts.views import ChannelChip, Standing, chip, error_of, standing, which


@dataclass(frozen=True, slots=True)
class Action:
    """A link that mends what an error names."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a video is that is on its way."""

    percent: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One post in a list; the fields that `templates/posts/_card.html` names."""

    id: str
    title: str
    href: str
    caption: str
    status: str
    status_label: str
    status_icon: str
    due_ms: int | None
    due_iso: str
    due_time: str
    due_note: str
    countdown: bool
    thumb_url: str | None
    length: str
    channels: list[ChannelChip]
    can_choose: bool
    can_post_now: bool
    can_reschedule: bool
    can_cancel: bool
    can_retry: bool
    view_url: str | None
    view_external: bool
    error: str
    error_action: Action | None
    version: int
    is_draft: bool
    review_label: str
    review_tone: str
    can_edit: bool
    can_submit: bool
    can_approve: bool
    can_send_back: bool
    tags: list[str]
    progress: Progress | None = None
    key: str = ""
    which: str = ""
    ref: str = ""
    repeats: bool = False


def card(post: PostView, now: datetime, tz: ZoneInfo, *, may_edit: bool, may_approve: bool = False) -> Card:
    """A post as a card."""
    stands, states = _stands(post, now), {target.state for target in post.targets}
    href = f"/schedule/posts/{post.id}"
    remote_url = next((target.remote_url for target in post.targets if target.remote_url), None)
    occurrence = post.targets[0].occurrence if len({target.occurrence for target in post.targets}) == 1 else ""
    return Card(
        id=post.id,
        title=post.title,
        href=href,
        caption=post.description.partition("\n")[0],
        **asdict(stands),
        due_time="Draft" if stands.due_ms is None else wording.clock_time(from_ms(stands.due_ms), tz),
        thumb_url=f"/library/{post.asset}/thumbnail" if post.asset and post.has_thumbnail else None,
        length=wording.length(post.duration_ms) if post.duration_ms else "",
        channels=[chip(target.channel, target.channel_title, target.platform) for target in post.targets],
        **_acts(post, states, may_edit=may_edit, may_approve=may_approve),
        view_url=remote_url or (href if "published" in states else None),
        view_external=remote_url is not None,
        error=error_of(post.targets),
        error_action=_mending(post.targets),
        key="-".join(filter(None, (post.id, re.sub(r"[^0-9A-Za-z]+", "-", occurrence)))),
        which=which(occurrence),
        ref=ref_of(post),
        repeats=post.repeats,
        version=post.version,
        is_draft=states <= {"draft", "cancelled"} and "draft" in states and post.coming is None,
        review_label=approving.LABELS[post.approval] if post.in_review else "",
        review_tone="warn" if post.approval == "changes" else "",
        tags=post.tags,
        progress=_coming(post),
    )


def _stands(post: PostView, now: datetime) -> Standing:
    stands = standing(post.targets, now)
    waits = post.coming is not None and stands.status_label == "Draft"
    return replace(stands, status_label="Waiting", status_icon="clock") if waits else stands


def _acts(post: PostView, states: set[State], *, may_edit: bool, may_approve: bool) -> dict[str, Any]:
    """What a person may do with a post, as the fields of a card that say so."""
    settled = not states & AWAITING
    movable, failed = settled and bool(states & CHANGEABLE), settled and bool(states & RETRYABLE)
    changeable = may_edit and (movable or failed)
    return {
        "can_choose": may_edit,
        "can_post_now": may_edit and movable and not post.in_review,
        "can_reschedule": changeable,
        "can_cancel": changeable,
        "can_retry": may_edit and failed and not post.in_review,
        "can_edit": changeable,
        "can_submit": may_edit and not may_approve and post.in_review and post.approval in ("none", "changes"),
        "can_approve": may_approve and post.in_review,
        "can_send_back": may_approve and _is_reviewed(post) and post.approval != "changes",
    }


def _is_reviewed(post: PostView) -> bool:
    return any(target.needs_approval and target.state in OPEN for target in post.targets)


def _coming(post: PostView) -> Progress | None:
    """The video that a post waits for; what failed is told as its error."""
    coming = post.coming
    if coming is None or not any(target.state == "draft" for target in post.targets):
        return None
    size = wording.size(coming.bytes)
    text = f"Waiting for its video: {size} of {wording.size(coming.total)}" if coming.total else "Waiting for its video"
    percent = min(100, coming.bytes * 100 // coming.total) if coming.total else None
    return Progress(percent, ". ".join(filter(None, (text, coming.note))))


def _mending(targets: list[TargetView]) -> Action | None:
    for target in targets:
        if target.state in RETRYABLE and target.error and "private address" in target.error:
            return Action("/settings?tab=hosts", "Allowed hosts")
        if target.state in RETRYABLE and target.error and "receiver" in target.error:
            return Action(f"/channels/{target.channel_slug}", "Open channel")
    return None


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading."""

    id: str
    title: str
    count_label: str
    cards: list[Card]


def groups(
    attention: list[Card], planned: Iterable[Card], now: datetime, tz: ZoneInfo, drafts: Sequence[Card] = ()
) -> list[Group]:
    """Cards that need attention first, then a group for each day of the station's clock, in the order given, and
    the drafts."""
    today = now.astimezone(tz).date()
    days: dict[str, list[Card]] = {}
    titles: dict[str, str] = {}
    for one in planned:
        if one.due_ms is None:
            continue
        day = from_ms(one.due_ms).astimezone(tz).date()
        days.setdefault(day.isoformat(), []).append(one)
        titles[day.isoformat()] = wording.day_label(day, today)
    found = [Group("attention", "Needs attention", wording.count(len(attention), "post"), attention)]
    found += [Group(day, titles[day], wording.count(len(cards), "post"), cards) for day, cards in days.items()]
    found.append(Group("drafts", "Drafts", wording.count(len(drafts), "post"), list(drafts)))
    return [group for group in found if group.cards]
