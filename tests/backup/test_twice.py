"""A real desk that is restored after it went on: nothing goes out a second time."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.backup.conftest import ROOT
from tests.system.desk import Desk, open_desk
from tests.system.films import Films
from tests.system.tree import Tree
from workers.publishing import LOOK_EVERY_S


def backup(desk: Desk, data: Path, *arguments: str) -> Any:
    env = {**desk.tree.environment(), "DAYPART_DATA": str(data)}
    command = [sys.executable, "-m", "app.cli", "backup", *arguments, "--json"]
    return json.loads(subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True).stdout)


def state(desk: Desk, tree: Tree, post: str) -> str:
    """The state of a post on another tree, asked with the key that the backup has, too."""
    headers = {"authorization": f"Bearer {desk.key}"}
    answer = httpx.get(f"{tree.url}/api/schedule/post/{post}", headers=headers, trust_env=False, timeout=30)
    found: str = answer.raise_for_status().json()["state"]
    return found


def test_what_went_out_after_the_backup_does_not_go_out_again_after_the_restore(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    films = Films(tmp_path / "films")
    with open_desk(tmp_path / "data") as desk:
        channel = desk.channel("Slow Kitchen")
        soon = desk.post(desk.asset(films.film("barley")), "Barley", channel, minutes=0.1)
        ahead = desk.post(desk.asset(films.film("tide")), "Tide", channel)
        backup(desk, desk.tree.data, "create", "--media", str(tmp_path / "backup.tar"))
        desk.await_state(soon, "published")
        desk.tree.stop()
        done = backup(desk, tmp_path / "new", "restore", str(tmp_path / "backup.tar"))
        assert (done["unconfirmed"], done["ahead"], done["missing"]) == (1, 1, [])
        with Tree(tmp_path / "new") as new:
            time.sleep(3 * LOOK_EVERY_S)
            assert (state(desk, new, soon), state(desk, new, ahead)) == ("unconfirmed", "scheduled")
        assert desk.receiver.get("/counts")["total"] == 1
