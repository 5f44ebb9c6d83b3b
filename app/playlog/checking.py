"""Checking a stretch of a stored playlog."""

from datetime import datetime

from app.clock import HOUR_MS, MasterClock, to_ms
from app.plans.grids import Planned
from app.plans.values import Finding
from app.playlog import horizon, queries
from app.playlog.stock import Stock
from app.playlog.values import Line
from app.playlog.verifying import verify


async def validate(
    key: str, start: datetime | None, end: datetime | None, *, clock: MasterClock
) -> tuple[Planned, list[Finding]]:
    """What is wrong with a stretch by now; without ends it is the horizon, which must reach far enough, too."""
    if start is not None and end is not None:
        of, lines = await queries.between(key, start, end)
        return of, [*_ends(lines, to_ms(start), to_ms(end)), *await _verified(of, lines)]
    of, lines = await ahead(key, clock)
    now = clock.now_ms()
    reaches = lines[-1].end_ms if lines else now
    findings = _ends(lines, now, reaches)
    if reaches < now + horizon.LEAST_MS:
        detail = f"The playlog reaches {max(0, reaches - now) / HOUR_MS:.1f} h ahead, less than 3 h."
        findings.append(Finding("HORIZON_SHORT", "error", detail, reaches, now + horizon.LEAST_MS))
    return of, [*findings, *await _verified(of, lines)]


async def ahead(key: str, clock: MasterClock) -> tuple[Planned, list[Line]]:
    """What a channel airs from now on."""
    return await queries.asked(key, None, None, None, clock.now())


def _ends(lines: list[Line], start_ms: int, end_ms: int) -> list[Finding]:
    holes = [(start_ms, lines[0].start_ms), (lines[-1].end_ms, end_ms)] if lines else [(start_ms, end_ms)]
    return [Finding("PLAYLOG_GAP", "error", "Nothing is planned here.", *hole) for hole in holes if hole[0] < hole[1]]


async def _verified(of: Planned, lines: list[Line]) -> list[Finding]:
    stock = await Stock.take()
    shelf = await stock.holding(of, {line.asset for line in lines if line.asset})
    lengths = {one.id: one.duration_ms for one in stock.library.all if one.duration_ms}
    return verify(lines, shelf, lengths)
