"""Several processes at one data folder, and one that is killed in the middle."""

import hashlib
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.settings import Settings
from tests.media import tone

ROOT = Path(__file__).parents[2]
DRIVER = [sys.executable, "-m", "tests.library.driver"]


def stored(settings: Settings) -> tuple[list[str], list[str]]:
    """The paths that rows name, and the files that there are."""
    with closing(sqlite3.connect(settings.database)) as connection:
        named = [row[0] for row in connection.execute("SELECT path FROM media ORDER BY path")]
    files = [str(path.relative_to(settings.media)) for path in settings.media.rglob("*") if path.is_file()]
    return named, sorted(files)


def test_two_processes_that_add_the_same_files_make_one_asset_of_each(settings: Settings, tmp_path: Path) -> None:
    paths = [str(tone(tmp_path / f"{n}.wav", 100 + n)) for n in range(4)]
    command = [*DRIVER, str(settings.data), *paths]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=200)[0].splitlines() for process in both]
    for one, other in zip(*said, strict=True):
        assert sorted((one.split()[0], other.split()[0])) == ["added", "existed"]
        assert one.split()[1] == other.split()[1]
    named, files = stored(settings)
    assert len(named) == 4
    assert named == files


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_killed_process_leaves_no_row_without_its_file(after: int, settings: Settings, tmp_path: Path) -> None:
    paths = [str(tone(tmp_path / f"{n}.wav", 100 + n)) for n in range(30)]
    process = subprocess.Popen([*DRIVER, str(settings.data), *paths], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(after):
        assert process.stdout.readline().startswith("added")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    named, _ = stored(settings)
    assert after <= len(named) < 30
    for path in named:
        content = (settings.media / path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == Path(path).stem
