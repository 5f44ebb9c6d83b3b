"""What the dashboard shows: what needs somebody, what comes next, and how publishing is doing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms, to_ms
from app.posts import views
from app.posts.schemas import PostView
from app.posts.social import Account
from app.posts.states import CHANGEABLE
from app.posts.totals import Totals
from app.posts.views import Stat

NEXT_MOST = 8
ATTENTION_MOST = 8
_CHANNEL_STATES = {"active": "Active", "paused": "Paused", "inactive": "Switched off"}


def steps(accounts: Sequence[Account], videos: int, posts: int) -> list[dict[str, Any]]:
    """The way to the first post, until it is made."""
    if posts:
        return []
    return [
        {
            "icon": "channels", "title": "Add a channel", "href": "/channels/new", "label": "Add channel",
            "text": "A receiver of yours or a service that takes signed webhooks.", "done": bool(accounts),
        },
        {
            "icon": "upload", "title": "Upload a video", "href": "/library", "label": "Open library",
            "text": "It is checked, kept on this desk and never changed.", "done": videos > 0,
        },
        {
            "icon": "schedule", "title": "Schedule a post", "href": "/schedule/posts/new", "label": "Add post",
            "text": "It goes out on the second, once, and the desk shows what happened.", "done": False,
        },
    ]  # fmt: skip


def attention(
    failed: Sequence[PostView], troubled: Sequence[PostView], in_review: int, accounts: Sequence[Account],
    now: datetime, tz: ZoneInfo,
) -> list[dict[str, Any]]:  # fmt: skip
    """What needs somebody, soonest first: `troubled` posts would not go out as planned."""
    found = [_troubled(one, now, tz) for one in troubled[:ATTENTION_MOST]]
    found += [_refused(one) for one in accounts if one.needs_reconnect]
    found += [_reviewed(in_review)] if in_review else []
    for post in failed[:ATTENTION_MOST]:
        stands = views.standing(post.targets, now)
        since = from_ms(stands.due_ms or 0)
        found.append(
            {
                "tone": "bad" if stands.status == "failed" else "warn",
                "icon": stands.status_icon,
                "due": f"since {when(since, now, tz)}",
                "until_ms": None,
                "title": f"{post.title}: {stands.status_label.lower()}.",
                "text": views.error_of(post.targets),
                "action": {"href": f"/schedule/posts/{post.id}", "label": "Open post"},
            }
        )
    return found


def _troubled(post: PostView, now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    due = next(t.due for t in post.targets if t.problem and t.due is not None)
    return {
        "tone": "warn",
        "icon": "warn",
        "due": when(due, now, tz),
        "until_ms": to_ms(due),
        "title": f"{post.title} would not go out.",
        "text": views.error_of(post.targets),
        "action": {"href": f"/schedule/posts/{post.id}", "label": "Open post"},
    }


def _reviewed(count: int) -> dict[str, Any]:
    return {
        "tone": "warn",
        "icon": "clock",
        "due": "in review",
        "until_ms": None,
        "title": f"{wording.count(count, 'post')} to review.",
        "text": "They go out only once they are approved.",
        "action": {"href": "/schedule/posts?status=review", "label": "Review"},
    }


def _refused(one: Account) -> dict[str, Any]:
    return {
        "tone": "bad",
        "icon": "key",
        "due": f"{one.waiting} waiting",
        "until_ms": None,
        "title": f"{one.channel.title} refuses posts.",
        "text": one.needs_reconnect,
        "action": {"href": f"/channels/{one.channel.slug}", "label": "Open channel"},
    }


def when(at: datetime, now: datetime, tz: ZoneInfo) -> str:
    """As short as it can be told apart: `16:30`, `Fri 16:30`, `8 May`."""
    local = at.astimezone(tz)
    days = abs((local.date() - now.astimezone(tz).date()).days)
    if days < 7:
        return f"{local:%a %H:%M}" if days else f"{local:%H:%M}"
    return f"{local.day} {local:%b}"


def upcoming(posts: Sequence[PostView], now: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """The next posts."""
    rows = []
    for post in posts[:NEXT_MOST]:
        due = next(t.due for t in post.targets if t.state in CHANGEABLE and t.due is not None)
        target = next(t for t in post.targets if t.due == due)
        local = due.astimezone(tz)
        rows.append(
            {
                "time": f"{local:%H:%M}",
                "iso": due.isoformat(),
                "day": "" if local.date() == now.astimezone(tz).date() else f"{local:%a}",
                "channel": views.chip(target.channel, target.channel_title, target.platform),
                "href": f"/schedule/posts/{post.id}",
                "title": post.title,
                "note": ", ".join(t.channel_title for t in post.targets),
                "until_ms": target.due_ms,
            }
        )
    return rows


def health(totals: Totals) -> list[Stat]:
    """Publishing in figures."""
    late = totals.median_late_ms
    return [
        Stat("Posted", "done", "completed", str(totals.completed_week)),
        Stat("Failed", "fail", "failed", str(totals.failed)),
        Stat("Pending", "clock", "pending", str(totals.pending)),
        Stat(
            "Median lateness",
            "",
            "",
            "–" if late is None else f"{late} ms" if late < 1000 else f"{late / 1000:.1f} s",
        ),
    ]


def services(checks: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The parts of the desk, and whether they work."""
    names = {"database": "Database", "redis": "Job queue", "worker": "Worker", "clock": "Clock"}
    return [
        {
            "tone": "ok" if checks[key]["ok"] else "bad",
            "name": name,
            "text": "working" if checks[key]["ok"] else str(checks[key]["detail"]),
        }
        for key, name in names.items()
        if key in checks
    ]


def wall(accounts: Sequence[Account], posts: Sequence[PostView], now: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """A tile for each channel with what comes next on it."""
    return [
        _tile(one, [p for p in posts if any(t.channel == one.channel.id for t in p.targets)], now, tz)
        for one in accounts
    ]


def _tile(one: Account, posts: list[PostView], now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    shown = views.chip(one.channel.id, one.channel.title, one.platform)
    state = "inactive" if not one.channel.active else "paused" if one.channel.paused else "active"
    first = posts[0] if posts else None
    due = views.standing(first.targets, now).due_ms if first else None
    thumb = f"/library/{first.asset}/thumbnail" if first and first.asset and first.has_thumbnail else None
    return {
        "href": f"/channels/{one.channel.slug}",
        "mark": shown.mark,
        "hue": shown.hue,
        "title": one.channel.title,
        "state": state,
        "state_label": _CHANNEL_STATES[state],
        "pending": wording.count(one.waiting, "pending", "pending"),
        "thumb_url": thumb,
        "now_title": first.title if first else "",
        "now_href": f"/schedule/posts/{first.id}" if first else None,
        "now_note": wording.clock_time(from_ms(due), tz) if due else "",
        "until_ms": due if due and due > to_ms(now) else None,
        "then": _then(posts[1], now, tz) if len(posts) > 1 else "",
        "platform": shown.platform,
        "platform_icon": shown.platform_icon,
    }


def _then(post: PostView, now: datetime, tz: ZoneInfo) -> str:
    return f"{when(from_ms(views.standing(post.targets, now).due_ms or 0), now, tz)} {post.title}"


HORIZON = timedelta(days=14)
