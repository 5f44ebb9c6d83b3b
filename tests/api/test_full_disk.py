"""A disk that is full, on a real desk: each face says so, nothing is kept, and there is no harm done."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import refusal
from tests.api.forms import FormPage
from tests.media import tone
from tests.system.desk import Desk, open_desk

# To every process of the tree, a file that would be longer than this meets a full disk.
ROOM_BYTES = 1_500_000
WORDS = "The desk's disk is full. Nothing was kept; make room and upload it again."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("full") / "data", room_bytes=ROOM_BYTES) as opened:
        yield opened


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    sound = tone(tmp_path_factory.mktemp("sound") / "long.wav", 440, seconds=100).read_bytes()
    assert len(sound) > ROOM_BYTES
    return sound


def stored(desk: Desk) -> tuple[list[str], list[str]]:
    with closing(sqlite3.connect(desk.tree.data / "daypart.sqlite")) as connection:
        rows = list(connection.iterdump())
    return rows, sorted(str(path) for path in (desk.tree.data / "media").rglob("*") if path.is_file())


def browser(desk: Desk) -> httpx.Client:
    cookies, headers = {"daypart_session": desk.session}, {"origin": desk.url, "accept": "text/html"}
    return httpx.Client(base_url=desk.url, cookies=cookies, headers=headers, trust_env=False, timeout=30)


def test_program_is_told_with_507(desk: Desk, film: bytes) -> None:
    before = stored(desk)
    answer = desk.api.post("/api/assets", content=film)
    assert refusal(answer) == (507, "STORAGE_FULL", [])
    assert answer.json()["detail"] == WORDS
    assert stored(desk) == before


@pytest.mark.parametrize("path", ["/library", "/schedule/posts"])
def test_form_says_so_at_its_file(desk: Desk, film: bytes, path: str) -> None:
    before = stored(desk)
    with browser(desk) as person:
        answer = person.post(path, data={"title": "Barley"}, files={"file": ("barley.wav", film)})
    assert answer.status_code == 507
    assert FormPage(answer.text).error_at("file") == WORDS
    assert stored(desk) == before


def test_desk_goes_on_and_takes_what_has_room(desk: Desk, film: bytes, tmp_path: Path) -> None:
    desk.api.post("/api/assets", content=film)
    assert desk.asset(tone(tmp_path / "short.wav", 660))
    assert desk.tree.healthy()
