"""Finished values for the templates of posts: words and times from the stored state."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from app import wording
from app.channels.rules import hue_of, mark_of
from app.clock import from_ms, to_ms
from app.posts.adapters import adapter
from app.posts.schemas import PostView, TargetView
from app.posts.states import AWAITING, CHANGEABLE, RETRYABLE, State, post_state, post_status
from app.posts.totals import Totals

_LABELS: dict[str, tuple[str, str]] = {
    "draft": ("Draft", "edit"), "scheduled": ("Pending", "clock"), "preparing": ("Pending", "clock"),
    "ready": ("Pending", "clock"), "retry_wait": ("Trying again", "retry"), "committing": ("Posting…", "progress"),
    "confirming": ("Posting…", "progress"), "unconfirmed": ("Unknown", "warn"), "published": ("Posted", "done"),
    "failed": ("Failed", "fail"), "missed": ("Missed", "fail"), "cancelled": ("Cancelled", "cancelled"),
    "partially_published": ("Partly posted", "warn"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChannelChip:
    """A channel beside a post."""

    id: str
    mark: str
    hue: str
    title: str
    platform: str
    platform_icon: str


def chip(channel: str, title: str, platform: str) -> ChannelChip:
    """The chip of a channel."""
    known = adapter(platform)
    return ChannelChip(channel, mark_of(title), hue_of(channel), title, known.label, known.icon)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target or a post stands, in words."""

    status: str
    status_label: str
    status_icon: str
    due_ms: int | None
    due_iso: str
    due_note: str
    countdown: bool


def label_of(state: State) -> tuple[str, str, str]:
    """Status, word and icon of one target's state."""
    label, icon = _LABELS[state]
    return "unknown" if state == "unconfirmed" else post_status([state]), label, icon


def standing(targets: list[TargetView], now: datetime) -> Standing:
    """How targets stand together; the time is that of the next one that waits, else of the last that went out."""
    state = post_state(target.state for target in targets)
    target = _leading(targets, state)
    label, icon = _LABELS[state]
    waits = target.state in CHANGEABLE
    if waits and (target.paused or not target.channel_open):
        label, icon = "Paused", "clock"
    status = "unknown" if state == "unconfirmed" else post_status(t.state for t in targets)
    next_ms = _next_ms(target)
    iso = "" if next_ms is None else from_ms(next_ms).isoformat()
    counts = waits and label != "Paused" and next_ms is not None
    return Standing(status, label, icon, next_ms, iso, _note(target, now), counts)


def _next_ms(target: TargetView) -> int | None:
    """When a target goes out: at its time, or when it is tried again; a draft has no time."""
    if target.due_ms is None:
        return None
    waits = target.state == "retry_wait" and target.retry_ms is not None
    return max(target.due_ms, target.retry_ms or 0) if waits else target.due_ms


def leading(post: PostView) -> PostView:
    """A post with the targets of the occurrence that comes next, or came last."""
    target = _leading(post.targets, post_state(target.state for target in post.targets))
    return replace(post, targets=[one for one in post.targets if one.occurrence == target.occurrence])


def _leading(targets: list[TargetView], state: str) -> TargetView:
    for wanted in (CHANGEABLE, AWAITING, RETRYABLE):
        for target in targets:
            if target.state in wanted and state != "cancelled":
                return target
    live = [target for target in targets if target.state != "cancelled"]
    return (live or targets)[-1]


def _note(target: TargetView, now: datetime) -> str:
    state: State = target.state
    if state == "cancelled" or target.due_ms is None:
        return "not sent" if state == "cancelled" else "no time yet"
    next_ms = _next_ms(target)
    if state in CHANGEABLE and next_ms is not None:
        left_ms = next_ms - to_ms(now)
        return "due" if left_ms <= 0 else wording.until(left_ms)
    if state == "published" and target.committed_ms is not None:
        return wording.lateness(max(0, target.committed_ms - target.due_ms))
    return wording.count(target.tries, "try", "tries") if target.tries else "not tried"


def which(occurrence: str) -> str:
    """The end of an address that names one of several occurrences of a post."""
    return f"?{urlencode({'occurrence': occurrence})}" if occurrence else ""


def error_of(targets: list[TargetView]) -> str:
    """What went wrong, or will, each thing once, with the channel where there are several."""
    wrong = [(target.channel_title, said) for target in targets if (said := _wrong(target))]
    if len(targets) == 1:
        return wrong[0][1] if wrong else ""
    return " ".join(f"{title}: {said}" for title, said in wrong)


def _wrong(target: TargetView) -> str:
    if target.state in ("published", "cancelled"):
        return ""
    problem = target.problem if target.state in CHANGEABLE else None
    return " ".join(filter(None, (target.error, problem)))


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure at the head of a page."""

    label: str
    icon: str
    status: str
    value: str
    note: str = ""
    until_ms: int | None = None


def stats(totals: Totals, now: datetime) -> list[Stat]:
    """The figures at the head of the list of posts."""
    next_ms = totals.next_due_ms
    next_post = (
        wording.until(next_ms - to_ms(now)) if next_ms and next_ms > to_ms(now) else "due" if next_ms else "none"
    )
    late = totals.median_late_ms
    return [
        Stat("Pending", "clock", "pending", str(totals.pending), f"{totals.pending_today} today"),
        Stat("Processing", "progress", "processing", str(totals.processing)),
        Stat("Completed", "done", "completed", str(totals.completed_today), f"today, {totals.completed_week} in 7 d"),
        Stat("Failed", "fail", "failed", str(totals.failed)),
        Stat("Next post", "", "", next_post, until_ms=next_ms),
        Stat("Median lateness", "", "", "–" if late is None else _late(late), "" if late is None else "7 days"),
    ]


def _late(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
