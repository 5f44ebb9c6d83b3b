"""Finished values for the templates of waves: words, times, lanes and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms, to_ms, zone
from app.posts import wave_lanes, wave_rules
from app.posts.conflicts import words as clash_words
from app.posts.groups import Plan
from app.posts.states import CHANGEABLE, RETRYABLE
from app.posts.views import ChannelChip, chip, label_of
from app.posts.wave_lanes import Pin
from app.posts.wave_queries import Planned, WaveView
from app.posts.wave_rules import Progress

LIST = "/schedule/waves"
_HOLDS = {"target": "this one", "wave": "the wave", "channel": "the channel", "everything": "everything"}
_KINDS = {"simultaneous": "At once", "staggered": "One after another", "independent": "At their own times"}


@dataclass(frozen=True, slots=True)
class Row:
    """One target in words; the links are empty where they may not be used."""

    id: str
    channel: ChannelChip
    title: str
    href: str
    status: str
    status_label: str
    status_icon: str
    due_ms: int
    due_iso: str
    due_label: str
    due_there: str
    due_note: str
    countdown: bool
    error: str
    view_url: str | None
    can_pause: bool
    can_resume: bool
    can_move: bool
    can_cancel: bool
    can_retry: bool
    can_fill: bool


def row(one: Planned, now: datetime, tz: ZoneInfo, *, may_edit: bool) -> Row:
    """A target as a row."""
    status, label, icon = _standing(one)
    waits, failed = one.state in CHANGEABLE, one.state in RETRYABLE
    next_ms = max(one.due_ms, one.retry_ms or 0) if one.state == "retry_wait" else one.due_ms
    own = "target" in one.held_by
    return Row(
        id=one.id,
        channel=chip(one.channel, one.channel_title, one.platform),
        title=one.title or "Empty slot",
        href=f"/schedule/posts/{one.post}" if one.post else "",
        status=status,
        status_label=label,
        status_icon=icon,
        due_ms=next_ms,
        due_iso=from_ms(next_ms).isoformat(),
        due_label=wording.local(from_ms(next_ms), tz),
        due_there=_there(from_ms(next_ms), tz, one.channel_timezone),
        due_note=_note(one, next_ms, now),
        countdown=waits and not one.held_by,
        error=one.error or "",
        view_url=one.remote_url,
        can_pause=may_edit and waits and not own,
        can_resume=may_edit and waits and own,
        can_move=may_edit and (waits or failed),
        can_cancel=may_edit and (waits or failed),
        can_retry=may_edit and failed and not one.empty,
        can_fill=may_edit and waits and one.empty and one.due_ms > to_ms(now),
    )


def _standing(one: Planned) -> tuple[str, str, str]:
    if one.held_by:
        return "pending", "Paused", "pause"
    if one.empty and one.state == "scheduled":
        return "unknown", "Needs a video", "film"
    if one.empty and one.state == "missed":
        return "failed", "Missed", "fail"
    return label_of(one.state)


def _note(one: Planned, next_ms: int, now: datetime) -> str:
    if one.held_by:
        return f"held: {', '.join(_HOLDS[word] for word in one.held_by)}"
    if one.state in CHANGEABLE:
        return "due" if next_ms <= to_ms(now) else wording.until(next_ms - to_ms(now))
    if one.state == "published" and one.committed_ms is not None:
        return wording.lateness(max(0, one.committed_ms - one.due_ms))
    return wording.count(one.tries, "try", "tries") if one.tries else "not tried"


def _there(at: datetime, tz: ZoneInfo, channel_zone: str) -> str:
    """The channel's own clock, where it shows something else than the station's."""
    there = zone(channel_zone)
    same = at.astimezone(there).utcoffset() == at.astimezone(tz).utcoffset()
    return "" if same else f"{wording.local(at, there)} in {wording.city(there)}"


@dataclass(frozen=True, slots=True)
class Group:
    """Some targets of a wave that were planned together, or all that are independent."""

    id: str | None
    title: str
    note: str
    rows: list[Row]
    can_move: bool
    can_order: bool
    can_fill: bool


def groups(targets: Sequence[Planned], now: datetime, tz: ZoneInfo, *, may_edit: bool) -> list[Group]:
    """The targets of a wave by group, in order of the first of each."""
    order = {one.group: place for place, one in reversed(list(enumerate(targets)))}
    ordered = sorted(targets, key=lambda one: (order[one.group], one.due_ms))
    return [
        _group(group, list(members), now, tz, may_edit) for group, members in groupby(ordered, lambda one: one.group)
    ]


def _group(group: str | None, members: list[Planned], now: datetime, tz: ZoneInfo, may_edit: bool) -> Group:
    rows = [row(one, now, tz, may_edit=may_edit) for one in members]
    waiting = [one for one in members if one.state in CHANGEABLE]
    titles = list(dict.fromkeys(one.title for one in rows))
    named = titles[0] if len(titles) == 1 else wording.count(len(titles), "video")
    kind = members[0].kind
    return Group(
        group,
        f"{_KINDS[kind]}: {named}",
        wording.count(len(rows), "channel"),
        rows,
        can_move=may_edit and group is not None and len(waiting) > 1,
        can_order=may_edit and kind == "staggered" and len(waiting) > 1,
        can_fill=may_edit and group is not None and sum(one.can_fill for one in rows) > 1,
    )


def summary(one: WaveView, now: datetime, tz: ZoneInfo, *, may_edit: bool) -> dict[str, Any]:
    """A wave in a list and at the head of its page."""
    found = one.progress
    tone, icon = _tone(one, found)
    return {
        "key": one.key,
        "href": f"{LIST}/{one.key}",
        "title": one.title,
        "paused": one.paused,
        "outcome": wave_rules.outcome(found),
        "tone": tone,
        "icon": icon,
        "progress": found,
        "channels_label": wording.count(one.channels, "channel"),
        "range_label": _range(one, tz),
        "next_ms": one.next_ms,
        "next_label": _next(one, now),
        "can_pause": may_edit and bool(found.waiting) and not one.paused,
        "can_resume": may_edit and one.paused,
        "can_move": may_edit and bool(found.waiting),
        "can_retry": may_edit and bool(found.failed),
    }


def _tone(one: WaveView, found: Progress) -> tuple[str, str]:
    if one.paused:
        return "", "pause"
    if found.failed:
        return "bad", "fail"
    if found.unknown:
        return "warn", "warn"
    return ("ok", "done") if found.total and found.posted == found.total else ("", "clock")


def _range(one: WaveView, tz: ZoneInfo) -> str:
    if one.from_ms is None or one.until_ms is None:
        return "Nothing planned"
    first, last = from_ms(one.from_ms).astimezone(tz), from_ms(one.until_ms).astimezone(tz)
    if one.from_ms == one.until_ms:
        return wording.local(first, tz)
    end = f"{last:%H:%M}" if first.date() == last.date() else wording.local(last, tz)
    return f"{wording.local(first, tz)} – {end}"


def _next(one: WaveView, now: datetime) -> str:
    if one.next_ms is None:
        return "none"
    left_ms = one.next_ms - to_ms(now)
    return wording.until(left_ms) if left_ms > 0 else "due"


def lanes(targets: Sequence[Planned], now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    """The picture of a wave, by channel in order of their first target."""
    over = wave_lanes.scale([one.due_ms for one in targets])
    by_channel: dict[str, list[Planned]] = {}
    for one in targets:
        by_channel.setdefault(one.channel, []).append(one)
    return {
        "lanes": [
            {"channel": chip(members[0].channel, members[0].channel_title, members[0].platform),
             "pins": _pins(members, over, tz)}
            for members in by_channel.values()
        ],
        "ticks": wave_lanes.ticks(over, tz),
        "now": wave_lanes.now_at(over, now),
        "zone": wording.city(tz),
    }  # fmt: skip


def _pins(members: Sequence[Planned], over: wave_lanes.Scale, tz: ZoneInfo) -> list[Pin]:
    room = wave_lanes.spread([over.x(one.due_ms) for one in members])
    found = []
    for one, has_room in zip(members, room, strict=True):
        status, label, icon = _standing(one)
        at = from_ms(one.due_ms)
        name = f"{one.title or 'Empty slot'} on {one.channel_title}, {wording.local(at, tz)}: {label}"
        shown = wording.clock_time(at, tz) if has_room else ""
        found.append(Pin(over.at(one.due_ms), shown, name, status, icon, f"#target-{one.id}"))
    return found


def plan(of: Plan, now: datetime, timezone: str) -> dict[str, Any]:
    """What saving would do, as the form shows it."""
    tz = zone(timezone)
    rows = [
        {
            "place": place,
            "channel": chip(one.channel.id, one.channel.title, one.platform),
            "due_label": wording.local(one.when.at, tz) + (f":{one.when.at:%S}" if one.when.at.second else ""),
            "due_there": wording.local(one.when.at, zone(one.channel.timezone)),
            "zone": wording.city(zone(one.channel.timezone)),
            "due_note": wording.until(to_ms(one.when.at) - to_ms(now)),
            "note": one.when.note or "",
            "clashes": [clash_words(clash, one.channel.title, timezone) for clash in one.clashes],
        }
        for place, one in enumerate(of.lanes, 1)
    ]
    free = None
    if of.free is not None:
        local = of.free.astimezone(tz)
        free = {"label": wording.local(local, tz), "value": local.replace(tzinfo=None).isoformat(timespec="seconds")}
    return {"rows": rows, "free": free, "clashes": len(of.clashes), "zone": wording.city(tz)}
