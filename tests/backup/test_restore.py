"""Making a desk of a backup: all of it, into an empty folder, for its owner alone."""

import hashlib
import os
import signal

import pytest

from app.accounts import service
from app.accounts.secrets import KeyFile
from app.channels.service import channels
from app.errors import DaypartError
from app.migrations import latest, stored
from app.settings import Settings
from app.supervisor.data_lock import claimed
from tests.backup.conftest import Desk, asked, begun, media, sql
from tests.backup.filled import PASSWORD
from tests.commands import daypart, told
from tests.supervisor.conftest import eventually

TABLES = ("person", "api_key", "allowed_host", "channel", "social_account", "media", "asset", "post", "target")


def rows(settings: Settings, table: str) -> list[tuple[object, ...]]:
    return sorted(sql(settings, f"SELECT * FROM {table}"), key=repr)


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "no folder"])
def test_a_restored_desk_has_everything_that_was_kept(there: bool, desk: Desk) -> None:
    made = desk.backup(whole=True)
    if there:
        (desk.place / "new").mkdir(mode=0o755)
    done, new = desk.restored(made.path)
    for table in TABLES[:-1]:
        assert rows(new, table) == rows(desk.settings, table)
    assert media(new) == desk.media()
    assert new.key_file.read_bytes() == desk.settings.key_file.read_bytes()
    assert done.missing == []
    assert sorted(path.name for path in new.data.iterdir()) == [
        "daypart.key",
        "daypart.lock",
        "daypart.sqlite",
        "media",
    ]


def test_a_restored_desk_is_for_its_owner_alone(desk: Desk) -> None:
    made = desk.backup(whole=True)
    (desk.place / "new").mkdir(mode=0o755)
    _, new = desk.restored(made.path)
    for path in (new.data, *new.data.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_restored_desk_works(desk: Desk) -> None:
    _, new = desk.restored(desk.backup(whole=True).path)
    found = told(daypart(new.data, "doctor", "--json"))
    assert found["ok"] is True
    assert [one.title for one in asked(new, channels)] == ["Slow Kitchen", "Workshop Log"]
    ((secret,), _) = sql(new, "SELECT secret_enc FROM social_account")
    assert KeyFile(new.key_file).decrypt(secret).startswith("whsec_")
    signing_in = service.sign_in("ada", PASSWORD, stay=False, address="192.0.2.1", clock=desk.clock)
    assert asked(new, lambda: signing_in).token


def test_old_sessions_links_and_counts_of_wrong_passwords_are_gone(desk: Desk) -> None:
    desk.sql("UPDATE desk SET setup_hash = 'x'")
    desk.sql("INSERT INTO sign_in_failure VALUES ('name:ada', 5, 4102444800000)")
    assert desk.sql("SELECT count(*) FROM session") == [(1,)]
    _, new = desk.restored(desk.backup().path)
    for table in ("session", "sign_in_failure"):
        assert rows(new, table) == []
    assert sql(new, "SELECT name, setup_hash FROM desk") == [("Harbour Media", None)]


def test_uploads_that_were_under_way_begin_anew(desk: Desk) -> None:
    for number, asset in enumerate((None, "made")):
        desk.sql(
            "INSERT INTO upload (id, owner, name, bytes, received, asset, changed_ms) VALUES (?, '', '', 9, 5, ?, 0)",
            str(number), asset,
        )  # fmt: skip
    _, new = desk.restored(desk.backup().path)
    assert sql(new, "SELECT id FROM upload") == [("1",)]


def test_media_that_are_only_listed_are_named_as_missing(desk: Desk) -> None:
    done, new = desk.restored(desk.backup().path)
    assert media(new) == {}
    assert {row.path for row in done.missing} == {path for path in desk.media() if not path.endswith(".jpg")}
    assert {row.title for row in done.missing} == {"Barley", "Tide", "Ferry", "Later"}


def test_listed_media_come_from_a_folder_by_their_bytes(desk: Desk) -> None:
    made = desk.backup()
    before = desk.media()
    elsewhere = desk.place / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    for number, content in enumerate(before.values()):
        (elsewhere / f"renamed {number}").write_bytes(content)
        (elsewhere / f"twice {number}").write_bytes(content)
        (elsewhere / f"as long {number}").write_bytes(bytes(len(content)))
    os.symlink("nowhere", elsewhere / "dead link")
    done, new = desk.restored(made.path, media_from=desk.place / "elsewhere")
    assert done.missing == []
    assert media(new) == before
    assert len(list(elsewhere.iterdir())) == 3 * len(before) + 1


def test_what_a_whole_backup_lacks_comes_from_a_folder_too(desk: Desk) -> None:
    lost = desk.film()
    content = lost.read_bytes()
    lost.write_bytes(bytes(len(content)))
    made = desk.backup(whole=True)
    done, new = desk.restored(made.path)
    assert [row.path for row in done.missing] == [f"{lost.parent.name}/{lost.name}"]
    assert f"{lost.parent.name}/{lost.name}" not in media(new)
    (desk.place / "found").mkdir()
    (desk.place / "found" / "film.mp4").write_bytes(content)
    done, again = desk.restored(made.path, "again", desk.place / "found")
    assert done.missing == []
    assert media(again)[f"{lost.parent.name}/{lost.name}"] == content


def test_two_files_of_the_same_bytes_are_both_found(desk: Desk) -> None:
    still = desk.film().with_suffix(".jpg")
    (tone,) = desk.sql("SELECT path FROM media WHERE path LIKE '%.wav' LIMIT 1")[0]
    (desk.settings.media / tone).with_suffix(".jpg").write_bytes(still.read_bytes())
    before = desk.media()
    _, new = desk.restored(desk.backup().path, media_from=desk.settings.media)
    assert media(new) == before


@pytest.mark.parametrize("name", ["notes.txt", "daypart.sqlite", "daypart.key", "media", ".hidden"])
def test_a_folder_with_something_in_it_is_refused(name: str, desk: Desk) -> None:
    made = desk.backup()
    there = desk.place / "new" / name
    there.parent.mkdir()
    if name == "media":
        there.mkdir()
    else:
        there.write_bytes(b"mine")
    with pytest.raises(DaypartError) as refused:
        desk.restored(made.path)
    assert refused.value.code == "DATA_NOT_EMPTY"
    assert name in refused.value.detail
    assert [path.name for path in there.parent.iterdir()] == [name]


def test_a_folder_in_which_a_desk_starts_is_refused(desk: Desk) -> None:
    made = desk.backup()
    with claimed(desk.place / "new"), pytest.raises(DaypartError) as refused:
        desk.restored(made.path)
    assert refused.value.code == "DATA_IN_USE"


def test_a_missing_backup_is_refused(desk: Desk) -> None:
    with pytest.raises(DaypartError) as refused:
        desk.restored(desk.place / "nothing.tar")
    assert refused.value.code == "BACKUP_UNKNOWN"
    assert not (desk.place / "new").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_stopped_leaves_no_desk_and_can_be_done_again(number: signal.Signals, desk: Desk) -> None:
    size, name = 150_000_000, f"aa/{'a' * 64}.mp4"
    desk.add_media(name, size, hashlib.sha256(bytes(size)).hexdigest())
    made = desk.backup(whole=True)
    data = desk.place / "new"
    with begun(data, "restore", made.path) as process:
        assert eventually(lambda: any(path.stat().st_size > 10**7 for path in data.glob(".daypart-*/media/aa/*")), 60)
        process.send_signal(number)
        process.communicate(timeout=120)
    assert stored(data / "daypart.sqlite") is None
    left = {path.name for path in data.iterdir() if not path.name.startswith(".daypart-")}
    assert left == {"daypart.lock"}
    assert number == signal.SIGKILL or not list(data.glob(".daypart-*"))
    _, new = desk.restored(made.path)
    assert stored(new.database) == latest()
    assert not list(data.glob(".daypart-*"))
    assert (new.media / name).stat().st_size == size
