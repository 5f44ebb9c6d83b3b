"""Finished values for the preview of a date: each stretch with who has it, and its events with why each was picked."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app import wording
from app.clock import MINUTE_MS, from_ms, to_ms
from app.plans import drawing, reasons, telling
from app.plans.days import DayView
from app.plans.drawing import Piece
from app.plans.values import Event, Finding, Plan


def preview(day: DayView, plans: Sequence[Plan], now: datetime, home: str) -> dict[str, Any]:
    """A date as it resolves: each stretch with who has it and why, and its events with why each was picked."""
    grid = day.channel.grid
    hues = drawing.hues(plan.id for plan in plans)
    pieces = drawing.pieces(day.date, day.stretches, grid, plans)
    return {
        "day": {
            "date": day.date.isoformat(), "label": f"{wording.day(day.date)} {day.date.year}",
            "note": drawing.change_note(day.start_ms, day.end_ms),
            "begins": drawing.clock(day.own_start_ms, grid) if day.own_start_ms > day.start_ms else "",
            "week": f"{home}?date={day.date}",
            "previous": f"{home}/preview?date={day.date - timedelta(days=1)}",
            "next": f"{home}/preview?date={day.date + timedelta(days=1)}",
        },
        "findings": [_finding(one, day) for one in sorted(day.findings, key=lambda one: one.start_ms or 0)],
        "stretches": [_stretch(one, day, hues, to_ms(now)) for one in pieces],
    }  # fmt: skip


def _finding(one: Finding, day: DayView) -> dict[str, str]:
    grid = day.channel.grid
    at = f"{drawing.clock(one.start_ms, grid)}: " if one.start_ms is not None else ""
    return {"code": one.code, "tone": "bad" if one.level == "error" else "warn", "text": f"{at}{one.detail}"}


def _stretch(piece: Piece, day: DayView, hues: Mapping[str, str], now_ms: int) -> dict[str, Any]:
    start, end = piece.stretch.start_ms, piece.stretch.end_ms
    here = [one for one in day.events if start <= one.start_ms < end]
    return {
        "window": f"{piece.begins} – {piece.ends}", "why": piece.why,
        "hue": hues[piece.plan.id] if piece.plan and not piece.empty else "",
        "name": piece.zone.name if piece.zone and not piece.whole else "Gap",
        "plan": piece.plan.name if piece.plan else "", "events": [_event(one, day, now_ms) for one in here],
    }  # fmt: skip


def _event(one: Event, day: DayView, now_ms: int) -> dict[str, Any]:
    state = "over" if one.end_ms <= now_ms else "air" if one.start_ms <= now_ms else ""
    program = one.lineage.get("program")
    parts = one.parts if len(one.parts) > 1 else ()
    return {
        "time": drawing.clock(one.start_ms, day.channel.grid), "iso": from_ms(one.start_ms).isoformat(),
        "title": one.title, "span": telling.length_told(one.span_ms // MINUTE_MS),
        "plays": wording.length(one.duration_ms), "kind": one.kind, "program": program["name"] if program else "",
        "why": reasons.told(one.lineage, day.channel.grid.tz), "state": state,
        "parts": [f"{part.title} ({wording.length(part.duration_ms)})" for part in parts],
    }  # fmt: skip
