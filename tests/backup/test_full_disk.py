"""A disk that is full for real: a small file system, and a limit on the length of files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backup.conftest import ROOT, Desk

PROGRAM = [sys.executable, "-m", "tests.backup.small_disk"]
ALONE = ["unshare", "--map-root-user", "--mount"]


def may_mount() -> bool:
    asked = [*ALONE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(asked, capture_output=True, check=False).returncode == 0


# Where nothing may be mounted, only the length of files is limited, which also reaches the copied database.
KIND = "small" if may_mount() else "files"


def run(kind: str, data: str, place: Path, room: int, *arguments: str) -> list[str]:
    """Exit status, how the error begins, and the files that are left, of a command with so many bytes of room."""
    place.mkdir(exist_ok=True)
    command = [*(ALONE if kind == "small" else []), *PROGRAM, kind, str(place), str(room), *arguments]
    env = {**os.environ, "DAYPART_DATA": data}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def backed_up(kind: str, desk: Desk, room: int) -> list[str]:
    return run(kind, str(desk.settings.data), desk.place / "disk", room, "create", "--media", "@/backup.tar")


def sizes(desk: Desk) -> tuple[int, int]:
    """Bytes of the database, and of all media with their stills."""
    return desk.settings.database.stat().st_size, sum(map(len, desk.media().values()))


def test_a_disk_without_room_is_not_begun_to_write_to(desk: Desk) -> None:
    database, _ = sizes(desk)
    status, said, left = backed_up(KIND, desk, database // 2)
    assert (status, left) == ("1", "")
    assert said.startswith("error: STORAGE_FULL" if KIND == "small" else "error: DATABASE_UNREADABLE")
    assert KIND != "small" or "are needed" in said


def test_a_disk_that_is_full_before_the_end_keeps_nothing(desk: Desk) -> None:
    database, media = sizes(desk)
    # Room for the copy and for all bytes that are to be kept, but not for what an archive says about them.
    room = 2 * database + media if KIND == "small" else database + media
    status, said, left = backed_up(KIND, desk, room)
    assert (status, left) == ("1", "")
    assert said.startswith("error: STORAGE_FULL The disk" if KIND == "small" else "error: FILE_TOO_LARGE")


def test_a_disk_that_takes_no_file_so_long_keeps_nothing(desk: Desk) -> None:
    status, said, left = backed_up("files", desk, sum(sizes(desk)))
    assert (status, left) == ("1", "")
    assert said.startswith("error: FILE_TOO_LARGE")


def test_a_disk_with_a_little_more_room_takes_the_backup(desk: Desk) -> None:
    database, media = sizes(desk)
    assert backed_up(KIND, desk, 2 * database + media + 60_000) == ["0", "", "backup.tar"]


@pytest.mark.parametrize("room_over", [-100_000, 16_384], ids=["no room", "full before the end"])
def test_a_restore_to_a_full_disk_leaves_the_folder_empty(room_over: int, desk: Desk) -> None:
    made = desk.backup(whole=True)
    kept = sum(entry.bytes for entry in made.manifest.files)
    room = kept + room_over if KIND == "small" else made.manifest.files[0].bytes // 2
    status, said, left = run(KIND, "@/new", desk.place / "disk", room, "restore", str(made.path))
    assert (status, left) == ("1", "new new/daypart.lock")
    assert said.startswith("error: STORAGE_FULL" if KIND == "small" else "error: FILE_TOO_LARGE")
