"""Finished values for the templates of channels: words, times and what may be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.accounts.rules import Identity
from app.channels import kinds
from app.channels.kinds import Health, Look
from app.channels.rules import hue_of, mark_of
from app.channels.service import ChannelView, Switched
from app.clock import from_ms

LIST = "/channels"
STATES = {"active": "Active", "paused": "Paused", "inactive": "Switched off"}


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab of a channel's page."""

    href: str
    label: str
    current: bool


def row(view: ChannelView, look: Look, health: Health, by: Identity, now: datetime, tz: ZoneInfo) -> dict[str, Any]:
    """A channel as `templates/channels/list.html` names it."""
    kind, may = kinds.KINDS[view.kind], by.can("editor")
    return {
        "id": view.id,
        "href": f"{LIST}/{view.slug}",
        "mark": mark_of(view.title),
        "hue": hue_of(view.id),
        "title": view.title,
        "slug": view.slug,
        "platform": look.label,
        "platform_icon": look.icon,
        "kind": view.kind,
        "kind_label": kind.label,
        "kind_icon": kind.icon,
        "zone": view.timezone,
        "day_start": view.day_start,
        "state": view.state,
        "state_label": STATES[view.state],
        "problem": health.problem,
        "waiting_label": wording.count(health.waiting, "post"),
        "waiting": health.waiting,
        "next_label": _time_label(health.next_ms, "Nothing planned", now, tz),
        "last_label": _time_label(health.last_success_ms, "None yet", now, tz),
        "next_ms": health.next_ms if view.state == "active" else None,
        "can_pause": may and view.active and not view.paused,
        "can_resume": may and view.active and view.paused,
        "can_deactivate": may and view.active,
        "can_activate": may and not view.active,
    }


def _time_label(ms: int | None, none: str, now: datetime, tz: ZoneInfo) -> str:
    if ms is None:
        return none
    at = from_ms(ms).astimezone(tz)
    today = at.date() == now.astimezone(tz).date()
    return f"Today {at:%H:%M}" if today else wording.local(at, tz)


def tab_links(view: ChannelView, current: str) -> list[TabLink]:
    """The tabs of a channel; the overview has no name."""
    at = f"{LIST}/{view.slug}"
    own = [TabLink(f"{at}/{tab.name}", tab.label, tab.name == current) for tab in kinds.tabs(view.kind)]
    return [TabLink(at, "Overview", not current), *own]


def switched_words(done: Switched, verb: str) -> str:
    """What a switch did, with the number of posts that it holds or lets go."""
    title, posts = done.channel.title, wording.count(done.changed, "post")
    has, one = ("waits", "is") if done.changed == 1 else ("wait", "are")
    words = {
        "pause": ("paused", f"{posts} {has}."),
        "resume": ("", f"{posts} {one} planned."),
        "deactivate": ("switched off", f"{posts} {has} until it is switched on again."),
        "activate": ("switched on", f"{posts} {one} planned."),
    }
    state, what = words[verb]
    if done.was_so:
        was = {"pause": "paused", "resume": "not paused", "deactivate": "switched off", "activate": "switched on"}
        return f"{title} was {was[verb]} already, so nothing changed."
    told = f"{title} {f'is {state}' if state else 'goes on'}."
    return f"{told} {what}" if kinds.part(done.channel.kind) else told
