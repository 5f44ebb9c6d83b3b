"""Data folders of every earlier version: they are brought to this one, and its services read them.

`python -m tests.backup.filled` wrote them, with the program of their version.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

import pytest

from app.accounts import service as accounts
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.channels.service import channels
from app.clock import ManualClock, to_ms
from app.library import queries as library
from app.migrations import latest, stored
from app.migrations.run import migrate, require_current
from app.posts import queries as posts
from app.posts.social import accounts as social_accounts
from app.settings import Settings
from tests.backup.apart import apart
from tests.backup.conftest import Desk, asked, sql
from tests.backup.filled import PASSWORD, START

DUMPS = sorted((Path(__file__).parent / "data").glob("v*.sql"))
assert DUMPS, "without one, nothing here is tested"


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A data folder as the program of an earlier version left it."""
    settings = Settings.from_env({"DAYPART_DATA": str(tmp_path / "data")})
    settings.data.mkdir()
    shutil.copy(request.param.with_suffix(".key"), settings.key_file)
    with closing(sqlite3.connect(settings.database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(request.param.read_text())
    assert stored(settings.database) == request.param.stem[1:]
    return settings


def upgraded(settings: Settings) -> list[Path]:
    return apart(lambda: asyncio.run(migrate(settings.database)))


def test_an_upgrade_keeps_a_copy_of_what_was_before(old: Settings) -> None:
    had = stored(old.database)
    copies = upgraded(old)
    require_current(old.database)
    assert [stored(copy) for copy in copies] == ([] if had == latest() else [had])
    assert upgraded(old) == []


def test_an_upgraded_desk_has_the_tables_of_a_new_one(old: Settings, tmp_path: Path) -> None:
    upgraded(old)
    new = Settings.from_env({"DAYPART_DATA": str(tmp_path / "new")})
    apart(lambda: asyncio.run(migrate(new.database)))
    question = "SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name"
    assert sql(old, question) == sql(new, question)
    assert sql(old, "PRAGMA integrity_check") == [("ok",)]
    assert sql(old, "PRAGMA foreign_key_check") == []
    for (table,) in sql(new, "SELECT name FROM sqlite_schema WHERE type = 'table'"):
        assert sorted(sql(old, f"PRAGMA table_info({table})")) == sorted(sql(new, f"PRAGMA table_info({table})"))


def test_an_upgraded_desk_reads_its_posts_channels_and_videos(old: Settings) -> None:
    upgraded(old)
    ahead = asked(old, lambda: posts.upcoming(to_ms(START) * 2))
    assert [(one.title, [target.channel_slug for target in one.targets]) for one in ahead] == [
        ("Later", ["slow-kitchen", "workshop-log"])
    ]
    listed = asked(old, lambda: posts.by_time(posts.Filter(status="completed"), 0, None, 50)).posts
    assert [(one.title, one.targets[0].remote_url) for one in listed] == [("Barley", "https://videos.example.org/1")]
    attention = asked(old, lambda: posts.needing_attention(posts.Filter()))
    assert {one.title: one.targets[0].state for one in attention} == {"Tide": "failed", "Ferry": "unconfirmed"}
    assert [one.title for one in asked(old, channels)] == ["Slow Kitchen", "Workshop Log"]
    assert [one.waiting for one in asked(old, social_accounts)] == [1, 1]
    (film,) = sql(old, "SELECT id FROM asset WHERE title = 'Barley'")[0]
    video = asked(old, lambda: library.asset(film))
    assert (video.title, video.mime, video.duration_ms, video.has_thumbnail) == ("Barley", "video/mp4", 3000, True)


def test_an_upgraded_desk_reads_its_secrets_and_knows_its_people(old: Settings) -> None:
    upgraded(old)
    keys = KeyFile(old.key_file)
    for (secret,) in sql(old, "SELECT secret_enc FROM social_account"):
        assert keys.decrypt(secret).startswith("whsec_")
    clock = ManualClock(START)
    signing_in = accounts.sign_in("Ada", PASSWORD, stay=False, address="192.0.2.1", clock=clock)
    identity = asked(old, lambda: _who(signing_in, clock))
    assert (identity.name, identity.role) == ("Ada", "admin")


async def _who(signing_in: Awaitable[accounts.SignedIn], clock: ManualClock) -> Identity:
    found = await accounts.by_session((await signing_in).token, clock)
    assert found is not None
    return found


def test_a_backup_of_an_earlier_version_becomes_a_desk_of_this_one(old: Settings, tmp_path: Path) -> None:
    desk = Desk(old, ManualClock(START), tmp_path)
    made = desk.backup()
    assert made.manifest.schema == stored(old.database)
    done, new = desk.restored(made.path)
    require_current(new.database)
    assert {row.title for row in done.missing} == {"Barley", "Tide", "Ferry", "Later"}
    assert not [path for path in new.data.iterdir() if "before" in path.name]
    upgraded(old)
    assert asked(new, channels) == asked(old, channels)
