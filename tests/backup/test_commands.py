"""`daypart backup` as an operator uses it: statuses, words and JSON."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backup.conftest import ROOT, Desk
from tests.commands import daypart, told


def test_a_backup_is_made_checked_and_restored(desk: Desk) -> None:
    (desk.place / "backups").mkdir()
    made = told(daypart(desk.settings.data, "backup", "create", str(desk.place / "backups"), "--media", "--json"))
    path = Path(made["path"])
    assert path.parent == desk.place / "backups"
    assert path.match("daypart-????????-??????.tar")
    assert made["bytes"] == path.stat().st_size
    assert made["files"] == {"kept": 5, "listed": 0, "missing": 0, "damaged": 0}
    checked = told(daypart(desk.settings.data, "backup", "verify", str(path), "--json"))
    assert checked == {key: value for key, value in made.items() if key != "bytes"}
    done = told(daypart(desk.place / "new", "backup", "restore", str(path), "--json"))
    assert done["data"] == str(desk.place / "new")
    assert done["counts"] == made["counts"]
    assert (done["ahead"], done["missing"]) == (1, [])


def test_without_a_target_the_backup_goes_into_the_current_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.place / "here").mkdir()
    monkeypatch.chdir(desk.place / "here")
    assert daypart(desk.settings.data, "backup", "create").returncode == 0
    (path,) = (desk.place / "here").iterdir()
    assert path.match("daypart-????????-??????.tar")


def test_words_tell_what_is_in_it_what_is_missing_and_what_to_do(desk: Desk) -> None:
    lost = desk.film()
    lost.unlink()
    desk.sql("UPDATE target SET due_ms = 1000 WHERE state = 'scheduled' AND rowid % 2")
    path = desk.place / "backup.tar"
    made = daypart(desk.settings.data, "backup", "create", str(path))
    assert made.returncode == 0
    assert f"Written: {path}" in made.stdout
    assert "In it: 2 channels, 4 videos, 5 posts, 2 users." in made.stdout
    assert "Media: 0 files (0 bytes) in it, 4 files (" in made.stdout
    assert f"media/{lost.parent.name}/{lost.name}: No such file or directory" in made.stdout
    checked = daypart(desk.settings.data, "backup", "verify", str(path))
    assert checked.stdout.startswith(f"{path} is whole: a backup of 20")
    done = daypart(desk.place / "new", "backup", "restore", str(path))
    assert done.stdout.startswith(f"{desk.place}/new holds the desk of 20")
    assert "1 post may have gone out since" in done.stdout
    assert "Stop the desk that the backup was made on" in done.stdout
    assert "Everybody signs in anew." in done.stdout
    assert f"{desk.place}/new/media/{lost.parent.name}/{lost.name}  Barley" in done.stdout
    assert done.stderr == made.stderr == checked.stderr == ""


def test_a_long_list_is_cut_short_but_not_for_programs(desk: Desk) -> None:
    for number in range(30):
        desk.sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, 1, 'video/mp4', '{}')",
            str(number), f"{number:064}", f"aa/{number:064}.mp4",
        )  # fmt: skip
    path = str(desk.place / "backup.tar")
    said = daypart(desk.settings.data, "backup", "create", path).stdout
    assert said.endswith("  and 10 more; --json names all.\n")
    assert len(told(daypart(desk.settings.data, "backup", "verify", path, "--json"))["lacking"]) == 30


def test_a_desk_without_its_key_is_told_so(desk: Desk) -> None:
    desk.settings.key_file.unlink()
    made = desk.backup()
    done = daypart(desk.place / "new", "backup", "restore", str(made.path))
    assert "no key file: signing secrets have to be renewed" in done.stdout


def test_refusals_have_status_1_and_their_code(desk: Desk) -> None:
    path = desk.place / "what.tar"
    path.write_bytes(b"no archive")
    plain = daypart(desk.settings.data, "backup", "verify", str(path))
    assert (plain.returncode, plain.stdout) == (1, "")
    assert plain.stderr.startswith("error: BACKUP_BROKEN ")
    problem = told(daypart(desk.settings.data, "backup", "restore", str(path), "--json"), status=1)
    assert problem["code"] == "BACKUP_BROKEN"
    full = told(daypart(desk.settings.data, "backup", "restore", str(desk.backup().path), "--json"), status=1)
    assert full["code"] == "DATA_NOT_EMPTY"
    assert told(daypart(desk.place / "none", "backup", "create", "--json"), status=1)["code"] == "DESK_UNKNOWN"
    assert not (desk.place / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [("backup", "restore"), ("backup", "nothing"), ("backup", "verify"), ("backup", "create", "a", "b"),
     ("backup", "restore", "x.tar", "--media-from", "/nowhere")],
)  # fmt: skip
def test_wrong_usage_is_status_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert daypart(tmp_path, *arguments).returncode == 2


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_progress_is_shown_on_a_terminal_to_people_only(arguments: tuple[str, ...], desk: Desk) -> None:
    own, other = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "backup", "create", str(desk.place / "backup.tar"), *arguments], cwd=ROOT,
        env={**os.environ, "DAYPART_DATA": str(desk.settings.data), "TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.PIPE, stderr=other, check=True, text=True,
    )  # fmt: skip
    os.close(other)
    shown = b""
    while True:
        try:
            shown += os.read(own, 65_536)
        except OSError:  # the other end is closed
            break
    os.close(own)
    assert (b"Copying the database" in shown) == (not arguments)
    assert "Copying" not in done.stdout
