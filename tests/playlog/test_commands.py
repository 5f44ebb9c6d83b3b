"""`daypart playlog`: generated and seen on the command line, with its codes and exit statuses."""

import sqlite3
from contextlib import closing

import pytest

from app.settings import Settings
from tests.commands import Run, linear_desk


@pytest.fixture
def run(desk_settings: Settings) -> Run:
    """Runs `daypart ...` and gives what it told; JSON unless told otherwise."""
    return linear_desk(desk_settings, [("film", "MOV", "Ferry", 1_500_000), ("news", "NEW", "News", 60_000)])


def test_c13_it_is_generated_listed_asked_edited_and_checked(run):
    assert run("playlog", "validate", "one", status=1)["code"] == "PLAYLOG_INVALID"
    run("program", "add", "one", "films", "--asset", "film")
    run("plan", "add", "one", "Week")
    run("zone", "add", "one", "Week", "Day", "--start-time", "00:00", "--end-time", "24:00", "--program", "films")
    assert run("playlog", "extend", "one", "--dry-run")["events"]
    assert run("playlog", "list", "one")["events"] == []
    made = run("playlog", "extend", "--all")
    assert run("playlog", "extend", "one")["events"] == []
    events = run("playlog", "list", "one")["events"]
    assert len(events) == len(made[0]["events"])
    date = run("playlog", "list", "one")["logs"][0]["date"]
    assert run("playlog", "list", "one", "--date-range", f"{date}:{date}")["events"]
    assert run("playlog", "query", "one")["stage"] == "on_air"
    assert run("playlog", "query", "one", "--at-time", "2020-01-01T00:00Z", status=1)["code"] == "NOTHING_PLANNED"
    assert run("playlog", "query", "one", "--at-time", "2020-01-01T00:00", status=1)["code"] == "NAIVE_TIME"
    assert run("playlog", "validate", "one")["valid"]
    lines = run("playlog", "list", "one", plain=True).splitlines()
    assert lines[0].split() == ["START", "END", "LENGTH", "KIND", "TITLE", "FROM", "ID"]
    assert any("Ferry" in line and "film" in line for line in lines)
    acts = [one["id"] for one in events if one["kind"] == "program"][2:]
    run("playlog", "insert", "one", "news", "--before", acts[2])
    run("playlog", "lock", "one", acts[1])
    assert run("playlog", "remove", "one", acts[1], status=1)["code"] == "EVENT_LOCKED"
    run("playlog", "lock", "one", acts[1], "--off")
    run("playlog", "replace", "one", acts[1], "news")
    assert run("playlog", "move", "one", acts[0], "--after", acts[-1], status=1)["code"] == "NO_ROOM"
    news = next(one for one in run("playlog", "list", "one")["events"] if one["asset"] == "news")["id"]
    run("playlog", "move", "one", news, "--after", acts[-1])
    assert run("playlog", "show", "one", news, status=1)["code"] == "EVENT_NOT_FOUND"
    assert run("playlog", "validate", "one")["valid"]
    run("playlog", "rebuild", "one", "--yes")
    assert "news" not in {one["asset"] for one in run("playlog", "list", "one")["events"]}
    start = events[-1]["start"]
    run("booking", "add", "one", "news", "--start", start)
    assert run("playlog", "query", "one", "--at-time", start)["booking"]
    run("playlog", "extend", status=1)
    run("playlog", "list", status=2)


def test_edits_and_rebuilding_are_told_by_a_dry_run_that_stores_nothing(run, desk_settings):
    run("program", "add", "one", "films", "--asset", "film")
    run("plan", "add", "one", "Week")
    run("zone", "add", "one", "Week", "Day", "--start-time", "00:00", "--end-time", "24:00", "--program", "films")
    run("playlog", "extend", "one")
    acts = [one["id"] for one in run("playlog", "list", "one")["events"] if one["kind"] == "program"][2:]
    run("playlog", "insert", "one", "news", "--before", acts[2])
    events = run("playlog", "list", "one")["events"]
    news = next(one["id"] for one in events if one["asset"] == "news")
    for words in (
        ("replace", "one", acts[1], "news"),
        ("insert", "one", "news", "--after", acts[1]),
        ("move", "one", news, "--after", acts[-1]),
        ("remove", "one", news),
        ("lock", "one", acts[1]),
    ):
        told = run("playlog", *words, "--dry-run")
        assert told["removed"] or told["added"]
        assert run("playlog", "list", "one")["events"] == events, words
    news_again = run("playlog", "rebuild", "one", "--dry-run")["events"]
    assert news_again
    assert "news" not in {one["asset"] for one in news_again}
    told = run("playlog", "remove", "one", news, "--dry-run", plain=True).splitlines()
    assert (told[0], told[-1]) == ("It is removed.", "Nothing is stored: this was a dry run.")
    assert any(line.startswith("-") and line.endswith("News") for line in told)
    assert run("playlog", "move", "one", acts[0], "--after", acts[-1], "--dry-run", status=1)["code"] == "NO_ROOM"
    done = run("playlog", "remove", "one", news)
    assert news in {one["id"] for one in done["removed"]}
    assert run("playlog", "list", "one")["events"] != events


def test_what_is_gone_is_mended_after_a_dry_run(run, desk_settings):
    run("program", "add", "one", "films", "--asset", "film")
    run("plan", "add", "one", "Week")
    run("zone", "add", "one", "Week", "Day", "--start-time", "00:00", "--end-time", "24:00", "--program", "films")
    run("playlog", "extend", "one")
    assert run("playlog", "mend", "one", "film", status=1)["code"] == "MEDIA_THERE"
    with closing(sqlite3.connect(desk_settings.database)) as connection, connection:
        probe = '{"format": "mp4", "brand": "isom", "duration_ms": 1500000}'
        connection.execute("INSERT INTO media VALUES ('m', 'm', 'm.mp4', 1, 'video/mp4', ?)", (probe,))
        connection.execute("UPDATE asset SET media = 'm' WHERE id = 'film'")
        connection.execute("INSERT INTO playlog_gone VALUES ('c1', 'film', 0)")
    listed = run("playlog", "list", "one")
    assert [one["asset"] for one in listed["missing"]] == ["film"]
    assert "MEDIA_MISSING: the file of Ferry (film) is gone" in run("playlog", "list", "one", plain=True)
    tried = run("playlog", "mend", "one", "film", "--dry-run")
    assert {one["step"] for one in tried["fallen"]} == {"slate"}
    events = run("playlog", "list", "one")["events"]
    assert [one["id"] for one in events] == [one["id"] for one in listed["events"]]
    assert {one["step"] for one in run("playlog", "mend", "one", "film")["fallen"]} == {"slate"}
    after = run("playlog", "list", "one")
    assert after["missing"] == []
    assert {one["fallback"] for one in after["events"] if one["instead_of"] == "film"} == {"slate"}
    assert run("playlog", "mend", "one", "film", status=1)["code"] == "NOTHING_TO_MEND"
