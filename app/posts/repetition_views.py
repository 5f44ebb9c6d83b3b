"""Finished values for the templates of repetitions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import MasterClock, from_ms, to_ms
from app.database import placeholders, sql
from app.posts import repetition_forms, repetitions, views
from app.posts.occurrences import stored
from app.posts.repetitions import Listed, Wanted
from app.posts.schemas import PostView


async def section(found: PostView, clock: MasterClock, tz: ZoneInfo, may_edit: bool) -> dict[str, Any]:
    """What the page of a post says of its repetition, and whether it can be published again."""
    one = await repetitions.of_post(found.id, clock) if await stored(found.id) else None
    published = any(target.state == "published" for target in found.targets)
    shown = await row(one, clock.now(), tz, may_edit) if one else None
    return {"shown": shown, "can_set": may_edit and one is None, "can_again": may_edit and published}


async def row(one: Listed, now: datetime, tz: ZoneInfo, may_edit: bool) -> dict[str, Any]:
    """A repetition in words."""
    found = one.repetition
    channels = await channels_of(found.channels)
    wanted = Wanted(found.rule, found.catch_up)
    state, tone = _state(one)
    return {
        "id": found.post,
        "title": one.title,
        "href": f"/schedule/posts/{found.post}",
        "at": f"/schedule/posts/{found.post}/repetition",
        "words": repetition_forms.in_words(found.rule),
        "catch_up": repetition_forms.CATCH_UP[found.catch_up],
        "channels": [views.chip(row["id"], row["title"], row["platform"]) for row in channels],
        "preview": repetition_forms.preview_of(wanted, [row["timezone"] for row in channels], now),
        "next_label": wording.local(from_ms(one.next_ms), tz) if one.next_ms else "None",
        "next_ms": None if found.paused else one.next_ms,
        "next_note": wording.until(one.next_ms - to_ms(now)) if one.next_ms else "",
        "state_label": state,
        "tone": tone,
        "clashes": wording.count(one.clashes, "time") + (" clashes" if one.clashes == 1 else " clash"),
        "clashing": one.clashes > 0,
        "can_pause": may_edit and not found.paused and not one.over,
        "can_resume": may_edit and found.paused,
        "can_edit": may_edit,
    }


def _state(one: Listed) -> tuple[str, str]:
    if one.over:
        return "Over", ""
    return ("Paused", "warn") if one.repetition.paused else ("Repeats", "ok")


async def channels_of(ids: list[str]) -> list[dict[str, Any]]:
    """The channels of a repetition, by title, with their platforms and zones."""
    return await sql(
        "SELECT c.id, c.title, c.timezone, s.platform FROM channel c JOIN social_account s ON s.channel = c.id"
        f" WHERE c.id IN ({placeholders(ids)}) ORDER BY c.title, c.id",
        *ids,
    )
