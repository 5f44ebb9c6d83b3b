"""As-run in its three faces: the page of a linear channel, the API, and the command."""

import json
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from app.asrun import service
from app.asrun.rules import Entry
from app.cli import main
from app.settings import Settings
from tests.asrun.rows import at, entry

PAGE, API = "/channels/one/asrun", "/api/channels/one/asrun"
CHANNELS = [("c1", "one", "linear", "One"), ("c2", "two", "social", "Two")]
ROWS = [
    entry("a", start_ms=at("04:00"), end_ms=at("06:15"), planned_ms=at("04:00") - 2000, title="Night <film>"),
    entry("b", start_ms=at("06:15"), end_ms=at("06:20"), status="SUBSTITUTED", reason="Spot is gone from disk."),
]


def channels(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start)"
            " VALUES (?, ?, ?, ?, 'Europe/Lisbon', '06:00')",
            CHANNELS,
        )


@pytest.fixture
def channel(settings: Settings) -> None:
    channels(settings.database)


async def aired() -> list[int]:
    return await service.record(ROWS)


async def test_page_says_plainly_that_nothing_is_recorded(channel: None, viewer: httpx.AsyncClient) -> None:
    page = unescape((await viewer.get(PAGE)).text)
    assert "Nothing is recorded for this day" in page
    assert "Today, Thu 14 May" in page
    assert f'href="{PAGE}" aria-current="page">As-run</a>' in page
    assert "/export" not in page


async def test_page_shows_a_broadcast_date_with_what_was_not_as_planned(
    channel: None, viewer: httpx.AsyncClient
) -> None:
    await aired()
    page = unescape((await viewer.get(f"{PAGE}?date=2026-05-15")).text)
    for words in ("06:00:00", "1:15:00", "2 s late", "Spot is gone from disk.", "Goes over the start", "Lisbon time",
                  "2 rows, 1 row not as planned", 'href="/library/film"'):  # fmt: skip
        assert words in page
    assert "<film>" in page
    assert "<film>" not in (await viewer.get(f"{PAGE}?date=2026-05-15")).text
    assert 'date=2026-05-14" aria-label="Day before"' in page
    assert "05:00:00" in (await viewer.get(f"{PAGE}?date=2026-05-14")).text


async def test_files_are_those_of_the_day(channel: None, viewer: httpx.AsyncClient) -> None:
    await aired()
    for form, kind in (("csv", "text/csv"), ("jsonl", "application/jsonl"), ("asrun", "text/plain")):
        answer = await viewer.get(f"{PAGE}/export?date=2026-05-15&format={form}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"] == f'attachment; filename="one-2026-05-15.{form}"'
        assert len(answer.text.splitlines()) == 2 + (form != "jsonl")
    assert (await viewer.get(f"{PAGE}/export?format=xml")).status_code == 422


WRONG = [
    (f"{API}?date=0001-01-01", 422, "INVALID_DATE_FORMAT"),
    (f"{API}?date=9999-12-31", 422, "INVALID_DATE_FORMAT"),
    (f"{API}?since=2026-05-15T00:00:00Z&until=2026-05-15T00:00:00Z", 422, "INVALID_TIME_RANGE"),
    (f"{API}?since=2026-05-15T00:00:00Z&until=2026-06-15T00:00:01Z", 422, "INVALID_TIME_RANGE"),
    (f"{API}?since=2026-05-15T00:00:00Z", 422, "INVALID_TIME_RANGE"),
    (f"{API}?since=2026-05-15T00:00:00&until=2026-05-16T00:00:00Z", 422, "NAIVE_TIME"),
    (f"{API}/1", 404, "ASRUN_NOT_FOUND"),
    (f"{API}/{2**70}", 404, "ASRUN_NOT_FOUND"),
    ("/api/channels/three/asrun", 404, "CHANNEL_UNKNOWN"),
]


async def test_what_is_asked_wrongly_is_told(channel: None, scripts: dict[str, httpx.AsyncClient]) -> None:
    for address, status, code in WRONG:
        answer = await scripts["viewer"].get(address)
        assert (address, answer.status_code, answer.json()["code"]) == (address, status, code)


async def test_api_tells_a_date_a_span_one_row_and_an_asset(
    channel: None, scripts: dict[str, httpx.AsyncClient]
) -> None:
    script = scripts["viewer"]
    assert (await script.get(API)).json() == {"rows": [], "more": False}
    first, _ = await aired()
    told = (await script.get(f"{API}?date=2026-05-15")).json()["rows"]
    assert [(one["start"], one["is_split_entry"], one["duration_ms"]) for one in told] == [
        ("2026-05-15T06:00:00+01:00", True, 75 * 60_000), ("2026-05-15T07:15:00+01:00", False, 5 * 60_000),
    ]  # fmt: skip
    span = await script.get(f"{API}?since=2026-05-15T06:15:00Z&until=2026-05-15T06:16:00Z")
    assert [one["status"] for one in span.json()["rows"]] == ["SUBSTITUTED"]
    whole = (await script.get(f"{API}/{first}")).json()
    assert (whole["start"], whole["broadcast_date"], whole["split_reason"]) == (
        "2026-05-15T05:00:00+01:00", "2026-05-14", None,
    )  # fmt: skip
    of_asset = (await script.get("/api/assets/film/asrun?limit=1")).json()
    assert ([one["source_key"] for one in of_asset["rows"]], of_asset["more"]) == (["b"], True)
    assert (await scripts["stranger"].get(API)).status_code == 401


async def test_only_linear_channels_have_the_page(channel: None, viewer: httpx.AsyncClient) -> None:
    assert (await viewer.get("/channels/two/asrun")).status_code == 404
    assert (await viewer.get(f"{PAGE}?date=yesterday")).status_code == 422
    assert (await viewer.get(f"{PAGE}?date=1999-01-01")).status_code == 422


@pytest.fixture
def run(desk_settings: Settings):
    """Runs `daypart asrun ...` beside two rows of the day; gives what it told."""
    channels(desk_settings.database)
    names = [name for name in Entry.__slots__ if name != "seq"]
    with closing(sqlite3.connect(desk_settings.database)) as connection, connection:
        connection.executemany(
            f"INSERT INTO as_run ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [[getattr(row, name) for name in names] for row in ROWS],
        )

    def asrun(*words: object, status: int = 0, plain: bool = False):
        asked = ["asrun", *map(str, words), *([] if plain else ["--json"])]
        done = CliRunner().invoke(main, asked, env={"DAYPART_DATA": str(desk_settings.data)})
        assert done.exit_code == status, done.output
        return done.output if plain or status == 2 else json.loads(done.output)

    return asrun


def test_c23_command_lists_shows_and_exports(run, tmp_path: Path) -> None:
    listed = run("list", "one", "--date", "2026-05-15")
    assert [one["title"] for one in listed] == ["Night <film>", "Ferry"]
    assert "Spot is gone from disk." in run("list", "one", "--date", "2026-05-15", plain=True)
    assert run("list", "one", "--date", "2026-05-20", plain=True) == "Nothing is recorded for that day.\n"
    assert run("list", "one") == []
    shown = run("show", "one", listed[0]["seq"])
    assert (shown["is_split_entry"], listed[0]["is_split_entry"]) == (False, True)
    assert "served" in run("show", "one", listed[0]["seq"], plain=True)
    assert run("show", "one", 99, status=1)["code"] == "ASRUN_NOT_FOUND"
    assert run("list", "nowhere", status=1)["code"] == "CHANNEL_UNKNOWN"
    run("list", "one", "--date", "15.05.2026", status=2)
    assert "COMMERCL" not in run("export", "one", "--date", "2026-05-15", "--format", "asrun", plain=True)
    assert run("export", "one", "--date", "2026-05-15")["text"].count("\n") == 2
    file = tmp_path / "day.csv"
    told = run("export", "one", "--date", "2026-05-15", "--format", "csv", "--output", file)
    assert (told["rows"], len(file.read_text().splitlines())) == (2, 3)
