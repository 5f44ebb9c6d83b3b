"""Folder trees: what is seen in one, what comes of it, and what goes on after a worker was killed."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from app import database
from app.clock import MasterClock
from app.database import sql
from app.errors import DaypartError
from app.library import arrivals, editing, folder, listing, series, trees
from app.library.bringing import Bringer
from app.library.editing import Edit
from app.library.trees import Run
from app.settings import Settings
from tests.library.conftest import EDITOR, Desk
from tests.library.test_processes import ROOT
from tests.media import tone
from tests.supervisor.conftest import eventually

CLOCK = MasterClock()
ACT = {"by": EDITOR, "clock": CLOCK}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An import folder with a series of three episodes, a movie, and what is neither."""
    made = tmp_path / "import"
    (made / "tv" / "Lights" / "Season 1").mkdir(parents=True)
    (made / "tv" / "Lights" / "Season 2").mkdir()
    tone(made / "tv" / "Lights" / "Season 1" / "Lights S01E01 Dawn.wav", 440)
    tone(made / "tv" / "Lights" / "Season 1" / "Lights S01E02 Fog.wav", 450)
    tone(made / "tv" / "Lights" / "Season 2" / "01 - Night.wav", 460)
    tone(made / "Ferry (1999).wav", 470)
    tone(made / "hello.wav", 480)
    (made / "tv" / "Lights" / "notes.txt").write_text("Dear desk,")
    outside = tmp_path / "outside" / "Secret"
    outside.mkdir(parents=True)
    tone(outside / "Secret S01E01.wav", 490)
    (made / "tv" / "Secret").symlink_to(outside)
    (made / "tv" / "Lights" / "Lights S09E09.wav").symlink_to(outside / "Secret S01E01.wav")
    (made / "tv" / ".hidden S01E01.wav").write_bytes(b"x")
    return made


async def begun(settings: Settings, below: str = "") -> Run:
    run = await trees.begin(below, settings=settings, **ACT)
    await sql("UPDATE arrival SET created_ms = created_ms - 10000")  # long enough ago that a stamp says it is still
    return run


async def settled(bringer: Bringer, run: Run) -> Run:
    async def over() -> bool:
        await bringer.look()
        return not (await trees.show(run.id)).is_open

    for _ in range(600):
        if await over():
            return await trees.show(run.id)
        await asyncio.sleep(0.1)
    raise AssertionError(await trees.show(run.id))


async def library() -> list[tuple[object, ...]]:
    found = (await listing.assets(sort="title")).assets
    return [(one.title, one.type, one.series_title, one.season, one.episode, one.approved) for one in found]


async def test_a_tree_is_seen_and_links_are_never_followed(importing: Settings, desk: Desk) -> None:
    look = await trees.look("", importing)
    seen = [
        (one.named.series, one.named.season, one.named.episode, one.named.title, one.file.state) for one in look.seen
    ]
    assert seen == [
        ("Lights", 1, 1, "Dawn", "new"), ("Lights", 1, 2, "Fog", "new"), ("Lights", 2, 1, "Night", "new"),
        (None, None, None, "Ferry (1999)", "new"),
    ]  # fmt: skip
    assert ([one.path for one in look.unclear], look.others, look.links) == (["hello.wav"], 1, 2)
    assert [one.named.title for one in (await trees.look("/tv/Lights/Season 2/", importing)).seen] == ["Night"]
    for below, code in (
        ("tv/Secret", "FOLDER_UNKNOWN"), ("..", "PATH_BAD"), ("tv/../..", "PATH_BAD"), ("a\0b", "PATH_BAD"),
        ("nowhere", "FOLDER_UNKNOWN"), ("hello.wav", "FOLDER_UNKNOWN"), ("x" * 1001, "PATH_BAD"), ("a\nb", "PATH_BAD"),
    ):  # fmt: skip
        with pytest.raises(DaypartError) as refused:
            await trees.begin(below, settings=importing, **ACT)
        assert (refused.value.code, list(refused.value.errors)) == (code, ["folder"])
    with pytest.raises(DaypartError) as refused:
        await trees.look("", desk.settings)
    assert refused.value.code == "IMPORT_UNSET"
    assert await trees.recent() == []


async def test_a_tree_comes_in_once_with_what_its_names_say(importing: Settings, bringer: Bringer, place: Path) -> None:
    run = await settled(bringer, await begun(importing))
    assert (run.files, run.done, run.existed, run.failed, run.open) == (4, 4, 0, 0, 0)
    assert await library() == [
        ("Dawn", "EPI", "Lights", 1, 1, False), ("Ferry (1999)", "MOV", None, None, None, False),
        ("Fog", "EPI", "Lights", 1, 2, False), ("Night", "EPI", "Lights", 2, 1, False),
    ]  # fmt: skip
    assert [one.episodes for one in await series.all_series()] == [3]
    with pytest.raises(DaypartError) as refused:
        await trees.begin("", settings=importing, **ACT)
    assert refused.value.code == "TREE_NOTHING"
    # The same bytes under other names say nothing new, and what somebody said stays.
    fog = next(one for one in (await listing.assets()).assets if one.title == "Fog")
    await editing.edit(fog.id, Edit(title="Thick fog"), fog.version, **ACT)
    copies = place / "Copies" / "Season 3"
    copies.mkdir(parents=True)
    for name, original in (("01 - x.wav", "Lights S01E02 Fog.wav"), ("02 - y.wav", "Lights S01E01 Dawn.wav")):
        (copies / name).write_bytes((place / "tv" / "Lights" / "Season 1" / original).read_bytes())
    again = await settled(bringer, await begun(importing, "Copies"))
    assert (again.done, again.existed) == (2, 2)
    assert {one[:3] for one in await library()} >= {("Thick fog", "EPI", "Lights"), ("Dawn", "EPI", "Lights")}
    assert len(await library()) == 4


async def test_a_run_is_stopped_resumed_and_tells_what_failed(
    importing: Settings, bringer: Bringer, place: Path
) -> None:
    broken = place / "tv" / "Lights" / "Season 2" / "02 - Broken.wav"
    broken.write_text("no sound")
    run = await begun(importing, "tv")
    stopped = await trees.cancel(run.id, **ACT)
    assert (stopped.cancelled, stopped.open) == (4, 0)
    with pytest.raises(DaypartError) as refused:
        await trees.cancel(run.id, **ACT)
    assert refused.value.code == "TREE_OVER"
    assert (await trees.resume(run.id, **ACT)).open == 4
    over = await settled(bringer, run)
    assert (over.done, over.failed) == (3, 1)
    (failure,) = await trees.failures(run.id)
    assert (failure.path, "not a video" in failure.note) == ("tv/Lights/Season 2/02 - Broken.wav", True)
    tone(broken, 500)
    assert (await trees.resume(run.id, **ACT)).open == 1
    await sql("UPDATE arrival SET created_ms = created_ms - 10000")
    assert (await settled(bringer, run)).done == 4
    with pytest.raises(DaypartError) as refused:
        await trees.resume(run.id, **ACT)
    assert refused.value.code == "TREE_FINE"


async def test_single_files_go_before_a_tree(importing: Settings) -> None:
    await begun(importing)
    (one,) = await folder.ask(["hello.wav"], settings=importing, **ACT)
    held = await arrivals.claim("somebody", CLOCK.now_ms())
    assert held is not None
    assert held.id == one.id


def test_a_killed_worker_goes_on_and_takes_nothing_twice(settings: Settings, tmp_path: Path) -> None:
    """The worker is killed in the middle; its next run under the same name takes up what it had in hand."""
    season = tmp_path / "import" / "Lights" / "Season 1"
    season.mkdir(parents=True)
    for n in range(5):
        tone(season / f"{n + 1:02} - Part {n}.wav", 400 + 10 * n)
    environment = {
        "PATH": os.environ["PATH"], "DAYPART_DATA": str(settings.data), "DAYPART_IMPORT": str(tmp_path / "import"),
    }  # fmt: skip
    command = [sys.executable, "-m", "app.cli"]
    _begin(settings, tmp_path)
    for wanted in (2, 5):
        worker = subprocess.Popen([*command, "worker", "--name", "w"], cwd=ROOT, env=environment)
        try:
            assert eventually(lambda wanted=wanted: _count(settings, "arrival WHERE state = 'done'") >= wanted, 120)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=60)
    assert _count(settings, "arrival WHERE state <> 'done'") == 0
    assert _count(settings, "asset") == _count(settings, "media") == 5
    assert _count(settings, "asset WHERE type = 'EPI' AND season = 1 AND series IS NOT NULL") == 5
    assert _count(settings, "(SELECT DISTINCT episode FROM asset)") == 5
    assert _count(settings, "series") == 1


def _begin(settings: Settings, tmp_path: Path) -> None:
    async def begin() -> None:
        async with database.opened(settings.database):
            await begun(replace(settings, import_folder=tmp_path / "import"))

    thread = Thread(target=lambda: asyncio.run(begin()))  # pytest's own loop stays as it is
    thread.start()
    thread.join()


def _count(settings: Settings, what: str) -> int:
    with closing(sqlite3.connect(settings.database, timeout=10)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
