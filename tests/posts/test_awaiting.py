"""Posts that are made before their video is here."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.database import sql
from app.errors import Conflict, DaypartError
from app.library import arrivals
from app.library.bringing import Bringer
from app.posts import awaiting, queries, service
from app.posts.awaiting import Source
from app.posts.schemas import NewPost, Scheduled, When
from tests.fakes.server import Fake
from tests.media import tone
from tests.posts.desk import ZONE, Desk, rows_of_everything

FIRST = datetime(2026, 6, 1, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    sound = tone(tmp_path_factory.mktemp("sound") / "tone.wav", 440, seconds=2)
    with Fake("tests.fakes.files:app", FAKE_FILE=str(sound)) as fake:
        yield fake


@pytest.fixture
def server(server_process: Fake) -> Fake:
    server_process.post("/reset")
    return server_process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "import"
    made.mkdir()
    tone(made / "harbour.wav", 330)
    return made


@pytest.fixture
async def bringer(desk: Desk, folder: Path) -> AsyncIterator[Bringer]:
    made = Bringer(replace(desk.settings, import_folder=folder), desk.clock, "worker")
    yield made
    await made.close()


async def planned(desk: Desk, folder: Path, source: Source, *channels: str, at: datetime = FIRST) -> Scheduled:
    new = NewPost("", "Harbour Tonight", list(channels), when=When(at))
    settings = replace(desk.settings, import_folder=folder)
    return await awaiting.schedule(new, source, settings=settings, by=desk.by, clock=desk.clock, timezone=ZONE)


async def brought(desk: Desk, bringer: Bringer) -> None:
    await sql("UPDATE arrival SET created_ms = created_ms - 10000")  # long enough ago that a stamp says it is still
    for arrival in sorted(await arrivals.open_ids()):
        await bringer.bring(arrival)
    await awaiting.settle(desk.clock)


async def stand(desk: Desk, made: Scheduled) -> list[tuple[str, str | None]]:
    return [((await desk.target(one))["state"], (await desk.target(one))["error"]) for one in made.targets]


@pytest.mark.parametrize("kind", ["url", "folder"])
async def test_post_is_scheduled_once_its_video_is_here(
    desk: Desk, folder: Path, server: Fake, bringer: Bringer, kind: str
) -> None:
    source = Source("url", f"{server.url}/plain") if kind == "url" else Source("folder", "harbour.wav")
    made = await planned(desk, folder, source, await desk.channel(), await desk.channel())
    await awaiting.settle(desk.clock)
    assert await stand(desk, made) == [("draft", None)] * 2
    shown = await queries.post(made.post)
    assert (shown.asset, shown.coming.state if shown.coming else None) == (None, "waiting")
    await brought(desk, bringer)
    assert await stand(desk, made) == [("scheduled", None)] * 2
    shown = await queries.post(made.post)
    assert (shown.asset is not None, shown.coming) == (True, None)
    assert {(await desk.target(one))["asset"] for one in made.targets} == {shown.asset}


async def test_nothing_goes_out_before_the_video_is_here_and_then_it_does(
    desk: Desk, folder: Path, receiver: Fake, bringer: Bringer
) -> None:
    made = await planned(desk, folder, Source("folder", "harbour.wav"), await desk.channel(f"{receiver.url}/ok"))
    await service.post_now(made.post, by=desk.by, clock=desk.clock, queue=None)
    async with desk.engine() as engine:
        await engine.look()
        assert await stand(desk, made) == [("draft", None)]
        await brought(desk, bringer)
        desk.wait(30)
        await engine.look()
        assert await stand(desk, made) == [("published", None)]


async def test_time_of_a_waiting_post_is_taken_and_can_be_moved(desk: Desk, folder: Path) -> None:
    channel = await desk.channel()
    made = await planned(desk, folder, Source("folder", "harbour.wav"), channel)
    with pytest.raises(Conflict) as refused:
        await desk.schedule(channel, at=FIRST)
    assert refused.value.code == "SLOT_TAKEN"
    await service.reschedule(made.post, When(desk.at(7200)), by=desk.by, clock=desk.clock, timezone=ZONE)
    assert await stand(desk, made) == [("draft", None)]


async def test_failed_fetch_is_told_at_the_post_and_retry_fetches_again(
    desk: Desk, folder: Path, bringer: Bringer
) -> None:
    made = await planned(desk, folder, Source("folder", "harbour.wav"), await desk.channel())
    (folder / "harbour.wav").rename(folder / "away.wav")
    await brought(desk, bringer)
    detail = "The video did not come. There is no readable file harbour.wav in the import folder."
    assert await stand(desk, made) == [("failed", detail)]
    (folder / "away.wav").rename(folder / "harbour.wav")
    await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
    assert await stand(desk, made) == [("draft", None)]
    await brought(desk, bringer)
    assert await stand(desk, made) == [("scheduled", None)]


async def test_stopped_and_dismissed_fetches_are_told(desk: Desk, folder: Path) -> None:
    made = await planned(desk, folder, Source("folder", "harbour.wav"), await desk.channel())
    (arrival,) = await arrivals.open_ids()
    await arrivals.cancel(arrival, by=desk.by, clock=desk.clock)
    await awaiting.settle(desk.clock)
    assert await stand(desk, made) == [("failed", "The video did not come. Its fetching was stopped.")]
    await arrivals.dismiss(arrival, by=desk.by, clock=desk.clock)
    with pytest.raises(Conflict) as refused:
        await service.retry(made.post, by=desk.by, clock=desk.clock, queue=None)
    assert refused.value.code == "VIDEO_MISSING"


async def test_video_that_the_channel_has_already_is_told_when_it_is_here(
    desk: Desk, folder: Path, bringer: Bringer
) -> None:
    channel = await desk.channel()
    first = await planned(desk, folder, Source("folder", "harbour.wav"), channel)
    await brought(desk, bringer)
    again = await planned(desk, folder, Source("folder", "harbour.wav"), channel, at=desk.at(7200))
    await brought(desk, bringer)
    assert await stand(desk, first) == [("scheduled", None)]
    ((state, error),) = await stand(desk, again)
    assert (state, error and "This video is planned on Channel" in error) == ("failed", True)
    before = await rows_of_everything()
    await awaiting.settle(desk.clock)
    assert await rows_of_everything() == before


async def test_limits_of_the_platform_are_judged_with_the_file(desk: Desk, folder: Path, bringer: Bringer) -> None:
    channel = await desk.channel()
    await sql("UPDATE social_account SET platform = 'instagram' WHERE channel = ?", channel)
    made = await planned(desk, folder, Source("folder", "harbour.wav"), channel)
    await brought(desk, bringer)
    ((state, error),) = await stand(desk, made)
    assert state == "failed"
    assert error
    assert error.startswith("Channel")


async def test_cancelled_post_stays_so_when_its_video_comes(desk: Desk, folder: Path, bringer: Bringer) -> None:
    made = await planned(desk, folder, Source("folder", "harbour.wav"), await desk.channel())
    await service.cancel(made.post, by=desk.by, clock=desk.clock)
    await brought(desk, bringer)
    assert await stand(desk, made) == [("cancelled", None)]


@pytest.mark.parametrize(
    "source",
    [
        Source("folder", "../outside.wav"), Source("folder", "nothing.wav"), Source("folder", ""),
        Source("url", "ftp://files.test/x"), Source("url", "x"),
    ],
)  # fmt: skip
async def test_place_that_cannot_be_is_refused_and_nothing_is_stored(desk: Desk, folder: Path, source: Source) -> None:
    channel, before = await desk.channel(), await rows_of_everything()
    with pytest.raises(DaypartError):
        await planned(desk, folder, source, channel)
    assert (await rows_of_everything(), await arrivals.open_ids()) == (before, set())


async def test_refused_post_asks_for_no_file(desk: Desk, folder: Path) -> None:
    channel = await desk.channel()
    await desk.schedule(channel, at=FIRST)
    with pytest.raises(Conflict):
        await planned(desk, folder, Source("folder", "harbour.wav"), channel)
    assert await arrivals.open_ids() == set()
