"""What happened to a post and its targets, all of it in one timeline, in plain words on the station's clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app import wording
from app.clock import from_ms, parse_instant
from app.database import Row, sql
from app.posts.schemas import AttemptView, PostView

# What the worker says of a step stands in the step itself.
_STEPS = {"publishing", "published", "confirming", "failed", "retry_wait", "unconfirmed"}
_WORDS: dict[str, tuple[str, str, str]] = {
    "drafted": ("Draft made", "", "edit"), "scheduled": ("Scheduled", "", "clock"),
    "rescheduled": ("Moved", "", "clock"), "post now": ("Post now", "", "send"), "retry": ("Try again", "", "retry"),
    "cancelled": ("Cancelled", "", "cancelled"), "missed": ("Missed", "bad", "fail"),
    "found published": ("Found to be published", "ok", "done"),
    "found failed": ("Found not to be published", "", "fail"),
    "problem found": ("Would not go out", "warn", "warn"), "problem gone": ("Nothing stands in its way", "ok", "done"),
    "edited": ("Changed", "", "edit"), "submitted": ("Submitted for review", "", "clock"),
    "approved": ("Approved", "ok", "check"), "sent back": ("Changes asked", "warn", "warn"),
    "repeats": ("Repeats", "", "retry"), "repetition changed": ("Repetition changed", "", "retry"),
    "repetition paused": ("Repetition paused", "", "pause"), "repetition resumed": ("Repetition goes on", "", "retry"),
    "repetition stopped": ("Repetition stopped", "", "cancelled"), "clashed": ("Could not be planned", "bad", "fail"),
    "skipped": ("Let go", "", "cancelled"), "caught up": ("Caught up with", "", "clock"),
    "scheduled again": ("Scheduled again", "", "clock"), "times skipped": ("Times let go", "", "cancelled"),
    "approval withdrawn": ("In review again", "warn", "warn"),
}  # fmt: skip
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
_FIELDS = {
    "title": "title", "description": "description", "hashtags": "hashtags", "tags": "tags", "asset": "video",
    "overrides": "own texts of channels",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: what, to which channel's target or the whole post, by whom or how, and when."""

    at_ms: int
    iso: str
    time: str
    date: str
    tone: str
    icon: str
    what: str
    channel: str
    who: str
    text: str


async def events_of(post: PostView) -> list[Row]:
    """Every event of a post and of its targets, oldest first."""
    targets = [target.id for target in post.targets]
    marks = ", ".join("?" for _ in targets)
    rows = await sql(
        "SELECT seq, at_ms, actor, subject_type, subject_id, verb, before, after FROM event"
        " WHERE subject_type = 'post' AND subject_id = ?"
        " UNION ALL SELECT seq, at_ms, actor, subject_type, subject_id, verb, before, after FROM event"
        f" WHERE subject_type = 'target' AND subject_id IN ({marks}) ORDER BY seq",
        post.id, *targets,
    )  # fmt: skip
    return [row for row in rows if not (row["actor"] == "worker" and row["verb"] in _STEPS)]


def timeline(post: PostView, happened: Iterable[Row], attempts: list[AttemptView], tz: ZoneInfo) -> list[Entry]:
    """Events and steps together, the newest first."""
    titles = {target.id: target.channel_title for target in post.targets}
    entries = [_event(row, titles, tz) for row in happened]
    for index, attempt in enumerate(attempts):
        number = _try_of([one for one in attempts[: index + 1] if one.target == attempt.target])
        entries.append(_step(attempt, number, titles[attempt.target], tz))
    return sorted(entries, key=lambda entry: entry.at_ms)[::-1]


def _event(row: Row, titles: Mapping[str, str], tz: ZoneInfo) -> Entry:
    what, tone, icon = _WORDS.get(row["verb"], (row["verb"].capitalize(), "", "info"))
    before, after = (msgspec.json.decode(row[name] or "{}") for name in ("before", "after"))
    channel = titles.get(row["subject_id"], "")
    who = "" if row["actor"] == "worker" else row["actor"]
    return _entry(row["at_ms"], tz, tone, icon, what, channel, who, _text(row["verb"], before, after, tz))


def _text(verb: str, before: dict[str, Any], after: dict[str, Any], tz: ZoneInfo) -> str:
    match verb:
        case "edited":
            return _edited(before, after)
        case "rescheduled" | "scheduled" | "scheduled again" | "caught up":
            return _moved(before.get("due"), after.get("due"), tz)
        case "times skipped":
            return f"{after['times']} on {after['channel']}."
        case _:
            return str(after.get("repeats") or after.get("note") or after.get("problem") or after.get("error") or "")


def _moved(was: Any, due: Any, tz: ZoneInfo) -> str:
    if due is None:
        return ""
    return f"From {_local(was, tz)} to {_local(due, tz)}." if was else f"For {_local(due, tz)}."


def _edited(before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [word for name, word in _FIELDS.items() if name in after]
    words = f"{', '.join(names).capitalize()}."
    return f"{words} The title was “{before['title']}”." if "title" in after else words


def _local(due: Any, tz: ZoneInfo) -> str:
    return wording.local(parse_instant(str(due)), tz)


def _try_of(own: list[AttemptView]) -> int:
    """Which try the last of a target's steps belongs to: sending begins one, asking about it does not."""
    return max(1, sum(attempt.phase in ("prepare", "commit", "reconcile") for attempt in own))


def _step(attempt: AttemptView, number: int, channel: str, tz: ZoneInfo) -> Entry:
    what, tone, icon = _OUTCOMES.get(attempt.outcome or "", ("Under way", "", "progress"))
    took = "" if attempt.ended_ms is None else f", {(attempt.ended_ms - attempt.started_ms) / 1000:.2f} s"
    how = f"{_PHASES[attempt.phase]}, try {number}{took}"
    return _entry(attempt.started_ms, tz, tone, icon, what, channel, how, attempt.error or "")


def _entry(at_ms: int, tz: ZoneInfo, tone: str, icon: str, what: str, channel: str, who: str, text: str) -> Entry:
    at: datetime = from_ms(at_ms).astimezone(tz)
    time = f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"
    return Entry(at_ms, at.isoformat(), time, wording.day(at.date()), tone, icon, what, channel, who, text)
