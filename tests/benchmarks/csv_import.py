"""Import of a CSV file with 10,000 rows, its dry run, and importing it again: on a desk with as many videos.

There is no ceiling: the goals are seconds on the machine at hand. The file is as large as the desk takes.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from app import database
from app.accounts.desk import SYSTEM
from app.clock import MasterClock
from app.csv_text import ROWS_MOST, write
from app.posts.importing import Import, import_csv
from tests.benchmarks.desk import DESCRIPTION, TITLE, ZONE, Desk, new_desk, video
from tests.benchmarks.results import Figure, duration

CHANNELS = ("Harbour TV", "Harbour Radio", "Harbour Clips", "Lighthouse")
APART = timedelta(minutes=7)
COLUMNS = ("title", "description", "hashtags", "channels", "scheduled_time", "asset")
MOST_S = 10.0


class NotImported(Exception):
    """The desk did something else with the rows than was measured."""


def run() -> list[Figure]:
    """Seconds of a dry run, of the import, and of the same file again."""
    with new_desk() as desk:
        desk.add_channels(CHANNELS, "http://127.0.0.1:9/never")
        dry, first, again = asyncio.run(_measured(desk))
    return [
        duration("csv_dry_run_10000_rows_seconds", dry, goal=MOST_S),
        duration("csv_import_10000_rows_seconds", first, goal=MOST_S),
        duration("csv_import_again_10000_rows_seconds", again, goal=MOST_S),
    ]


async def _measured(desk: Desk) -> tuple[float, float, float]:
    async with database.opened(desk.settings.database):
        async with database.DB.transaction():
            assets = [await video() for _ in range(ROWS_MOST)]
        data = _sheet(assets)
        return await _timed(data, new=ROWS_MOST, dry_run=True), await _timed(data, new=ROWS_MOST), await _timed(data)


async def _timed(data: bytes, new: int = 0, *, dry_run: bool = False) -> float:
    began = time.perf_counter()
    done: Import = await import_csv(data, by=SYSTEM, clock=MasterClock(), timezone=ZONE, dry_run=dry_run)
    took = time.perf_counter() - began
    if (done.count("new"), done.count("known")) != (new, ROWS_MOST - new):
        raise NotImported(f"{done.count('new')} new, {done.count('known')} known, {done.count('wrong')} wrong")
    return took


def _sheet(assets: list[str]) -> bytes:
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    rows = (
        {
            "title": TITLE, "description": DESCRIPTION, "hashtags": "#harbour #quay",
            "channels": CHANNELS[n % len(CHANNELS)], "scheduled_time": (first + n * APART).isoformat(), "asset": asset,
        }
        for n, asset in enumerate(assets)
    )  # fmt: skip
    return write(COLUMNS, rows)
