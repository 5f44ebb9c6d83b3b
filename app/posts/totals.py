"""Figures over all targets, for the heads of pages."""

from dataclasses import dataclass

from app.database import sql


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures over all targets for the heads of pages."""

    pending: int
    pending_today: int
    processing: int
    failed: int
    completed_today: int
    completed_week: int
    next_due_ms: int | None
    median_late_ms: int | None


async def totals_of(today_ms: tuple[int, int], week_from_ms: int) -> Totals:
    """Counts by status, with those of the station's day (its half-open interval) told apart."""
    start_ms, end_ms = today_ms
    row = (
        await sql(
            "SELECT"
            " sum(state IN ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait')) AS pending,"
            " sum(state IN ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait') AND due_ms >= ? AND due_ms < ?)"
            "  AS pending_today,"
            " sum(state IN ('committing', 'confirming')) AS processing,"
            " sum(state IN ('failed', 'missed', 'unconfirmed')) AS failed,"
            " sum(state = 'published' AND due_ms >= ? AND due_ms < ?) AS completed_today,"
            " sum(state = 'published') AS completed_week,"
            " min(CASE WHEN state IN ('scheduled', 'ready', 'retry_wait') THEN due_ms END) AS next_due_ms"
            " FROM target WHERE state IN ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait', 'committing',"
            " 'confirming', 'failed', 'missed', 'unconfirmed') OR state = 'published' AND due_ms >= ?",
            start_ms, end_ms, start_ms, end_ms, week_from_ms,
        )
    )[0]  # fmt: skip
    return Totals(
        **{name: value or 0 for name, value in row.items() if name != "next_due_ms"},
        next_due_ms=row["next_due_ms"],
        median_late_ms=await _median_late_ms(week_from_ms, row["completed_week"] or 0),
    )


async def _median_late_ms(from_ms: int, count: int) -> int | None:
    rows = await sql(
        "SELECT max(committed_ms - due_ms, 0) AS late_ms FROM target WHERE state = 'published' AND due_ms >= ?"
        " AND committed_ms IS NOT NULL ORDER BY late_ms LIMIT 1 OFFSET ?",
        from_ms, max(0, count - 1) // 2,
    )  # fmt: skip
    return rows[0]["late_ms"] if rows else None
