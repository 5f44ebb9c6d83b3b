"""`daypart plan build`: a session that stores all at once or nothing, through a pipe and on a terminal."""

import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import from_ms
from app.errors import Conflict, NotFound
from app.plans import days, drafting, drafts, programs
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan, edit_plan
from app.plans.specs import RuleSpec
from app.plans.zones import WantedZone
from app.settings import Settings
from tests.commands import ROOT, daypart
from tests.plans.desk import Desk

LATER = (datetime.now(UTC) + timedelta(days=2)).date()
BUILT = f"""
program create films --random MOV
zone add Evening --start-time 19:00 --end-time 23:00 --program films
zone add Night --start-time 23:00 --end-time 05:00 --day-filters fri,SAT
zone asset add Night films films
zone update Night --end-time 04:30 --dst-policy reject
zone delete Base
preview day {LATER}
"""


@pytest.fixture
def path(desk_settings: Settings):
    """A desk with a channel called one, a film, and a plan called Week."""
    with closing(sqlite3.connect(desk_settings.database)) as connection, connection:
        connection.execute(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start)"
            " VALUES ('c1', 'one', 'linear', 'One', 'Europe/Lisbon', '06:00')"
        )
        connection.execute(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
            " VALUES ('film', 'MOV', 'Ferry', '', 4800000, 'ready', 1, 0)"
        )
    assert daypart(desk_settings.data, "plan", "add", "one", "Week").returncode == 0
    return desk_settings.database


@pytest.fixture
def build(path, desk_settings: Settings):
    """Types lines into a session through a pipe; gives its exit status and all that it told."""

    def typed(lines: str | bytes, *options: str, status: int = 0, stored: bool = False) -> str:
        before = dump(path)
        done = daypart(desk_settings.data, "plan", "build", "one", "week", *options, typed=lines)
        assert done.returncode == status, done.stdout + done.stderr
        assert (dump(path) != before) is stored
        return done.stdout + done.stderr

    return typed


def dump(path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if "sqlite_stat" not in line]


def zones_of(path) -> list[tuple]:
    query = (
        "SELECT z.name, z.start_min, z.end_min, z.days, z.dst, (SELECT count(*) FROM zone_item i WHERE i.zone = z.id)"
        " FROM zone z ORDER BY z.start_min"
    )
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_c2_all_of_a_session_is_stored_by_save_and_nothing_before(build, path, desk_settings):
    told = build(BUILT, status=1)
    assert "19:00  1:30    program  Ferry   Week / Evening / films" in told
    assert told.endswith("error: DRAFT_UNSAVED 6 changes not saved: nothing of that is stored. Say save at the end.\n")
    build(f"{BUILT}quit\n", status=1)
    assert "6 changes given up." in build(f"{BUILT}discard\nquit\n")
    with closing(sqlite3.connect(path)) as connection:
        events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
        version = connection.execute("SELECT version FROM plan").fetchone()[0]
    assert "Evening" in build(f"{BUILT}save\nvalidate\nquit\nthis is not read", stored=True)
    assert zones_of(path) == [("Evening", 1140, 1380, "", None, 1), ("Night", 1380, 270, "FRI,SAT", "reject", 2)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] == events + 2
        assert connection.execute("SELECT version FROM plan").fetchone()[0] == version + 1
    ids = {one["id"] for one in json.loads(build("zone list --json\n"))}
    build("zone update Evening --name Prime\nsave\nzone asset remove Night films\n", status=1, stored=True)
    assert {one["id"] for one in json.loads(build("zone list\n", "--json"))} == ids


REFUSED = (
    ("bogus", "No such command 'bogus'", 2),
    ("EOF", "DRAFT_UNSAVED", 1),
    ('zone add "open', "The line cannot be read: no closing quotation.", 2),
    ("zone add", "Missing argument 'NAME'", 2),
    ("zone add y --start-time 06:10 --end-time 06:40", "Z-VAL-02", 1),
    ("zone add y --start-time 06:00 --end-time 06:10", "Z-VAL-01", 1),
    ("zone add y --start-time 25:00 --end-time 26:00", "Z-VAL-05", 1),
    ("zone add evening --start-time 06:00 --end-time 07:00", "Z-VAL-04", 1),
    ("zone add y --start-time 22:00 --end-time 23:30", "Z-VAL-09", 1),
    ("zone add y --start-time 06:00 --end-time 07:00 --program none", "PROGRAM_NOT_FOUND", 1),
    ("zone update Evening", "NO_FIELDS_PROVIDED", 1),
    ("zone update Evening --day-filters XYZ", "Z-VAL-06", 1),
    ("zone show Morning", "ZONE_NOT_FOUND", 1),
    ("zone delete Morning", "ZONE_NOT_FOUND", 1),
    ("zone asset add Evening none", "PROGRAM_NOT_FOUND", 1),
    ("zone asset remove Base films", "PROGRAM_NOT_IN_ZONE", 1),
    ("program create FILMS --random MOV", "PROGRAM_NAME_DUPLICATE", 1),
    ("program create x --random MOV --asset film", "Give one of", 2),
    ("program create x --asset none", "ASSET_UNKNOWN", 1),
    ("program create x --spec {", "it is not what --spec takes", 2),
    ("program delete films", "PROGRAM_USED", 1),
    ("preview day 2026-02-30", "INVALID_DATE_FORMAT", 1),
    ("help bogus", "No such command 'bogus'", 2),
    ("zone add x\x00y --start-time 06:00 --end-time 07:00", "Z-VAL-04", 1),
)
GIVEN = "program create films --random MOV\nzone add Evening --start-time 19:00 --end-time 23:00 --program films\n"


def test_a_pipe_ends_at_the_first_line_that_is_refused_and_nothing_is_stored(build):
    build(f"{GIVEN}save\n", stored=True)
    for line, words, status in REFUSED:
        told = build(f"zone add x --start-time 05:00 --end-time 06:00\n{line}\nsave\n", status=status)
        assert words in told, told
        assert line == "EOF" or told.endswith("nothing is stored of 1 change.\n"), told
    assert "no text in UTF-8" in build(b"zone list\nprogram show \xff\nsave\n", status=2)


def test_other_words_tell_and_change_nothing(build):
    assert build("") == build("\n  \n\t\r\n") == ""
    assert "zone asset add ZONE PROGRAM..." in build("help\n")
    assert "--start-time HH:MM" in build("help zone add\nzone add --help\n")
    assert "films  rule, random" in build(f"{GIVEN}program list\nprogram show films\ndiscard\n")
    found = json.loads(build("validate\n", "--json"))
    assert found == {"valid": True, "findings": []}
    told = build("program create soap --random EPI\nzone add x --start-time 06:00 --end-time 07:00 --program soap\n"
                 "zone add y --start-time 07:00 --end-time 08:00\nzone delete Base\nvalidate\ndiscard\n")  # fmt: skip
    for code in ("ZONE_EMPTY: y has no programs", "GAP: 08:00 to 06:00 is left", "RULE_EMPTY: soap finds nothing"):
        assert f"warning: {code}" in told
    refused = json.loads(build("zone show x\n", "--json", status=1))
    assert refused["code"] == "ZONE_NOT_FOUND"


def test_zones_that_a_new_grid_left_behind_are_told_as_errors_and_keep_no_others_from_being_changed(
    build, desk_settings
):
    build("zone add Early --start-time 06:30 --end-time 07:00\nzone add Late --start-time 22:00 --end-time 23:00\nsave",
          stored=True)  # fmt: skip
    assert daypart(desk_settings.data, "plan", "grid", "one", "--grid-size-minutes", "60").returncode == 0
    refused = json.loads(build("validate\n", "--json", status=1))
    found = [(one["code"], one["level"]) for one in refused["findings"]]
    assert (refused["code"], found[0]) == ("PLAN_INVALID", ("Z-VAL-01", "error"))
    build("zone update Late --start-time 21:00\nsave\n", stored=True)


def test_only_plans_that_are_there_are_built(build, desk_settings):
    for name, code in (("Month", "PLAN_NOT_FOUND"), ("", "PLAN_NOT_FOUND")):
        done = daypart(desk_settings.data, "plan", "build", "one", name, "--json")
        assert (done.returncode, json.loads(done.stdout)["code"]) == (1, code)
    assert daypart(desk_settings.data, "plan", "build", "one").returncode == 2


@pytest.mark.timeout(60)
def test_on_a_terminal_errors_are_mended_and_what_is_not_saved_is_asked_for(path, desk_settings):
    """Typed by somebody who errs, wants to leave, stays, is refused since the plan was changed, saves, and leaves."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "plan", "build", "one", "Week"], cwd=ROOT, stdin=theirs, stdout=theirs,
        stderr=theirs, env={**os.environ, "DAYPART_DATA": str(desk_settings.data), "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)

    def answered(typed: bytes, *told: bytes) -> None:
        os.write(ours, typed)
        for words in told:
            read_to(ours, words)

    try:
        answered(b"", b"Week> ")
        answered(b"bogus\n", b"No such command 'bogus'", b"Week> ")
        answered(b"zone delete Base\n", b"Base is deleted.", b"Week> ")
        answered(b"quit\n", b"Give up 1 change? [y/N]: ")
        answered(b"n\n", b"Week> ")
        answered(b"\x04", b"Give up 1 change? [y/N]: ")
        answered(b"\n", b"Week> ")
        assert daypart(desk_settings.data, "plan", "update", "one", "Week", "--priority", 5).returncode == 0
        answered(b"save\n", b"VERSION_STALE Week was changed by someone else meanwhile. Nothing is stored.", b"Week> ")
        assert zones_of(path)
        answered(b"save\n", b"priority 5", b"Week> ")
        answered(b"\x04")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert zones_of(path) == []


def read_to(terminal: int, words: bytes) -> None:
    got = b""
    while words not in got:
        got += os.read(terminal, 1)


async def test_a_plan_that_somebody_else_changed_is_refused_and_what_was_built_can_be_saved_on_it(desk: Desk):
    await desk.furnish()
    late = WantedZone(start="20:00", end="22:00")
    draft = await drafting.draft("one", "Week")
    acts = [
        ("create films", drafts.program_added(WantedProgram(name="films", spec=RuleSpec(types=("MOV",))))),
        ("shorten", drafts.zone_edited("21:00-19:00", WantedZone(start="22:00"))),
        ("list", drafts.programs_listed("19:00-21:00", ["films"])),
    ]  # fmt: skip
    built = drafts.rebased(draft, acts)
    assert (draft.changed, built.changed) == (False, True)
    await edit_plan("one", "Week", WantedPlan(priority=7), None, **desk.act)
    before = desk.stored()
    with pytest.raises(Conflict, match="changed by someone else"):
        await drafting.save(built, **desk.act)
    assert desk.stored() == before
    with pytest.raises(Conflict, match="“late” does not fit any more"):
        await drafting.again(built, [("late", drafts.zone_edited("19:00-21:00", late))])
    saved = await drafting.save(await drafting.again(built, acts), **desk.act)
    assert saved.plan.priority == 7
    assert [(one.start_min, len(one.programs)) for one in saved.plan.zones if one.programs] == [(1140, 2), (1320, 1)]


async def test_what_is_built_is_refused_whole_where_its_programs_are_gone(desk: Desk):
    await desk.furnish()
    films = WantedProgram(name="films", spec=RuleSpec(types=("MOV",)))
    spare = await programs.add_program("one", WantedProgram(name="spare", spec=RuleSpec(types=("EPI",))), **desk.act)
    draft = drafts.program_added(films)(await drafting.draft("one", "Week"))
    listed = drafts.programs_listed("19:00-21:00", ["spare"])(draft)
    await programs.remove_program("one", spare.program.id, **desk.act)
    before = desk.stored()
    with pytest.raises(NotFound, match="spare was deleted meanwhile"):
        await drafting.save(listed, **desk.act)
    assert desk.stored() == before
    await programs.add_program("one", films, **desk.act)
    with pytest.raises(Conflict, match="already has a program films"):
        await drafting.save(draft, **desk.act)
    gone = drafts.program_removed("films")(draft)
    assert not gone.changed


async def test_a_preview_shows_the_draft_in_the_place_of_its_plan_and_stores_nothing(desk: Desk):
    await desk.furnish()
    draft = await drafting.draft("one", "Week")
    before = desk.stored()
    moved = drafts.zone_removed("21:00-19:00")(draft)
    moved = drafts.zone_edited("19:00-21:00", WantedZone(start="20:00"))(moved)
    seen = await drafting.preview(moved, "2026-05-15")
    assert [f"{from_ms(one.start_ms):%H:%M}" for one in seen.events if one.kind == "program"] == ["19:00", "19:30"]
    assert (await drafting.preview(draft, "2026-05-15")).events == (await days.preview("one", "2026-05-15")).events
    assert desk.stored() == before
