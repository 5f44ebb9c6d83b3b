"""`daypart asset`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.commands import Run, daypart, told
from tests.fakes.server import Fake
from tests.media import tone


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tone(tmp_path_factory.mktemp("sound") / "Early Bus.wav", 440)


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Run:
    """Runs `daypart asset ... --json` and gives what it told."""
    (tmp_path / "import").mkdir()

    def asset(*arguments: object, status: int = 0) -> Any:
        place = str(tmp_path / "import")
        return told(daypart(settings.data, "asset", *arguments, "--json", DAYPART_IMPORT=place), status)

    return asset


def test_file_is_added_found_changed_and_deleted(run: Run, sound: Path) -> None:
    (added,) = run("add", sound)
    assert (added["title"], added["type"]) == ("Early Bus", "PRO")
    assert (
        run("edit", added["id"], "--type", "MUS", "--add-tag", "Sea", "--approve", "--title", "Late Bus")["changed"]
        == 1
    )
    found = run("list", "late", "--type", "MUS", "--tag", "sea", "--approved", "--unused", "--sort", "longest")
    assert [(one["id"], one["version"]) for one in found["assets"]] == [(added["id"], 3)]
    assert run("list", "--used")["assets"] == []
    shown = run("show", added["id"])
    assert (shown["asset"]["title"], shown["chapters"], shown["uses"]) == ("Late Bus", [], [])
    assert run("mark", added["id"], "0:00.1", "0:00.2", "--kind", "note", "--title", "Bell")["number"] == 0
    assert run("edit", added["id"], "--genre", "Sea", "--description", "Dawn.")["changed"] == 1
    shown = run("show", added["id"])
    assert (shown["markers"][0]["start_ms"], shown["asset"]["genre"], shown["asset"]["description"]) == (
        100, "Sea", "Dawn."
    )  # fmt: skip
    run("unmark", added["id"], 0)
    run("delete", added["id"])
    assert run("show", added["id"], status=1)["code"] == "ASSET_UNKNOWN"


def test_refusal_has_its_code_and_leaves_the_library_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear desk,")
    assert run("add", tmp_path / "letter.txt", status=1)["code"] == "NOT_MEDIA"
    assert run("add", tmp_path / "nothing.mp4", status=1)["code"] == "FILE_UNKNOWN"
    assert run("edit", "nobody", "--retire", status=1)["code"] == "ASSET_UNKNOWN"
    assert run("list")["assets"] == []


def test_import_folder_is_listed_and_imported(run: Run, sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "import"
    (folder / "Early Bus.wav").write_bytes(sound.read_bytes())
    tone(folder / "Late Bus.wav", 550)
    assert [(one["path"], one["state"]) for one in run("import")] == [("Early Bus.wav", "new"), ("Late Bus.wav", "new")]
    (came,) = run("import", "Late Bus.wav")
    assert (came["state"], came["source"]) == ("done", "Late Bus.wav")
    assert [one["source"] for one in run("import", "--all")] == ["Early Bus.wav"]
    assert {one["state"] for one in run("import")} == {"imported"}
    assert run("import", "../Early Bus.wav", status=1)["code"] == "PATH_BAD"


def test_tree_is_imported_and_the_library_changed_by_csv(run: Run, sound: Path, tmp_path: Path) -> None:
    season = tmp_path / "import" / "Lights" / "Season 1"
    season.mkdir(parents=True)
    (season / "01 - Dawn.wav").write_bytes(sound.read_bytes())
    seen = run("import-tree", "Lights", "--dry-run")
    assert [(one["series"], one["season"], one["episode"], one["title"]) for one in seen["files"]] == [
        ("Lights", 1, 1, "Dawn")
    ]
    brought = run("import-tree")
    assert (brought["done"], brought["open"], brought["bytes_done"]) == (1, 0, len(sound.read_bytes()))
    sheet = tmp_path / "library.csv"
    run("export-csv", sheet, "--series", "lights")
    sheet.write_bytes(sheet.read_bytes().replace(b"Dawn", b"Dusk"))
    assert run("import-csv", sheet)["stored"]
    sheet.write_bytes(sheet.read_bytes().replace(b"EPI", b"XXX"))
    assert run("import-csv", sheet, status=1)["code"] == "ROWS_WRONG"


@pytest.fixture(scope="module")
def server(sound: Path) -> Iterator[Fake]:
    with Fake("tests.fakes.files:app", FAKE_FILE=str(sound)) as fake:
        yield fake


def test_file_is_fetched_from_an_address(run: Run, server: Fake, settings: Settings) -> None:
    refused = run("fetch", f"{server.url}/whole/film.wav", status=1)
    assert refused["code"] == "NOT_ALL_CAME"
    assert "private address" in refused["detail"]
    assert refused["arrivals"][0]["state"] == "failed"
    allow(settings)
    done, gone = (f"{server.url}/{how}/film.wav" for how in ("breaks", "404"))
    (came,) = run("fetch", done)
    assert (came["state"], came["source"]) == ("done", done)
    assert run("show", came["asset"])["asset"]["name"] == "film.wav"
    refused = run("fetch", done, gone, status=1)
    assert [(one["source"], one["state"]) for one in refused["arrivals"]] == [(done, "done"), (gone, "failed")]
    assert run("fetch", "ftp://example.org/x", status=1)["code"] == "URL_BAD"


def allow(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.execute("INSERT INTO allowed_host (host, actor, at_ms) VALUES ('127.0.0.1', 'test', 0)")
