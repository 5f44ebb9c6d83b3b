"""The import folder: its files come in as copies, and nothing else does."""

import asyncio
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import MasterClock
from app.database import sql
from app.errors import Invalid, NotFound
from app.library import arrivals, folder, queries
from app.library.arrivals import Arrival
from app.library.bringing import Bringer
from app.settings import Settings
from tests.library.conftest import EDITOR, Desk
from tests.media import tone

CLOCK = MasterClock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An import folder with two sounds, one of them deeper, and a letter."""
    made = tmp_path / "import"
    (made / "2026" / "may").mkdir(parents=True)
    tone(made / "Early Bus.wav", 440)
    tone(made / "2026" / "may" / "Küche.wav", 880)
    (made / "letter.txt").write_text("Dear desk,")
    return made


async def asked(settings: Settings, *paths: str) -> list[Arrival]:
    found = await folder.ask(list(paths), settings=settings, by=EDITOR, clock=CLOCK)
    await sql("UPDATE arrival SET created_ms = created_ms - 10000")  # long enough ago that a stamp says it is still
    return found


async def settled(bringer: Bringer, *wanted: Arrival, seconds: float = 20) -> list[Arrival]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await sql("UPDATE arrival SET retry_ms = 0 WHERE state = 'waiting'")
        await bringer.look()
        found = [await arrivals.show(one.id) for one in wanted]
        if not any(one.is_open for one in found):
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{found}")


async def told(settings: Settings) -> dict[str, str]:
    return {one.path: one.state for one in await folder.listed(settings)}


def snapshot(place: Path) -> list[tuple[str, bytes, int]]:
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return [(str(path), path.read_bytes(), path.stat().st_mtime_ns) for path in files]


async def test_chosen_files_become_assets_and_stay_as_they_are(
    desk: Desk, importing: Settings, bringer: Bringer, place: Path
) -> None:
    before = snapshot(place)
    assert await told(importing) == {"2026/may/Küche.wav": "new", "Early Bus.wav": "new", "letter.txt": "new"}
    came = await settled(bringer, *await asked(importing, "2026/may/Küche.wav", "Early Bus.wav"))
    assets = [await queries.asset(str(one.asset)) for one in came]
    assert [(one.title, one.name) for one in assets] == [("Küche", "Küche.wav"), ("Early Bus", "Early Bus.wav")]
    assert await told(importing) == {"2026/may/Küche.wav": "imported", "Early Bus.wav": "imported", "letter.txt": "new"}
    assert sorted(desk.files()) == sorted(str(one.path) for one in assets)
    assert snapshot(place) == before


async def test_all_new_files_are_wished_for_at_once_and_what_is_no_media_says_so(
    importing: Settings, bringer: Bringer
) -> None:
    first = await folder.ask_new(settings=importing, by=EDITOR, clock=CLOCK)
    assert set((await told(importing)).values()) == {"waiting"}
    await sql("UPDATE arrival SET created_ms = created_ms - 10000")
    came = await settled(bringer, *first)
    assert [one.state for one in came] == ["done", "done", "failed"]
    assert str(came[2].note).startswith("This is not a video or sound file.")
    assert (await told(importing))["letter.txt"] == "failed"
    again = await folder.ask_new(settings=importing, by=EDITOR, clock=CLOCK)
    assert [one.source for one in again] == ["letter.txt"]


async def test_file_that_changed_is_new_again(importing: Settings, bringer: Bringer, place: Path) -> None:
    await settled(bringer, *await asked(importing, "Early Bus.wav"))
    tone(place / "Early Bus.wav", 441)
    assert (await told(importing))["Early Bus.wav"] == "new"
    (came,) = await settled(bringer, *await asked(importing, "Early Bus.wav"))
    assert not came.existed


async def test_same_bytes_under_another_name_are_the_same_asset(
    importing: Settings, bringer: Bringer, place: Path
) -> None:
    shutil.copy(place / "Early Bus.wav", place / "Late Bus.wav")
    came = await settled(bringer, *await asked(importing, "Early Bus.wav", "Late Bus.wav"))
    assert len({one.asset for one in came}) == 1
    assert sorted(one.existed for one in came) == [False, True]


async def test_file_that_is_still_written_waits_until_it_stays_as_it_is(
    importing: Settings, bringer: Bringer, place: Path
) -> None:
    content = tone(place / "whole.wav", 330, seconds=4).read_bytes()
    path = place / "growing.wav"
    path.write_bytes(content[:1000])
    (arrival,) = await folder.ask(["growing.wav"], settings=importing, by=EDITOR, clock=CLOCK)

    async def grow() -> None:
        for at in range(1000, len(content), 8000):
            with path.open("ab") as file:
                file.write(content[at : at + 8000])
            await asyncio.sleep(0.3)

    growing = asyncio.create_task(grow())
    (came,) = await settled(bringer, arrival)
    assert growing.done()
    assert came.state == "done"
    assert came.attempt > 1
    asset = await queries.asset(str(came.asset))
    assert asset.bytes == len(content)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "PATH_BAD"), ("/etc/passwd", "PATH_BAD"), ("../secret.wav", "PATH_BAD"), ("2026/../../secret.wav", "PATH_BAD"),
        ("./Early Bus.wav", "PATH_BAD"), ("2026//may", "PATH_BAD"), ("a\0b", "PATH_BAD"), ("x/" * 600 + "x", "PATH_BAD"),
        ("nothing.wav", "FILE_UNKNOWN"), ("2026", "FILE_NOT_REGULAR"), ("pipe.wav", "FILE_NOT_REGULAR"),
        ("link.wav", "FILE_UNKNOWN"), ("inner/secret.wav", "FILE_UNKNOWN"), ("y" * 300, "FILE_UNKNOWN"),
    ],
)  # fmt: skip
async def test_what_leads_out_of_the_folder_or_is_no_file_is_refused(
    path: str, code: str, importing: Settings, place: Path
) -> None:
    tone(place.parent / "secret.wav", 660)
    (place / "link.wav").symlink_to(place.parent / "secret.wav")
    (place / "inner").symlink_to(place.parent)
    os.mkfifo(place / "pipe.wav")
    with pytest.raises((Invalid, NotFound)) as refused:
        await folder.ask(["Early Bus.wav", path], settings=importing, by=EDITOR, clock=CLOCK)
    assert getattr(refused.value, "code", "") == code
    assert await arrivals.recent(CLOCK.now_ms()) == []


async def test_links_hidden_files_and_pipes_are_not_listed(importing: Settings, place: Path) -> None:
    (place / "link.wav").symlink_to(place / "Early Bus.wav")
    (place / "inner").symlink_to(place.parent)
    (place / ".hidden.wav").write_bytes(b"x")
    os.mkfifo(place / "pipe.wav")
    assert list(await told(importing)) == ["2026/may/Küche.wav", "Early Bus.wav", "letter.txt"]


async def test_file_that_becomes_a_link_before_it_is_copied_is_refused(
    importing: Settings, bringer: Bringer, place: Path
) -> None:
    tone(place.parent / "secret.wav", 660)
    wanted = await asked(importing, "Early Bus.wav")
    (place / "Early Bus.wav").unlink()
    (place / "Early Bus.wav").symlink_to(place.parent / "secret.wav")
    (came,) = await settled(bringer, *wanted)
    assert (came.state, came.asset) == ("failed", None)


async def test_copy_that_is_running_is_cancelled(desk: Desk, importing: Settings, bringer: Bringer) -> None:
    (arrival,) = await folder.ask(["Early Bus.wav"], settings=importing, by=EDITOR, clock=CLOCK)
    await bringer.look()  # which waits two seconds for the file to stay as it is
    await asyncio.sleep(0.2)
    await arrivals.cancel(arrival.id, by=EDITOR, clock=CLOCK)
    (gone,) = await settled(bringer, arrival, seconds=2)
    assert gone.state == "cancelled"
    assert desk.files() == []
    assert (await told(importing))["Early Bus.wav"] == "new"


async def test_without_a_folder_there_is_nothing_to_import(desk: Desk, importing: Settings, place: Path) -> None:
    for settings in (desk.settings, replace(importing, import_folder=place / "gone")):
        with pytest.raises(NotFound) as refused:
            await folder.listed(settings)
        assert refused.value.code == "IMPORT_UNSET"


async def test_no_file_is_refused(importing: Settings) -> None:
    with pytest.raises(Invalid) as refused:
        await folder.ask([], settings=importing, by=EDITOR, clock=CLOCK)
    assert list(refused.value.errors) == ["paths"]


async def test_empty_folder_wishes_for_nothing(importing: Settings, place: Path) -> None:
    shutil.rmtree(place)
    place.mkdir()
    assert await folder.ask_new(settings=importing, by=EDITOR, clock=CLOCK) == []
