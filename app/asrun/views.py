"""Finished values for the page of as-run."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from app import wording
from app.asrun.exports import FORMATS
from app.asrun.queries import Found
from app.asrun.reporting import Reported
from app.asrun.rules import FIRST_YEAR, LAST_YEAR, SLIP_MS, Recorded
from app.channels.views import LIST
from app.clock import from_ms

STATUSES = {
    "START": ("Block began", ""), "FENCE": ("Block ended", ""), "AIRED": ("Aired", "ok"),
    "TRUNCATED": ("Cut off", "warn"), "SHORT": ("Too short", "warn"), "SKIPPED": ("Skipped", "bad"),
    "SUBSTITUTED": ("Substituted", "warn"), "ERROR": ("Error", "bad"),
}  # fmt: skip
EVIDENCE = {"served": "Served", "available": "Available", "reported": "Reported", "none": "None"}
KINDS = {
    "program": "Programme", "commercial": "Commercial", "promo": "Promo", "ident": "Ident", "psa": "Public service",
    "filler": "Filler", "pad": "Pad",
}  # fmt: skip
FORMAT_LABELS = {"jsonl": "JSON lines", "csv": "CSV", "asrun": "Fixed columns (.asrun)"}


def page(found: Found, day: date, today: date) -> dict[str, Any]:
    """The block `asrun` of `templates/asrun/channel.html`."""
    at = f"{LIST}/{found.channel.slug}/asrun"
    return {
        "at": at,
        "date": day.isoformat(),
        "name": wording.day_label(day, today),
        "zone": wording.city(found.tz),
        "previous": _href(at, day - timedelta(days=1)) if day > date(FIRST_YEAR, 1, 1) else None,
        "next": _href(at, day + timedelta(days=1)) if day < date(LAST_YEAR, 12, 31) else None,
        "rows": [_row(found, one) for one in found.rows],
        "count": wording.count(len(found.rows), "row"),
        "wrong": wording.count(wrong, "row") if (wrong := sum(_differs(one) for one in found.rows)) else "",
        "more": found.more,
        "exports": [{"href": _href(f"{at}/export", day, form), "label": FORMAT_LABELS[form]} for form in FORMATS],
    }


def _href(at: str, day: date, form: str = "") -> str:
    query = {"date": day.isoformat(), **({"format": form} if form else {})}
    return f"{at}?{urlencode(query)}"


def _differs(one: Reported) -> bool:
    return STATUSES[one.row.status][1] in ("warn", "bad")


def _late(row: Recorded) -> str:
    """How far its start slipped, where it did."""
    slip = 0 if row.planned_ms is None else row.start_ms - row.planned_ms
    return "" if abs(slip) < SLIP_MS else wording.lateness(slip)


def _row(found: Found, one: Reported) -> dict[str, Any]:
    row = one.row
    start = from_ms(one.start_ms).astimezone(found.tz)
    label, tone = STATUSES[row.status]
    return {
        "iso": start.isoformat(timespec="milliseconds"),
        "start": f"{start:%H:%M:%S}",
        "late": _late(row),
        "length": "" if one.end_ms is None else wording.length(one.end_ms - one.start_ms),
        "title": row.title,
        "href": f"/library/{row.asset}" if row.asset else "",
        "kind": KINDS[row.kind],
        "status": label,
        "tone": tone,
        "evidence": EVIDENCE[row.evidence],
        "reason": row.reason or "",
        "split": "Goes over the start of the broadcast day." if one.is_split_entry else "",
    }
