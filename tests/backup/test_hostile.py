"""Archives that are damaged, or made by somebody who means ill: refused, and nothing is written anywhere."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backup.verifying import verify
from app.errors import DaypartError
from tests.backup.apart import silent
from tests.backup.conftest import Desk
from tests.backup.test_create import contents

Change = Callable[[tarfile.TarFile, dict[str, bytes]], object]


def written(path: Path, members: dict[str, bytes], change: Change = lambda _tar, _members: None) -> Path:
    """An archive of these members, and of what `change` does before the last, its manifest."""
    with tarfile.open(path, "w") as tar:
        for name in list(members):
            if name == "manifest.json":
                change(tar, members)
            put(tar, name, members[name])
    return path


def put(tar: tarfile.TarFile, name: str, content: bytes = b"", **values: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in values.items():
        setattr(info, key, value)
    tar.addfile(info, io.BytesIO(content))


def special(name: str, kind: bytes, link: str = "") -> Change:
    """No file, but a manifest that tells the hash of what a reader gets that follows it."""

    def change(tar: tarfile.TarFile, members: dict[str, bytes]) -> None:
        put(tar, name, type=kind, linkname=link)
        told = hashlib.sha256(members.get(link, b"")).hexdigest()
        tell(members, {"name": name, "bytes": 0, "sha256": told, "state": "kept"})

    return change


def named(name: str, *, state: str = "kept") -> Change:
    """A member that its manifest names, with its true hash."""

    def change(tar: tarfile.TarFile, members: dict[str, bytes]) -> None:
        put(tar, name, b"evil")
        tell(members, {"name": name, "bytes": 4, "sha256": hashlib.sha256(b"evil").hexdigest(), "state": state})

    return change


def tell(members: dict[str, bytes], entry: dict[str, Any]) -> None:
    manifest = msgspec.json.decode(members["manifest.json"])
    manifest["files"].append({"reason": "", **entry})
    members["manifest.json"] = msgspec.json.encode(manifest)


def without(name: str) -> Change:
    def change(_: tarfile.TarFile, members: dict[str, bytes]) -> None:
        manifest = msgspec.json.decode(members["manifest.json"])
        manifest["files"] = [one for one in manifest["files"] if name not in one["name"]]
        members["manifest.json"] = msgspec.json.encode(manifest)

    return change


def saying(**values: Any) -> Change:
    def change(_: tarfile.TarFile, members: dict[str, bytes]) -> None:
        manifest = {**msgspec.json.decode(members["manifest.json"]), **values}
        members["manifest.json"] = msgspec.json.encode(manifest)

    return change


def sparse(tar: tarfile.TarFile, members: dict[str, bytes]) -> None:
    """A file that claims megabytes of which nothing is there (GNU.sparse 0.1, in a PAX header)."""
    name, size = "media/aa/a.mp4", 20_000_000
    headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(size), "GNU.sparse.name": name}
    put(tar, name, pax_headers=headers)
    tell(members, {"name": name, "bytes": size, "sha256": hashlib.sha256(bytes(size)).hexdigest(), "state": "kept"})


ADDED: dict[str, Change] = {
    "a way out of the folder": named("../evil"),
    "a way out of media": named("media/../../evil"),
    "an absolute path": named("/tmp/evil"),
    "a name of its own": named("evil"),
    "a name in the data folder": named("daypart.lock"),
    "a hidden name": named("media/.evil"),
    "a backslash": named("media\\evil"),
    "a zero byte": saying(files=[{"name": "media/a\0b", "bytes": 0, "sha256": "0" * 64}]),
    "a file that no manifest names": lambda tar, _: put(tar, "media/aa/evil.mp4", b"evil"),
    "a file that is only listed": named("media/aa/evil.mp4", state="listed"),
    "a file that is not there": lambda _, members: tell(
        members, {"name": "media/aa/b.mp4", "bytes": 4, "sha256": "0" * 64, "state": "kept"}
    ),
    "a second database": lambda tar, members: put(tar, "daypart.sqlite", members["daypart.sqlite"]),
    "a file named twice": lambda _, members: tell(members, msgspec.json.decode(members["manifest.json"])["files"][2]),
    "a symbolic link": special("media/aa/a.mp4", tarfile.SYMTYPE, "daypart.key"),
    "a symbolic link for a folder": special("media/aa", tarfile.SYMTYPE, "/tmp"),
    "a hard link": special("media/aa/a.mp4", tarfile.LNKTYPE, "daypart.key"),
    "a character device": special("media/aa/a.mp4", tarfile.CHRTYPE),
    "a block device": special("media/aa/a.mp4", tarfile.BLKTYPE),
    "a pipe": special("media/aa/a.mp4", tarfile.FIFOTYPE),
    "a folder": special("media/aa", tarfile.DIRTYPE),
    "a sparse file": sparse,
    "a negative length": lambda tar, _: _raw(tar).write(_header(tarfile.REGTYPE, -512)),
    "a name of a petabyte": lambda tar, _: _raw(tar).write(_header(tarfile.GNUTYPE_LONGNAME, 2**50)),
    "names of names without end": lambda tar, _: _raw(tar).write(3000 * _header(tarfile.GNUTYPE_LONGNAME, 0)),
    "no database in the manifest": without("daypart.sqlite"),
    "a file of the database that is not named": without(".wav"),
    "no files": saying(files=[]),
    "other counts": saying(counts={"post": 5000}),
    "another version": saying(schema="0000"),
    "a version that is none": saying(schema="../.."),
    "a time that is none": saying(made_ms=2**60),
    "files that are none": saying(files=[{"name": 5}]),
}


def _raw(tar: tarfile.TarFile) -> IO[bytes]:
    return cast("IO[bytes]", tar.fileobj)


def _header(kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo("media/aa/a.mp4")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def refusal(desk: Desk, path: Path) -> str:
    """The code with which both verify and restore refuse it, without a trace."""
    before = set(desk.place.rglob("*"))
    with pytest.raises(DaypartError) as verified:
        verify(path, silent)
    with pytest.raises(DaypartError) as restored:
        desk.restored(path)
    assert verified.value.code == restored.value.code
    assert set(desk.place.rglob("*")) - before <= {desk.place / "new", desk.place / "new" / "daypart.lock"}
    return verified.value.code


@pytest.mark.parametrize("change", ADDED.values(), ids=ADDED.keys())
def test_an_archive_with_something_strange_is_refused(change: Change, desk: Desk) -> None:
    members = contents(desk.backup(whole=True).path)
    written(desk.place / "same.tar", members)
    verify(desk.place / "same.tar", silent)
    assert refusal(desk, written(desk.place / "strange.tar", members, change)) == "BACKUP_BROKEN"
    assert not Path("/tmp/evil").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [(saying(format=2, files="of another kind"), "BACKUP_NEWER"), (saying(schema="9999"), "DATABASE_NEWER")],
)
def test_a_backup_of_a_newer_daypart_is_refused(change: Change, code: str, desk: Desk) -> None:
    members = contents(desk.backup().path)
    assert refusal(desk, written(desk.place / "newer.tar", members, change)) == code


@pytest.mark.parametrize("name", ["daypart.sqlite", "daypart.key", ".mp4", ".jpg"])
def test_other_bytes_than_were_written_are_refused_by_name(name: str, desk: Desk) -> None:
    members = contents(desk.backup(whole=True).path)
    (chosen,) = (each for each in members if each.endswith(name))
    members[chosen] = bytes([members[chosen][0] ^ 1]) + members[chosen][1:]
    path = written(desk.place / "changed.tar", members)
    assert refusal(desk, path) == "BACKUP_BROKEN"
    with pytest.raises(DaypartError, match=chosen) as refused:
        verify(path, silent)
    assert refused.value.facts == {"files": [chosen]}


@pytest.mark.parametrize("name", ["daypart.sqlite", "manifest.json", ".wav"])
def test_an_archive_that_lacks_a_member_is_refused(name: str, desk: Desk) -> None:
    members = contents(desk.backup(whole=True).path)
    members.pop(next(each for each in members if each.endswith(name)))
    assert refusal(desk, written(desk.place / "less.tar", members)) == "BACKUP_BROKEN"


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.7, 0.98])
def test_an_archive_that_is_cut_off_is_refused(share: float, desk: Desk) -> None:
    made = desk.backup(whole=True)
    os.truncate(made.path, int(made.bytes * share))
    assert refusal(desk, made.path) == "BACKUP_BROKEN"


@pytest.mark.parametrize("content", [b"", b"no archive" * 1000, b"\x1f\x8b\x08\x00", bytes(10_240)])
def test_what_is_no_archive_is_refused(content: bytes, desk: Desk) -> None:
    (desk.place / "what").write_bytes(content)
    assert refusal(desk, desk.place / "what") == "BACKUP_BROKEN"


@pytest.mark.parametrize(("name", "harm"), [("daypart.sqlite", {"state": "listed"}), (".wav", {"sha256": "0" * 64})])
def test_a_manifest_that_tells_something_else_of_a_file_is_refused(name: str, harm: dict[str, str], desk: Desk) -> None:
    members = contents(desk.backup().path)
    manifest = msgspec.json.decode(members["manifest.json"])
    next(one for one in manifest["files"] if one["name"].endswith(name)).update(harm)
    members["manifest.json"] = msgspec.json.encode(manifest)
    if harm.get("state"):
        del members[name]
    assert refusal(desk, written(desk.place / "else.tar", members)) == "BACKUP_BROKEN"


def test_a_manifest_for_another_database_is_refused(desk: Desk) -> None:
    members = contents(desk.backup(whole=True).path)
    (desk.place / "other.sqlite").write_bytes(members["daypart.sqlite"])
    desk.sql("UPDATE media SET path = '../../etc/passwd' WHERE path LIKE '%.mp4'")
    evil = desk.settings.database.read_bytes()
    members["daypart.sqlite"] = evil
    manifest = msgspec.json.decode(members["manifest.json"])
    manifest["files"][0] |= {"bytes": len(evil), "sha256": hashlib.sha256(evil).hexdigest()}
    members["manifest.json"] = msgspec.json.encode(manifest)
    assert refusal(desk, written(desk.place / "evil.tar", members)) == "BACKUP_BROKEN"


def test_a_damaged_database_with_the_right_hash_is_refused(desk: Desk) -> None:
    members = contents(desk.backup().path)
    harmed = members["daypart.sqlite"][:8192] + os.urandom(4096) + members["daypart.sqlite"][12_288:]
    manifest = msgspec.json.decode(members["manifest.json"])
    manifest["files"][0]["sha256"] = hashlib.sha256(harmed).hexdigest()
    members |= {"daypart.sqlite": harmed, "manifest.json": msgspec.json.encode(manifest)}
    assert refusal(desk, written(desk.place / "harmed.tar", members)) == "DATABASE_DAMAGED"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_are_changed_it_is_whole_or_refused(data: st.DataObject, small: bytes, tmp_path: Path) -> None:
    content = bytearray(small)
    for _ in range(data.draw(st.integers(1, 4))):
        # Headers and the manifest are where a reader goes astray; the bytes of members are covered by their hashes.
        where = data.draw(st.one_of(st.integers(0, 511), st.integers(len(content) - 20_000, len(content) - 1)))
        content[where] = data.draw(st.integers(0, 255))
    (tmp_path / "changed.tar").write_bytes(content)
    try:
        verify(tmp_path / "changed.tar", silent)
        code = ""
    except DaypartError as refused:
        code = refused.code
    assert code in ("", "BACKUP_BROKEN", "BACKUP_NEWER", "DATABASE_NEWER")


@pytest.fixture
def small(desk: Desk) -> bytes:
    return desk.backup().path.read_bytes()
