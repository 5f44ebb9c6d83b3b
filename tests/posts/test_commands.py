"""`daypart post`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Run, daypart
from tests.posts.desk import Desk

AT = "2099-06-01T18:00"


@pytest.fixture
def run(desk: Desk, tmp_path: Path) -> Run:
    """Runs `daypart post ... --json` and gives what it told."""
    (tmp_path / "import").mkdir()
    (tmp_path / "import" / "film.mp4").write_bytes(b"film")

    def post(*arguments: object, status: int = 0, process: bool = False) -> Any:
        words, place = ("post", *arguments, "--json"), str(tmp_path / "import")
        done = daypart(desk.settings.data, *words, process=process, DAYPART_IMPORT=place)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stderr

    return post


async def test_post_is_made_found_moved_and_cancelled(desk: Desk, run: Run) -> None:
    channel, asset = await desk.channel(title="Slow Kitchen"), await desk.video()
    made = run("create", "--title", "Barley", "--asset", asset, "--channel", "slow-kitchen", "--hashtags", "one two")
    assert (made["status"], made["hashtags"], made["targets"][0]["channel"]) == (
        "pending",
        ["one", "two"],
        "slow-kitchen",
    )
    assert [one["id"] for one in run("list", "barley", "--status", "pending", "--channel", "slow-kitchen")] == [
        made["id"]
    ]
    moved = run("shift", made["id"], "--days", 1)
    assert moved == {"act": "shift", "posts": 1, "targets": 1}
    assert run("show", made["id"])["scheduled_time"] > made["scheduled_time"]
    assert run("reschedule", made["id"], AT, "--zone", "Europe/Lisbon", status=1)["code"] == "TIME_FAR"
    assert run("now", made["id"])["targets"] == 1
    assert run("cancel", made["id"])["targets"] == 1
    assert run("retry", made["id"], status=1)["refused"][0]["code"] == "STATE"
    assert channel


async def test_post_of_a_file_that_is_still_to_come(desk: Desk, run: Run) -> None:
    await desk.channel()
    made = run("create", "--title", "Barley", "--path", "film.mp4", "--platform", "webhook", process=True)
    assert (made["asset"], made["video"]["source"]) == (None, "film.mp4")
    assert "Give either" in run("create", "--title", "Barley", status=2)


async def test_file_is_imported_once(desk: Desk, run: Run, tmp_path: Path) -> None:
    await desk.channel(title="Slow Kitchen")
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"title,channels,scheduled_time,asset\nBarley,slow-kitchen,,{await desk.video()}\nX,nowhere,,y\n")
    counts = [run("import", sheet, *options) for options in (["--dry-run"], [], [])]
    assert [(one["stored"], one["new"], one["known"], one["wrong"]) for one in counts] == [
        (False, 1, 0, 1), (True, 1, 0, 1), (True, 0, 1, 1),
    ]  # fmt: skip
    assert counts[0]["rows"][1]["errors"][0]["code"] == "CHANNEL_UNKNOWN"
