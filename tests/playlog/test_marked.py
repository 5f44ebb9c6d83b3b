"""Where an asset may be interrupted is what its markers say."""

from types import SimpleNamespace
from typing import Any, cast

from app.database import sql
from app.playlog.stock import Stock
from tests.plans.desk import Desk


async def test_chapters_and_breaks_interrupt_and_other_markers_do_not(desk: Desk) -> None:
    ferry = await desk.asset("Ferry", 90)
    for number, kind in enumerate(("chapter", "break", "note", "credits")):
        await sql(
            "INSERT INTO marker (asset, position, kind, title, start_ms) VALUES (?, ?, ?, '', ?)",
            ferry, number, kind, 1000 * (number + 1),
        )  # fmt: skip
    channel = cast(Any, SimpleNamespace(filler_asset=None))
    shelf = await (await Stock.take()).holding(channel, {ferry})
    assert shelf.chapters == {ferry: (1000, 2000)}
