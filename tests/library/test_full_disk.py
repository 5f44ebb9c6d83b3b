"""A disk that is full for real: a small file system, and a limit on the size of files."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings
from tests.library.test_processes import DRIVER, ROOT, stored
from tests.media import tone

SMALL_DISK = [sys.executable, "-m", "tests.library.small_disk"]


def small_disk() -> list[str]:
    """The program with mounts of its own, or without any where this machine does not allow them."""
    alone = ["unshare", "--map-root-user", "--mount"]
    asked = [*alone, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if shutil.which("unshare") and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return [*alone, *SMALL_DISK, "small"]
    return [*SMALL_DISK, "files"]


def said(*command: str | Path) -> list[str]:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return tone(tmp_path / "tone.wav", 440, seconds=20)  # 320 kB


@pytest.mark.parametrize(
    ("room_kb", "what"), [(0, "nothing"), (100, "a part of the file"), (324, "the file, but not its row")]
)
def test_a_full_disk_refuses_the_file_and_takes_it_when_there_is_room(
    room_kb: int, what: str, settings: Settings, sound: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    full, files, rows, room, files_then, rows_then = said(
        *small_disk(), tmp_path / "disk", settings.data, sound, str(room_kb)
    )
    assert (full, files, rows) == ("STORAGE_FULL", "0", "0"), what
    assert room.startswith("added ")
    assert (files_then, rows_then) == ("1", "2")


def test_a_file_longer_than_the_system_allows_is_refused_and_leaves_nothing(settings: Settings, sound: Path) -> None:
    assert said(*DRIVER, "100000", settings.data, sound) == ["STORAGE_FULL"]
    assert stored(settings) == ([], [])
    (again,) = said(*DRIVER, settings.data, sound)
    assert again.startswith("added ")
