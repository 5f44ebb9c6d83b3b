"""Making a backup: what is in it, what is named in it, and what is refused without leaving anything."""

import hashlib
import os
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.backup.making import create
from app.backup.manifest import Manifest
from app.clock import to_ms
from app.errors import DaypartError
from app.settings import Settings
from tests.backup.conftest import Desk
from tests.backup.filled import START


def contents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def test_a_backup_is_one_file_for_its_owner_with_database_key_and_manifest(desk: Desk) -> None:
    made = desk.backup()
    found = contents(made.path)
    assert list(found) == ["daypart.sqlite", "daypart.key", "manifest.json"]
    assert found["daypart.key"] == desk.settings.key_file.read_bytes()
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.bytes == made.path.stat().st_size
    with tarfile.open(made.path) as tar:
        assert {member.mode for member in tar} == {0o600}
    assert sorted(path.name for path in desk.place.iterdir()) == ["backup.tar", "data"]


def test_the_manifest_tells_the_hash_of_each_member_and_the_rows_of_each_table(desk: Desk) -> None:
    found = contents(desk.backup(whole=True).path)
    manifest = msgspec.json.decode(found.pop("manifest.json"), type=Manifest)
    assert {one.name: one.sha256 for one in manifest.files} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert {one.state for one in manifest.files} == {"kept"}
    assert manifest.made_ms == to_ms(START + timedelta(minutes=10))
    tables = [name for (name,) in desk.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    kept = {name: desk.sql(f"SELECT count(*) FROM {name}")[0][0] for name in tables if "sqlite_" not in name}
    assert manifest.counts == kept
    assert kept["post"] == 5


def test_the_database_in_a_backup_is_one_file_with_everything_that_was_committed(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.settings.database)) as writer:  # keeps the log beside the database
        writer.execute("UPDATE desk SET name = 'Late Harbour'")
        writer.commit()
        assert desk.settings.database.with_name("daypart.sqlite-wal").stat().st_size > 0
        content = contents(desk.backup().path)["daypart.sqlite"]
    assert content[18:20] == b"\x01\x01"  # the file format's versions: no write-ahead log (sqlite.org/fileformat2)
    alone = desk.place / "alone.sqlite"
    alone.write_bytes(content)
    with closing(sqlite3.connect(alone)) as copy:
        assert copy.execute("SELECT name FROM desk").fetchall() == [("Late Harbour",)]


def test_a_list_has_hash_and_length_of_every_media_file_and_still(desk: Desk) -> None:
    manifest = desk.backup().manifest
    listed = {one.name: (one.bytes, one.sha256) for one in manifest.media}
    assert listed == {
        f"media/{path}": (len(content), hashlib.sha256(content).hexdigest()) for path, content in desk.media().items()
    }
    assert len(listed) == 5
    assert {one.state for one in manifest.media} == {"listed"}
    assert manifest.lacking == []


def test_whole_media_are_the_files_and_stills_of_the_library(desk: Desk) -> None:
    (desk.settings.media / "incoming").mkdir(exist_ok=True)
    (desk.settings.media / "incoming" / "half.part").write_bytes(b"half")
    found = contents(desk.backup(whole=True).path)
    wanted = {f"media/{path}": content for path, content in desk.media().items() if "half" not in path}
    assert {name: content for name, content in found.items() if name.startswith("media/")} == wanted


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (Path.unlink, "No such file or directory"),
        (lambda path: os.truncate(path, 10), "it has 10 bytes instead of "),
        (lambda path: (path.unlink(), path.mkdir()), "it is no file"),
    ],
    ids=["gone", "cut off", "a folder"],
)
def test_a_row_without_its_file_is_named(harm: Callable[[Path], object], reason: str, whole: bool, desk: Desk) -> None:
    lost = desk.film()
    harm(lost)
    made = desk.backup(whole=whole)
    (lacking,) = made.manifest.lacking
    assert (lacking.name, lacking.state) == (f"media/{lost.parent.name}/{lost.name}", "missing")
    assert lacking.reason.startswith(reason)
    assert lacking.sha256 == lost.stem
    assert lacking.name not in contents(made.path)


def test_a_file_with_other_bytes_than_were_uploaded_is_named_as_damaged(desk: Desk) -> None:
    harmed = desk.film()
    content = bytearray(harmed.read_bytes())
    content[1000] ^= 1
    harmed.write_bytes(content)
    made = desk.backup(whole=True)
    (lacking,) = made.manifest.lacking
    assert (lacking.name.rpartition("/")[2], lacking.state) == (harmed.name, "damaged")
    assert contents(made.path)[lacking.name] == content


def test_a_desk_without_a_key_file_yet_is_kept_as_it_is(desk: Desk) -> None:
    desk.settings.key_file.unlink()
    assert list(contents(desk.backup().path)) == ["daypart.sqlite", "manifest.json"]


def test_into_a_folder_a_backup_goes_under_the_time(desk: Desk) -> None:
    (desk.place / "backups").mkdir()
    made = desk.backup("backups")
    assert made.path == desk.place / "backups" / "daypart-20261121-121000.tar"
    with pytest.raises(DaypartError, match="is there already") as again:
        desk.backup("backups")
    assert again.value.code == "BACKUP_EXISTS"
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]


def test_a_backup_leaves_the_data_folder_of_a_stopped_desk_as_it_was(desk: Desk) -> None:
    def looked() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in desk.settings.data.rglob("*") if path.is_file()}

    before = looked()
    desk.backup(whole=True)
    assert looked() == before


def _damage(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database)) as connection:
        ((page,), (size,)) = (
            connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'post'").fetchone(),
            connection.execute("PRAGMA page_size").fetchone(),
        )
    with settings.database.open("r+b") as file:
        file.seek((page - 1) * size + 8)
        file.write(os.urandom(200))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda settings: settings.database.unlink(), "DESK_UNKNOWN"),
        (lambda settings: settings.database.write_bytes(b"no database" * 100), "DATABASE_BROKEN"),
        (_damage, "DATABASE_DAMAGED"),
    ],
    ids=["no desk", "no database", "a damaged page"],
)
def test_what_cannot_be_kept_leaves_nothing(harm: Callable[[Settings], object], code: str, desk: Desk) -> None:
    harm(desk.settings)
    with pytest.raises(DaypartError) as refused:
        desk.backup()
    assert refused.value.code == code
    assert [path.name for path in desk.place.iterdir()] == ["data"]


def test_a_newer_database_is_refused(desk: Desk) -> None:
    desk.sql("UPDATE migration SET name = '9999'")
    with pytest.raises(DaypartError) as refused:
        desk.backup()
    assert refused.value.code == "DATABASE_NEWER"


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere/backup.tar", "FOLDER_UNKNOWN"), ("data/daypart.key", "BACKUP_EXISTS")]
)
def test_a_place_that_cannot_take_it_is_refused(name: str, code: str, desk: Desk) -> None:
    key = desk.settings.key_file.read_bytes()
    with pytest.raises(DaypartError) as refused:
        desk.backup(name)
    assert refused.value.code == code
    assert desk.settings.key_file.read_bytes() == key


def test_what_a_killed_run_left_goes_after_an_hour(desk: Desk) -> None:
    for name, minutes in (("killed", 61), ("running", 59)):
        left = desk.place / f".daypart-{name}.part"
        left.mkdir()
        (left / "archive").write_bytes(b"half")
        at = (START + timedelta(minutes=10 - minutes)).timestamp()
        for path in (left / "archive", left):
            os.utime(path, (at, at))
    desk.backup()
    assert [path.name for path in desk.place.glob(".daypart-*")] == [".daypart-running.part"]


def test_progress_tells_every_byte_once(desk: Desk) -> None:
    told: dict[str, list[int]] = {}

    def step(what: str, total: int) -> Callable[[int], None]:
        told[what] = [total, 0]

        def advance(done: int) -> None:
            told[what][1] += done

        return advance

    create(desk.settings, desk.place / "backup.tar", whole=True, clock=desk.clock, step=step)
    total, done = told["Copying the database"]
    assert total == done == desk.settings.database.stat().st_size
    total, done = told["Writing the backup"]
    assert 0 < total <= done
