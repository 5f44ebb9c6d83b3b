"""`daypart plan`, `zone`, `program`, `day`, `booking` and `series`: what they tell, and how they end."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from app.settings import Settings
from tests.commands import Run, linear_desk

TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date()


@pytest.fixture
def run(desk_settings: Settings) -> Run:
    """Runs `daypart ...` and gives what it told; JSON unless told otherwise."""
    return linear_desk(
        desk_settings,
        [("film", "MOV", "Ferry", 4_800_000), ("news", "NEW", "News", 600_000), ("e1", "EPI", "Pilot", 1_500_000)],
    )


@pytest.fixture
def furnished(run):
    run("program", "add", "one", "films", "--random", "MOV")
    run("plan", "add", "one", "Week", "--cron", "0 0 * * *", "--priority", 5)
    run("zone", "add", "one", "Week", "Day", "--start-time", "06:00", "--end-time", "24:00", "--program", "films")
    return run


def test_c2_plans_are_added_listed_shown_changed_copied_and_deleted(run):
    made = run("plan", "add", "one", "Week", "--start-date", "12-20", "--end-date", "01-05")
    assert (made["first"], [one["name"] for one in made["zones"]]) == ("12-20", ["Base"])
    assert run("plan", "update", "one", "week", "--priority", 3, "--start-date", "", "--end-date", "")["first"] is None
    run("plan", "copy", "one", "Week", "Copy")
    assert [(one["name"], one["active"]) for one in run("plan", "list", "one")] == [("Copy", False), ("Week", True)]
    assert "Base" in run("plan", "show", "one", "Week", plain=True)
    run("plan", "delete", "one", "Copy", "--yes")
    assert run("plan", "show", "one", "Copy", status=1)["code"] == "PLAN_NOT_FOUND"


def test_c3_zones_have_their_programs_and_refusals_their_codes(furnished):
    run = furnished
    zone = run("zone", "show", "one", "Week", "Day")
    assert (zone["end"], [one["name"] for one in zone["programs"]]) == ("24:00", ["films"])
    changed = run(
        "zone", "update", "one", "Week", "Day", "--day-filters", "MON,tue", "--dst-policy", "reject", "--name", "Days"
    )
    assert (changed["days"], changed["dst"], len(changed["programs"])) == (["MON", "TUE"], "reject", 1)
    add = ("zone", "add", "one", "Week")
    assert run(*add, "x", "--start-time", "00:10", "--end-time", "00:40", status=1)["code"] == "Z-VAL-02"
    assert run(*add, "x", "--start-time", "07:00", "--end-time", "08:00", status=1)["code"] == "Z-VAL-09"
    assert run("plan", "delete", "one", "Week", "--yes", status=1)["code"] == "PLAN_HAS_DEPENDENCIES"
    run("zone", "delete", "one", "Week", "Days")
    assert [one["name"] for one in run("zone", "list", "one", "Week")] == ["Base"]


def test_c6_c7_days_are_made_shown_listed_checked_and_overridden(furnished):
    run = furnished
    assert run("day", "generate", "one", TOMORROW, "--dry-run")["id"] is None
    made = run("day", "generate", "one", TOMORROW)
    assert {one["title"] for one in made["events"]} == {"Ferry", "Filler"}
    assert run("day", "generate", "one", TOMORROW, status=1)["code"] == "DAY_EXISTS"
    assert run("day", "regenerate", "one", TOMORROW)["events"] == made["events"]
    assert run("day", "override", "one", TOMORROW, "Week", "--yes")["overridden"]
    assert run("day", "show", "one", TOMORROW)["events"] == made["events"]
    assert run("day", "validate", "one", TOMORROW)["valid"]
    assert [one["date"] for one in run("day", "list", "one", "--date-range", f"{TOMORROW}:{TOMORROW}")] == [
        str(TOMORROW)
    ]
    far = TOMORROW + timedelta(days=20)
    assert run("day", "preview", "one", far, "--now", f"{far}T12:00Z")["id"] is None
    assert run("day", "preview", "one", far, "--now", f"{far}T12:00", status=1)["code"] == "NAIVE_TIME"
    told = run("day", "preview", "one", TOMORROW, plain=True)
    assert "06:00  1:30    program  Ferry   Week / Day / films" in told
    assert "warning: ZONE_EMPTY at 00:00: Base has no programs; filler airs." in told


def test_validate_ends_with_status_1_when_a_day_is_not_well(furnished, desk_settings):
    furnished("day", "generate", "one", TOMORROW)
    with closing(sqlite3.connect(desk_settings.database)) as connection, connection:
        connection.execute("UPDATE asset SET approved = 0")
    told = furnished("day", "validate", "one", TOMORROW, status=1)
    assert (told["code"], told["findings"][0]["code"]) == ("DAY_INVALID", "NOT_ELIGIBLE")


def test_c31_a_rule_is_tried(furnished):
    told = furnished("program", "try", "one", "films")
    out = told["sources"][0]["out"]
    assert (told["pick"]["title"], out[0]["reason"], out[0]["count"]) == ("Ferry", "type", 2)
    assert "picks Ferry, at " in furnished("program", "try", "one", "films", plain=True)
    at = f"{TOMORROW}T20:00+00:00"
    typed = furnished("program", "try", "one", "--rule", "types: NEW; longest: 10", "--at", at)
    assert (typed["pick"]["title"], typed["at"][:10]) == ("News", str(TOMORROW))
    furnished("program", "try", "one", "--rule", "types: NEW", "--at", "2026-05-14T20:00", status=1)
    furnished("program", "try", "one", status=2)


def test_programs_of_every_kind(run):
    series = run("series", "add", "Harbour")["id"]
    run("series", "place", "e1", "--series", "Harbour", "--season", 1, "--episode", 1, "--genre", "Drama")
    assert [one["title"] for one in run("series", "episodes", "Harbour")] == ["Pilot"]
    clock = json.dumps({"type": "clock", "elements": [{"type": "MUS", "count": 3}]})
    for name, options in (
        ("asset", ("--asset", "film")), ("series", ("--series", series, "--season", 1, "--mode", "random")),
        ("rule", ("--rule", '{"types": ["MOV"], "longest_s": 7200}', "--bleed", "--slots", 2)), ("clock", ("--spec", clock)),
    ):  # fmt: skip
        assert run("program", "add", "one", name, *options)["kind"] == name
    assert run("program", "update", "one", "rule", "--name", "films", "--no-bleed")["slots"] == 2
    assert run("program", "show", "one", "films")["bleed"] is False
    run("program", "delete", "one", "films")
    assert [one["name"] for one in run("program", "list", "one")] == ["asset", "clock", "series"]
    assert run("series", "delete", "Harbour", status=1)["code"] == "SERIES_USED"
    assert [one["episodes"] for one in run("series", "list")] == [1]


def test_wrong_usage_ends_with_status_2(run):
    run("program", "add", "one", "x", "--asset", "film", "--random", "MOV", status=2)
    run("program", "add", "one", "x", "--rule", "no json", status=2)
    run("program", "add", "one", "x", "--rule", "[]", status=2)
    run("program", "add", "one", "x", "--spec", '{"type": "magic"}', status=2)
    run("zone", "add", "one", "Week", "x", status=2)


REFUSALS = [
    (("plan", "list", "two"), "CHANNEL_NOT_FOUND"),
    (("plan", "add", "one", "x", "--cron", "daily"), "INVALID_CRON"),
    (("plan", "add", "one", "x", "--priority", "-1"), "INVALID_PRIORITY"),
    (("plan", "add", "one", "x", "--start-date", "2026-02-30"), "INVALID_DATE_RANGE"),
    (("plan", "add", "one", "WEEK"), "PLAN_NAME_DUPLICATE"),
    (("plan", "update", "one", "Week"), "NO_FIELDS_PROVIDED"),
    (("day", "generate", "one", "14.5.2026"), "INVALID_DATE_FORMAT"),
    (("day", "generate", "one", "2026-02-30"), "INVALID_DATE_FORMAT"),
    (("day", "show", "one", str(TOMORROW)), "DAY_NOT_FOUND"),
    (("day", "list", "one", "--date-range", "2026-05-02:2026-05-01"), "INVALID_DATE_RANGE"),
    (("program", "add", "one", "x"), "MISSING_FIELD"),
    (("booking", "add", "one", "news", "--start", "2026-05-15T20:00"), "NAIVE_TIME"),
    (("plan", "grid", "one", "--grid-size-minutes", "20"), "CHN-003"),
    (("plan", "grid", "one", "--grid-size-minutes", "60", "--grid-offset-minutes", "15",
      "--broadcast-day-start", "06:15", "--strict"), "WARNINGS"),
]  # fmt: skip


def test_refusals_end_with_status_1_and_their_code(furnished):
    for words, code in REFUSALS:
        assert furnished(*words, status=1)["code"] == code


def test_bookings_are_added_once_listed_and_cancelled(run):
    start = f"{TOMORROW}T20:00:00Z"
    first = run("booking", "add", "one", "news", "--start", start)
    assert run("booking", "add", "one", "news", "--start", start)["id"] == first["id"]
    assert run("booking", "add", "one", "film", "--start", start, status=1)["code"] == "SLOT_OVERLAP"
    assert run("booking", "add", "one", "film", "--start", f"{TOMORROW}T10:00:00Z", "--dry-run")["title"] == "Ferry"
    assert [one["id"] for one in run("booking", "list", "one")] == [first["id"]]
    end = f"{TOMORROW}T20:05:00Z"
    assert run("booking", "move", "one", first["id"], "--end", end)["end"].startswith(f"{TOMORROW}T20:05")
    assert run("booking", "move", "one", "none", "--end", end, status=1)["code"] == "BOOKING_NOT_FOUND"
    assert run("booking", "cancel", "one", first["id"])["changed"]
    assert run("booking", "list", "one", "--date", TOMORROW, "--days", 1) == []


def test_grid_is_shown_and_set(run):
    assert run("plan", "grid", "one")["minutes"] == 30
    assert run("plan", "grid", "one", "--grid-size-minutes", 15)["minutes"] == 15
    assert "blocks of 15 minutes" in run("plan", "grid", "one", plain=True)


def test_c26_a_series_goes_on_in_the_next_process(run, desk_settings):
    run("series", "add", "Harbour")
    with closing(sqlite3.connect(desk_settings.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms, series, season, episode)"
            " SELECT ?, 'EPI', ?, '', 1500000, 'ready', 1, 0, id, 1, ? FROM series",
            [(f"h{n}", f"Harbour {n}", n) for n in range(1, 6)],
        )
        (series,) = connection.execute("SELECT id FROM series").fetchone()
    run("program", "add", "one", "harbour", "--series", series)
    run("plan", "add", "one", "Week")
    run("zone", "add", "one", "Week", "Evening", "--start-time", "19:00", "--end-time", "20:30", "--program", "harbour")
    dates = [TOMORROW + timedelta(days=n) for n in range(3)]
    made = [one for on in dates for one in run("day", "generate", "one", on)["events"]]
    assert [one["title"] for one in made if one["title"] != "Filler"] == [f"Harbour {1 + n % 5}" for n in range(9)]


def test_presets_copies_and_what_is_next_by_command(furnished):
    assert {one["key"] for one in furnished("plan", "preset", "list")} >= {"prime-time", "overnight-classics"}
    dry = furnished("plan", "preset", "add", "one", "weekday-comedy", "--dry-run")
    assert (dry["plan_id"], dry["matched"], dry["findings"][0]["code"]) == (None, {"Comedy": 0}, "RULE_EMPTY")
    assert len(furnished("plan", "list", "one")) == 1
    assert "Weekday comedy, priority 15 (new)" in furnished(
        "plan", "preset", "add", "one", "weekday-comedy", plain=True
    )
    assert furnished("plan", "preset", "add", "one", "weekday-comedy", status=1)["code"] == "PLAN_NAME_DUPLICATE"
    furnished("channel", "create", "Two", "--kind", "linear", "--timezone", "Europe/Lisbon")
    copied = furnished("plan", "copy", "one", "Week", "Week", "--to", "two")
    assert (copied["programs"], copied["kept"], copied["active"]) == (["films"], [], False)
    days = furnished("plan", "copy-day", "one", "Weekday comedy", "MON", "SAT")
    assert [one["days"] for one in days["zones"]] == [["MON", "TUE", "WED", "THU", "FRI", "SAT"]]
    show = furnished("series", "add", "Lights")["id"]
    furnished("series", "place", "e1", "--series", show, "--season", "1", "--episode", "1")
    furnished("program", "add", "one", "lights", "--series", "lights")
    typed = furnished("program", "try", "one", "--rule", "series: Lights")
    assert (typed["pick"]["title"], typed["sources"][0]["matched"]) == ("Pilot", 1)
    assert furnished("program", "try", "one", "--rule", "series: Dark", status=1)["code"] == "SERIES_UNKNOWN"
    assert furnished("program", "next", "one", "lights")[0]["next"]["name"] == "Pilot"
    assert furnished("program", "next", "one", "lights", "--asset", "e1")[0]["moved"] is True
    assert furnished("program", "next", "one", "lights", "--asset", "film", status=1)["code"] == "NOT_IN_POOL"


def test_channels_are_validated_and_deleted_by_command(furnished):
    assert furnished("channel", "validate", "one")["valid"] is True
    assert furnished("channel", "validate", "one", "--strict", status=1)["code"] == "CHANNEL_INVALID"
    assert furnished("channel", "delete", "one", "--yes", status=1)["code"] == "CHANNEL_HAS_DEPENDENCIES"
    furnished("channel", "create", "Two", "--kind", "linear", "--timezone", "Europe/Lisbon")
    assert "Two is deleted." in furnished("channel", "delete", "two", "--yes", plain=True)
    assert furnished("channel", "show", "two", status=1)["code"] == "CHANNEL_NOT_FOUND"


def test_a_dry_run_tells_what_would_change_with_the_same_refusals_and_stores_nothing(furnished, desk_settings):
    run = furnished
    for on in (TOMORROW, TOMORROW + timedelta(days=1)):
        run("day", "generate", "one", on)
    start, later = f"{TOMORROW}T20:00:00Z", f"{TOMORROW}T21:00:00Z"
    booked = run("booking", "add", "one", "news", "--start", start)["id"]
    before = stored(desk_settings)
    for words, told in (
        (("plan", "add", "one", "Month"), ("name", "Month")),
        (("plan", "update", "one", "Week", "--priority", 7), ("priority", 7)),
        (("plan", "copy", "one", "Week", "Copy"), ("active", False)),
        (("plan", "copy-day", "one", "Week", "MON", "SAT"), ("name", "Week")),
        (("plan", "grid", "one", "--grid-size-minutes", 15), ("minutes", 15)),
        (("zone", "add", "one", "Week", "Dawn", "--start-time", "05:00", "--end-time", "06:00"), ("start", "05:00")),
        (("zone", "update", "one", "Week", "Day", "--end-time", "23:00"), ("end", "23:00")),
        (("zone", "delete", "one", "Week", "Day"), ("deleted", "Day")),
        (("program", "add", "one", "news", "--asset", "news"), ("kind", "asset")),
        (("program", "update", "one", "films", "--slots", 4), ("slots", 4)),
        (("booking", "move", "one", booked, "--start", later), ("title", "News")),
        (("booking", "cancel", "one", booked), ("changed", True)),
        (("channel", "edit", "one", "--title", "Uno"), ("title", "Uno")),
    ):
        assert run(*words, "--dry-run")[told[0]] == told[1]
        assert stored(desk_settings) == before, words
    days = run("day", "regenerate", "one", TOMORROW, "--later", "--dry-run")
    assert [one["date"] for one in days] == [str(TOMORROW), str(TOMORROW + timedelta(days=1))]
    assert "Nothing is stored: this was a dry run." in run(
        "zone", "delete", "one", "Week", "Day", "--dry-run", plain=True
    )
    for words, code in (
        (("plan", "delete", "one", "Week"), "PLAN_HAS_DEPENDENCIES"),
        (("zone", "update", "one", "Week", "Day"), "NO_FIELDS_PROVIDED"),
        (("program", "delete", "one", "films"), "PROGRAM_USED"),
        (("channel", "delete", "one"), "CHANNEL_HAS_DEPENDENCIES"),
    ):
        assert run(*words, "--dry-run", status=1)["code"] == code
    assert stored(desk_settings) == before


def stored(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.database)) as connection:
        return [line for line in connection.iterdump() if "sqlite_stat" not in line]
