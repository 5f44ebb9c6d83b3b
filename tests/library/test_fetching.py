"""Files from addresses: whatever the other side does, the asset is whole or somebody is told why not."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import events
from app.accounts.desk import SYSTEM, allow_host
from app.clock import MasterClock
from app.database import sql
from app.errors import Conflict, Invalid, NotFound
from app.library import arrivals, queries
from app.library.arrivals import Arrival
from app.library.bringing import Bringer
from tests.fakes.server import Fake
from tests.library.conftest import EDITOR, Desk
from tests.media import tone

CLOCK = MasterClock()  # lease and waits go by while the file comes


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tone(tmp_path_factory.mktemp("sound") / "tone.wav", 440, seconds=10)  # 160 kB


@pytest.fixture(scope="module")
def server_process(sound: Path) -> Iterator[Fake]:
    with Fake("tests.fakes.files:app", FAKE_FILE=str(sound)) as fake:
        yield fake


@pytest.fixture
async def server(server_process: Fake, desk: Desk) -> Fake:
    server_process.post("/reset")
    await allow_host("127.0.0.1", by=SYSTEM, clock=CLOCK)
    return server_process


@pytest.fixture
async def bringer(desk: Desk) -> AsyncIterator[Bringer]:
    made = Bringer(desk.settings, CLOCK, "worker")
    yield made
    await made.close()


async def asked(url: str) -> Arrival:
    return await arrivals.ask_url(url, by=EDITOR, clock=CLOCK)


async def settled(bringer: Bringer, arrival: Arrival, seconds: float = 20) -> Arrival:
    """Work until the file is here or not on its way any more; waits between tries are shortened."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await sql("UPDATE arrival SET retry_ms = 0 WHERE state = 'waiting'")
        await bringer.look()
        found = await arrivals.show(arrival.id)
        if not found.is_open:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await arrivals.show(arrival.id)}")


async def until(arrival: Arrival, holds: Callable[[Arrival], bool], seconds: float = 10) -> Arrival:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = await arrivals.show(arrival.id)
        if holds(now):
            return now
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await arrivals.show(arrival.id)}")


@pytest.mark.parametrize("how", ["whole", "plain", "moved/5", "503", "breaks", "changes", "slow"])
async def test_file_at_an_address_becomes_an_asset(
    how: str, desk: Desk, server: Fake, bringer: Bringer, sound: Path
) -> None:
    came = await settled(bringer, await asked(f"{server.url}/{how}/Early%20Bus.wav"))
    assert (came.state, came.note, came.existed) == ("done", None, False)
    asset = await queries.asset(str(came.asset))
    assert asset.sha256 == hashlib.sha256(sound.read_bytes()).hexdigest()
    assert desk.files() == [asset.path]
    assert (await events.history("asset", asset.id))[0]["actor"] == "Edda"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("whole/Early%20Bus.wav?x=1", "Early Bus.wav"),
        ("named/x", "Küche.wav"),
        ("whole/..%2f..%2fetc%2fpasswd", "passwd"),
    ],
)
async def test_its_name_is_that_of_the_address_or_what_the_server_says(
    path: str, name: str, server: Fake, bringer: Bringer
) -> None:
    came = await settled(bringer, await asked(f"{server.url}/{path}"))
    assert (await queries.asset(str(came.asset))).name == name


async def test_broken_connection_goes_on_where_it_broke(server: Fake, bringer: Bringer, sound: Path) -> None:
    await settled(bringer, await asked(f"{server.url}/breaks/film.wav"))
    third = sound.stat().st_size // 3
    ranges = [one["range"] for one in server.requests()]
    assert ranges == [None, f"bytes={third}-", f"bytes={2 * third}-"]
    assert [one["if-range"] for one in server.requests()] == [None, '"v1"', '"v1"']


async def test_another_worker_goes_on_after_one_was_killed(desk: Desk, server: Fake, sound: Path) -> None:
    arrival = await asked(f"{server.url}/slow/film.wav")
    first = Bringer(desk.settings, CLOCK, "first")
    await first.look()
    await until(arrival, lambda now: now.bytes > 0)
    for task in first._running:  # as a kill does: without letting go of what it holds
        task.cancel()
    await asyncio.gather(*first._running, return_exceptions=True)
    second = Bringer(desk.settings, CLOCK, "second")
    await second.look()
    assert (await arrivals.show(arrival.id)).attempt == 1
    await sql("UPDATE arrival SET lease_until_ms = 0")
    came = await settled(second, arrival)
    assert (came.state, came.attempt) == ("done", 2)
    await first.close()
    await second.close()


async def test_worker_that_comes_back_takes_up_its_own_at_once(desk: Desk, server: Fake) -> None:
    arrival = await asked(f"{server.url}/slow/film.wav")
    first = Bringer(desk.settings, CLOCK, "worker")
    await first.look()
    for task in first._running:
        task.cancel()
    await asyncio.gather(*first._running, return_exceptions=True)
    again = Bringer(desk.settings, CLOCK, "worker")
    await again.begin()
    assert (await settled(again, arrival)).state == "done"
    await again.close()
    await first.close()


async def test_progress_is_told_while_it_comes(server: Fake, bringer: Bringer) -> None:
    arrival = await asked(f"{server.url}/slow/film.wav")
    await bringer.look()
    seen = {0}
    while (now := await arrivals.show(arrival.id)).is_open:
        seen.add(now.bytes)
        await asyncio.sleep(0.05)
    assert len(seen) > 2
    assert sorted(seen)[-1] <= now.bytes


@pytest.mark.parametrize("how", ["slow", "hangs"])
async def test_running_one_is_cancelled_within_two_seconds_and_leaves_nothing(
    how: str, desk: Desk, server: Fake, bringer: Bringer
) -> None:
    arrival = await asked(f"{server.url}/{how}/film.wav")
    await bringer.look()
    await asyncio.sleep(0.3)
    await arrivals.cancel(arrival.id, by=EDITOR, clock=CLOCK)
    await until(arrival, lambda now: now.state == "cancelled", 2)
    assert desk.files() == []


async def test_waiting_one_is_cancelled_at_once_and_may_be_tried_again(server: Fake, bringer: Bringer) -> None:
    arrival = await asked(f"{server.url}/whole/film.wav")
    assert (await arrivals.cancel(arrival.id, by=EDITOR, clock=CLOCK)).state == "cancelled"
    with pytest.raises(Conflict):
        await arrivals.cancel(arrival.id, by=EDITOR, clock=CLOCK)
    await arrivals.retry(arrival.id, by=EDITOR, clock=CLOCK)
    assert (await settled(bringer, arrival)).state == "done"
    with pytest.raises(Conflict):
        await arrivals.retry(arrival.id, by=EDITOR, clock=CLOCK)


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("404/x", "The address answered 404 Not Found."),
        ("html/x", "This address leads to a web page, not to a file."),
        ("empty/x", "The file at this address is empty."),
        ("moved/6/x", "This address leads on more than 5 times."),
        ("away/x?to=file:///etc/passwd", "This address leads on to one that cannot be fetched."),
        ("away/x?to=https://user:word@example.org/", "This address leads on to one that cannot be fetched."),
        ("endless/x", "This file is larger than 50.0 MB, the most this desk takes."),
        ("endless/x?announced=50000001", "This file is larger than 50.0 MB, the most this desk takes."),
    ],
)
async def test_what_cannot_come_says_why_and_leaves_nothing(
    path: str, note: str, desk: Desk, server: Fake, bringer: Bringer
) -> None:
    failed = await settled(bringer, await asked(f"{server.url}/{path}"))
    assert (failed.state, failed.note) == ("failed", note)
    assert desk.files() == []


async def test_redirect_to_a_private_host_is_refused(server: Fake, bringer: Bringer) -> None:
    failed = await settled(bringer, await asked(f"{server.url}/away/x?to=http://localhost:{server.port}/whole/x"))
    assert (
        failed.note == "localhost is at 127.0.0.1, a private address. An administrator can allow this host in Settings."
    )
    assert [one["path"] for one in server.requests()] == ["/away/x"]


async def test_private_host_is_refused_unless_it_is_allowed(desk: Desk, server_process: Fake, bringer: Bringer) -> None:
    server_process.post("/reset")
    failed = await settled(bringer, await asked(f"{server_process.url}/whole/x"))
    assert failed.state == "failed"
    assert server_process.requests() == []


async def test_server_that_never_answers_is_given_up_after_some_tries(
    desk: Desk, server: Fake, bringer: Bringer
) -> None:
    failed = await settled(bringer, await asked("http://127.0.0.1:9/film.wav"))
    assert failed.state == "failed"
    assert failed.attempt == 6
    assert str(failed.note).startswith("There was no answer: ")


async def test_the_same_address_is_not_fetched_twice_at_once(server: Fake, bringer: Bringer) -> None:
    url = f"{server.url}/whole/film.wav"
    first, second = await asked(url), await asked(url)
    assert first.id == second.id
    await settled(bringer, first)
    again = await settled(bringer, await asked(url))
    assert again.id != first.id
    assert again.existed


async def test_disk_without_room_is_told(desk: Desk, server: Fake) -> None:
    small = Bringer(replace(desk.settings, upload_limit_mb=10**6), CLOCK, "worker")
    failed = await settled(small, await asked(f"{server.url}/endless/x?announced={9 * 10**11}"))
    assert str(failed.note).startswith("The desk's disk is full.")
    await small.close()


@pytest.mark.parametrize(
    "url", ["", "film.mp4", "ftp://example.org/x", "file:///etc/passwd", "http://", "https://a:b@example.org/x",
            "http://example.org:0/x", "http://example.org:99999/x", "http://[/x", "http://example.org/a b", "http://x/" + "y" * 2000]
)  # fmt: skip
async def test_what_is_no_address_is_refused(url: str, desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        await asked(url)
    assert (refused.value.code, list(refused.value.errors)) == ("URL_BAD", ["url"])
    assert await arrivals.recent(CLOCK.now_ms()) == []


async def test_failed_one_is_dismissed_and_an_open_one_is_not(desk: Desk, server: Fake, bringer: Bringer) -> None:
    failed = await settled(bringer, await asked(f"{server.url}/404/x"))
    await arrivals.dismiss(failed.id, by=EDITOR, clock=CLOCK)
    with pytest.raises(NotFound):
        await arrivals.show(failed.id)
    waiting = await asked(f"{server.url}/whole/x")
    with pytest.raises(Conflict):
        await arrivals.dismiss(waiting.id, by=EDITOR, clock=CLOCK)


async def test_what_is_long_over_is_forgotten_with_its_files(desk: Desk, server: Fake, bringer: Bringer) -> None:
    failed = await settled(bringer, await asked(f"{server.url}/404/x"))
    folder = desk.settings.media / "incoming"
    folder.mkdir(parents=True)
    (folder / "nobody.arrival").write_bytes(b"x")
    await bringer.sweep()
    assert list(folder.iterdir()) == []
    await arrivals.sweep(CLOCK.now_ms() + arrivals.KEPT_MS + 1000)
    with pytest.raises(NotFound):
        await arrivals.show(failed.id)
