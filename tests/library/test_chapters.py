"""Chapters that a file names become places inside its asset."""

from pathlib import Path

import pytest

from app.database import sql
from app.library import queries, service
from app.library.probe import Chapter, probe
from app.library.queries import Marker
from tests.library.chaptered import chaptered
from tests.library.conftest import EDITOR, Desk
from tests.media import Studio

FOUND = [("Opening", 0, 1000), ("At the harbour", 1000, 2500), ("Küche", 2500, 3000)]


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
async def test_chapters_are_read_from_a_file(name: str, studio: Studio, tmp_path: Path) -> None:
    found = await probe(chaptered(studio.file("fast.mp4"), tmp_path / name))
    assert found.chapters == [Chapter(*one) for one in FOUND]


async def test_a_file_without_chapters_has_none(studio: Studio) -> None:
    assert (await probe(studio.file("fast.mp4"))).chapters == []


async def test_chapters_come_and_go_with_their_asset(desk: Desk, studio: Studio, tmp_path: Path) -> None:
    asset = (await desk.upload(chaptered(studio.file("fast.mp4"), tmp_path / "film.mp4"))).asset
    assert await queries.markers(asset.id) == [Marker(number, "chapter", *one) for number, one in enumerate(FOUND)]
    await service.remove(asset.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert await sql("SELECT 1 FROM marker") == []
