"""`daypart wave`."""

from datetime import timedelta
from typing import Any

import pytest

from app.settings import Settings
from tests.commands import Run, daypart, told
from tests.posts.desk import Desk


@pytest.fixture
def run(desk_settings: Settings) -> Run:
    """Runs `daypart wave ... --json` and gives what it told."""

    def wave(*arguments: object, status: int = 0) -> Any:
        return told(daypart(desk_settings.data, "wave", *arguments, "--json"), status)

    return wave


async def test_wave_is_planned_held_moved_and_cancelled(desk: Desk, run: Run) -> None:
    from app.clock import MasterClock
    from app.database import sql

    await sql("INSERT OR REPLACE INTO desk (id, name, timezone) VALUES (1, 'Harbour', 'Europe/Lisbon')")
    slugs = []
    for number in (1, 2):
        channel = await desk.channel(title=f"Channel {number}")
        slugs.append((await sql("SELECT slug FROM channel WHERE id = ?", channel))[0]["slug"])
    at = MasterClock().now() + timedelta(days=1)
    wanted = ("add", "spring", *slugs, "--kind", "staggered", "--at", at.isoformat(), "--step", 600)
    preview = run(*wanted, "--preview")
    assert (preview["stored"], len(preview["plan"])) == (False, 2)
    assert run("list") == []
    made = run(*wanted)
    assert [one["delay_seconds"] for one in made["schedules"]] == [0, 600]
    assert run(*wanted, status=1)["code"] == "SLOT_TAKEN"
    assert run("pause", "spring")["changed"] == 2
    assert run("list")[0]["is_paused"] is True
    assert run("move", "spring", (at + timedelta(hours=1)).isoformat())["changed"] == 2
    assert run("resume", "spring")["changed"] == 2
    assert run("show", "spring")["progress"]["waiting"] == 2
    assert run("cancel", "spring")["changed"] == 2
    assert run("retry", "spring", status=1)["code"] == "STATE"
    assert run("show", "gone", status=1)["code"] == "WAVE_UNKNOWN"
