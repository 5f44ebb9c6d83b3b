"""A backup of a desk that goes on working, and one that is stopped in the middle."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.backup.making import create
from app.backup.verifying import verify
from tests.backup.apart import silent
from tests.backup.conftest import ROOT, Desk, begun
from tests.backup.test_create import contents
from tests.commands import daypart, told
from tests.media import tone
from tests.supervisor.conftest import eventually

LARGE = 200 * 1024 * 1024
LARGE_NAME = f"aa/{'a' * 64}.mp4"


@contextmanager
def writing(desk: Desk) -> Iterator[list[int]]:
    """A process that writes to the desk's database; the number of its transactions and the slowest one's ms after."""
    command = [sys.executable, "-m", "tests.backup.writer", str(desk.settings.database)]
    outcome: list[int] = []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        yield outcome
        outcome += map(int, writer.communicate(timeout=120)[0].split())


def grow(desk: Desk, megabytes: int) -> None:
    desk.sql("CREATE TABLE ballast (filling BLOB)")
    for _ in range(megabytes):
        desk.sql("INSERT INTO ballast VALUES (randomblob(1000000))")


def test_a_desk_that_writes_all_the_time_is_kept_as_of_one_moment(desk: Desk) -> None:
    grow(desk, 60)  # several steps long
    stepped = 0

    def step(_what: str, _total: int) -> Callable[[int], None]:
        def advance(_done: int) -> None:
            nonlocal stepped
            stepped += 1
            time.sleep(0.05)  # as a slow disk

        return advance

    with writing(desk) as outcome:
        before = desk.sql("SELECT count(*) FROM event")[0][0]
        made = create(desk.settings, desk.place / "backup.tar", whole=False, clock=desk.clock, step=step)
        after = desk.sql("SELECT count(*) FROM event")[0][0]
    copy = desk.place / "copy.sqlite"
    copy.write_bytes(contents(made.path)["daypart.sqlite"])
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (left,), (right,) = (
            connection.execute("SELECT count(*) FROM event WHERE verb = ?", (verb,)).fetchone()
            for verb in ("left", "right")
        )
        assert left == right
        kept = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    assert stepped > 5
    # The moment of the copy is its beginning, and the desk wrote while it was made.
    assert before <= kept < after - 20
    assert outcome[1] < 1000, "a write waited for the backup"


@contextmanager
def halted(desk: Desk, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A backup command that stands still while it writes a large media file."""
    desk.add_media(LARGE_NAME, LARGE, "a" * 64)
    with begun(desk.settings.data, *arguments) as process:
        assert eventually(lambda: _written(desk.place) > 30_000_000, 60)
        process.send_signal(signal.SIGSTOP)
        yield process


def _written(place: Path) -> int:
    return sum(path.stat().st_size for path in place.glob(".daypart-*/archive"))


def test_a_killed_backup_has_no_file_under_its_name_and_its_remains_go_later(desk: Desk) -> None:
    with halted(desk, "create", "--media", desk.place / "backup.tar") as process:
        assert _written(desk.place) < LARGE
        process.kill()
        process.wait()
    assert not (desk.place / "backup.tar").exists()
    (left,) = desk.place.glob(".daypart-*")
    for path in (*left.iterdir(), left):
        os.utime(path, (0, 0))
    desk.sql("DELETE FROM media WHERE bytes = ?", LARGE)
    desk.backup()
    assert sorted(path.name for path in desk.place.iterdir()) == ["backup.tar", "data"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_backup_that_is_told_to_stop_leaves_nothing(number: signal.Signals, desk: Desk) -> None:
    with halted(desk, "create", "--media", desk.place / "backup.tar") as process:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == (1 if number == signal.SIGINT else 128 + number)
    assert "Traceback" not in said
    assert [path.name for path in desk.place.iterdir()] == ["data"]


def test_media_that_come_and_go_meanwhile_are_left_out_or_named(desk: Desk) -> None:
    with halted(desk, "create", "--media", desk.place / "backup.tar", "--json") as process:
        # The large file is written in the order of paths; what comes after it is gone before its turn.
        rows = desk.sql("SELECT id, path FROM media WHERE path > 'aa' AND bytes < 1000000 ORDER BY path")
        lost = rows[-1][1]
        (desk.settings.media / lost).unlink()
        new = tone(desk.settings.media / f"{'f' * 64}.wav", 700)
        desk.sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES ('new', ?, ?, ?, 'audio/wav', '{}')",
            "f" * 64, new.name, new.stat().st_size,
        )  # fmt: skip
        process.send_signal(signal.SIGCONT)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    manifest = verify(desk.place / "backup.tar", silent)
    # The large one's bytes are not those that its row tells.
    assert {one.name: one.state for one in manifest.lacking} == {
        f"media/{lost}": "missing", f"media/{LARGE_NAME}": "damaged"
    }  # fmt: skip
    assert f"media/{lost}" in said
    assert all(new.name not in one.name for one in manifest.media)


def test_a_file_that_shrinks_while_it_is_read_is_named_as_damaged(desk: Desk) -> None:
    with halted(desk, "create", "--media", desk.place / "backup.tar") as process:
        os.truncate(desk.settings.media / LARGE_NAME, LARGE // 2)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=120)
    (lacking,) = verify(desk.place / "backup.tar", silent).lacking
    assert (lacking.state, lacking.reason) == ("damaged", "it could not be read to its end")


def test_two_backups_at_once_are_both_whole(desk: Desk) -> None:
    shutil.copy(desk.film(), desk.place / "spare")  # the folder has other things, too
    with halted(desk, "create", "--media", desk.place / "first.tar") as process:
        second = told(daypart(desk.settings.data, "backup", "create", str(desk.place / "second.tar"), "--json"))
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert second["path"] == str(desk.place / "second.tar")
    for name in ("first.tar", "second.tar"):
        verify(desk.place / name, silent)
