"""An import beside everything else: others may write meanwhile, and what they write is seen."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import to_ms, zone
from app.database import DB, new_id, sql, sql_many
from app.posts import csv_import, social
from app.csv_text import ROWS_MOST, write
from app.posts.importing import Import, import_csv
from app.posts.judging import Picture, Rows, named
from app.posts.naming import Names
from app.posts.places import Places
from app.posts.social import Wanted
from tests.posts.desk import ZONE, Desk, rows_of_everything

FIRST = datetime(2026, 6, 1, 17, tzinfo=UTC)
APART = timedelta(minutes=5)
WAIT_MOST_S = 5.0
"""On a machine at rest it is a third of a second; an import that held the database throughout would take ten."""


async def videos(number: int) -> list[str]:
    ids = [new_id() for _ in range(number)]
    async with DB.transaction():
        await sql_many(
            "INSERT INTO asset (id, type, title, name, state, created_ms)"
            " VALUES (?, 'PRO', 'Harbour', 'harbour.mp4', 'ready', 0)",
            [(one,) for one in ids],
        )
    return ids


def sheet(assets: list[str], channels: list[str], *, timed: bool = True) -> bytes:
    rows = (
        {
            "title": f"Harbour {n}", "channels": channels[n % len(channels)], "asset": asset,
            "scheduled_time": (FIRST + n * APART).isoformat() if timed else "",
        }
        for n, asset in enumerate(assets)
    )  # fmt: skip
    return write(("title", "channels", "scheduled_time", "asset"), rows)


async def imported(desk: Desk, data: bytes) -> Import:
    return await import_csv(data, by=desk.by, clock=desk.clock, timezone=ZONE)


class Writer:
    """Another process's writes, as often as it gets to them; how long the slowest one waited."""

    def __init__(self, desk: Desk) -> None:
        self._path, self._over = desk.settings.database, threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.waits_s: list[float] = []

    def _write(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=60, isolation_level=None)) as connection:
            while not self._over.is_set():
                began = time.monotonic()
                connection.execute("BEGIN IMMEDIATE")
                self.waits_s.append(time.monotonic() - began)
                connection.execute("COMMIT")
                self._over.wait(0.01)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


async def test_others_write_while_ten_thousand_rows_come_in(desk: Desk) -> None:
    channels = [await desk.channel() for _ in range(4)]
    data = sheet(await videos(ROWS_MOST), channels)
    with Writer(desk) as writer:
        done = await imported(desk, data)
    assert (done.stored, done.count("new")) == (True, ROWS_MOST)
    assert max(writer.waits_s) < WAIT_MOST_S
    assert (await rows_of_everything())["target"] == ROWS_MOST
    assert (await sql("SELECT count(*) AS n FROM event WHERE verb = 'scheduled'"))[0]["n"] == ROWS_MOST


async def test_two_imports_of_one_file_at_once_add_it_once(desk: Desk) -> None:
    data = sheet(await videos(20), [await desk.channel()])
    both = await asyncio.gather(imported(desk, data), imported(desk, data))
    assert sorted((done.count("new"), done.count("known")) for done in both) == [(0, 20), (20, 0)]
    assert (await rows_of_everything())["post"] == 20


async def picture(desk: Desk, data: bytes) -> tuple[Picture, Rows]:
    now = desk.clock.now()
    rows = named(csv_import.read(data, ZONE).rows, set(), await Names.look(), now)
    return await Picture.of(rows, now, zone(ZONE)), rows


@pytest.mark.parametrize(
    ("meanwhile", "still_true"),
    [
        ("UPDATE channel SET active = 0 WHERE id = '{channel}'", False),
        ("UPDATE asset SET state = 'retired' WHERE id = '{asset}'", False),
        ("UPDATE asset SET state = 'retired' WHERE id = '{other}'", True),
        ("UPDATE target SET due_ms = due_ms + 60000", False),
        ("UPDATE target SET state = 'published'", True),
        ("UPDATE target SET state = 'cancelled'", True),
        ("UPDATE target SET asset = '{asset}'", False),
    ],
)
async def test_picture_is_over_when_something_came_that_may_be_in_the_way(
    desk: Desk, meanwhile: str, still_true: bool
) -> None:
    channel, (asset, other) = await desk.channel(), await videos(2)
    await desk.schedule(channel, at=desk.at(86_400))
    found, rows = await picture(desk, sheet([asset], [channel]))
    await sql(meanwhile.format(channel=channel, asset=asset, other=other))
    assert await found.is_still_true(rows, desk.clock.now()) == still_true


async def test_picture_is_over_when_a_post_was_planned_on_the_channel(desk: Desk) -> None:
    channel, elsewhere, (asset,) = await desk.channel(), await desk.channel(), await videos(1)
    found, rows = await picture(desk, sheet([asset], [channel]))
    await desk.schedule(elsewhere, at=FIRST)
    assert await found.is_still_true(rows, desk.clock.now())
    await desk.schedule(channel, at=FIRST + timedelta(days=1))
    assert not await found.is_still_true(rows, desk.clock.now())


async def test_rows_without_a_time_take_the_slots_that_posts_made_by_hand_would(desk: Desk) -> None:
    async def channel(title: str, slots: str, spacing_min: int) -> str:
        wanted = Wanted(title, "http://127.0.0.1:9/ok", ZONE, slots=slots, spacing_min=spacing_min)
        return (await social.add(wanted, by=desk.by, clock=desk.clock, keys=desk.keys)).channel

    one, two, three = await channel("A", "Thu 18:00, Sat 09:30", 60), await channel("B", "", 240), await desk.channel()
    await desk.schedule(two, at=desk.at(4 * 3600))
    choices = [f"{one}", f"{two}", f"{one};{two}", f"{three}", f"{two};{three}"]
    data = sheet(await videos(25), choices, timed=False)
    dry = await import_csv(data, by=desk.by, clock=desk.clock, timezone=ZONE, dry_run=True)
    by_hand = [await desk.schedule(*choices[n % len(choices)].split(";")) for n in range(25)]
    assert [row.due for row in dry.rows] == [made.due for made in by_hand]


async def test_places_see_what_is_near_and_leave_out_what_they_are_told(desk: Desk) -> None:
    channel = await desk.channel()
    made = await desk.schedule(channel, at=FIRST, title="Harbour Tonight")
    now, due_ms = desk.clock.now(), to_ms(FIRST)
    places = await Places.look([channel], now, zone(ZONE))
    assert [one.title for one in places.near(channel, due_ms + 59_999)] == ["Harbour Tonight"]
    assert places.near(channel, due_ms + 60_000) == places.near(channel, due_ms - 60_000) == []
    without = await Places.look([channel], now, zone(ZONE), but=made.targets)
    assert without.near(channel, due_ms) == []
