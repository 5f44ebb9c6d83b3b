"""What the settings pages show of stored rows: finished texts, no logic left for templates."""

import contextlib
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app import wording
from app.accounts.rules import Identity
from app.clock import MINUTE_MS, from_ms, parse_instant
from app.database import Row
from app.errors import DaypartError
from app.web.pager import Pager
from app.web.subjects import Subject

AUDIT = "/settings/audit"


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person in the list."""

    id: str
    name: str
    role: str
    since: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key in the list; `revoked` is empty while it can be used."""

    id: str
    name: str
    role: str
    made: str
    last_used: str
    revoked: str


@dataclass(frozen=True, slots=True)
class HostRow:
    """An allowed host in the list."""

    host: str
    by: str
    when: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit."""

    when: str
    iso: str
    who: str
    what: str
    subject: str
    href: str | None
    changes: str


def _local(ms: int, tz: ZoneInfo) -> str:
    return wording.local(from_ms(ms), tz)


def user(row: Row, me: Identity, tz: ZoneInfo) -> UserRow:
    """A person as the list shows them."""
    is_me = me.kind == "user" and row["id"] == me.id
    return UserRow(row["id"], row["name"], row["role"], _local(row["created_ms"], tz), is_me)


def key(row: Row, tz: ZoneInfo, now_ms: int) -> KeyRow:
    """A key as the list shows it; its last use is known to the minute."""
    used, revoked = row["last_used_ms"], row["revoked_ms"]
    if used is None:
        last_used = "never"
    else:
        last_used = wording.until(used - now_ms) if now_ms - used >= MINUTE_MS else "in the last minute"
    return KeyRow(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        made=_local(row["created_ms"], tz),
        last_used=last_used,
        revoked=_local(revoked, tz) if revoked else "",
    )


def host(row: Row, tz: ZoneInfo) -> HostRow:
    """A host as the list shows it."""
    return HostRow(row["host"], row["actor"], _local(row["at_ms"], tz))


def entry(row: Row, tz: ZoneInfo, subject: Subject | None) -> Entry:
    """An event as the audit shows it; `subject` is what its area calls the thing, if it still has it."""
    before, after = (msgspec.json.decode(row[side]) if row[side] else None for side in ("before", "after"))
    at = from_ms(row["at_ms"])
    return Entry(
        when=wording.local(at, tz),
        iso=at.isoformat(),
        who=row["actor"],
        what=f"{row['subject_type'].replace('_', ' ')} {row['verb']}",
        subject=subject.name if subject else _subject(row, before, after),
        href=subject.href if subject else None,
        changes=_changes(before, after, tz),
    )


def _subject(row: Row, before: Any, after: Any) -> str:
    for side in (after, before):
        if isinstance(side, dict):
            for name in ("name", "title"):
                if side.get(name):
                    return str(side[name])
    return str(row["subject_id"])


def _changes(before: Any, after: Any, tz: ZoneInfo) -> str:
    """Which values became which: `role: viewer → editor`, and why something went wrong."""
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    both = [name for name in new if name in old and new[name] != old[name]]
    changes = [f"{name}: {_said(old[name], tz)} → {_said(new[name], tz)}" for name in both]
    return ", ".join([*changes, *([str(new["error"])] if "error" in new else [])])


def _said(value: Any, tz: ZoneInfo) -> str:
    """A value in words; instants on the desk's clock."""
    if isinstance(value, str) and len(value) >= len("2026-05-14T16:30Z"):
        with contextlib.suppress(ValueError, DaypartError):
            return wording.local(parse_instant(value), tz)
    return str(value)


def audit_pager(before: int | None, more: int | None) -> Pager | None:
    """The way through the audit; None when all of it fits on one page."""
    if before is None and more is None:
        return None
    return Pager(AUDIT if before is not None else None, f"{AUDIT}?before={more}" if more else None, "Newest first")
