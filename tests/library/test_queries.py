import pytest

from app.database import sql
from app.errors import NotFound
from app.library import queries, service
from tests.library.conftest import EDITOR, Desk
from tests.media import tone


async def test_an_asset_without_a_file_here_says_so(desk: Desk) -> None:
    await sql(
        "INSERT INTO asset (id, type, title, name, state, approved, created_ms)"
        " VALUES ('a0', 'PRO', 'Elsewhere', 'clip.mp4', 'ready', 1, 0)"
    )
    asset = await queries.asset("a0")
    assert asset.approved
    assert (asset.bytes, asset.mime, asset.path, asset.probe, asset.codecs, asset.thumbnail, asset.tags) == (
        None, None, None, None, "", None, []
    )  # fmt: skip


async def test_an_unknown_asset_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound) as refused:
        await queries.asset("nobody")
    assert refused.value.code == "ASSET_UNKNOWN"


async def test_totals_count_assets_and_bytes_as_they_come_and_go(desk: Desk, tmp_path) -> None:
    assert await queries.totals() == (0, 0)
    sounds = [tone(tmp_path / f"{hertz}.wav", hertz) for hertz in (440, 880)]
    first, second = [(await desk.upload(path)).asset for path in sounds]
    await desk.upload(sounds[0])  # is there already
    assert await queries.totals() == (2, sum(path.stat().st_size for path in sounds))
    await service.remove(first.id, settings=desk.settings, by=EDITOR, clock=desk.clock)
    assert await queries.totals() == (1, second.bytes)
