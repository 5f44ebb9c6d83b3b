"""`daypart channel`."""

import json
from typing import Any

import pytest

from app.settings import Settings
from tests.commands import Run, daypart

ZONE = ("--timezone", "Europe/Lisbon")


@pytest.fixture
def run(settings: Settings) -> Run:
    """Runs `daypart channel ... --json` and gives what it told."""

    def channel(*arguments: str, status: int = 0, typed: str = "", process: bool = False) -> Any:
        done = daypart(settings.data, "channel", *arguments, "--json", typed=typed, process=process)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout) if status < 2 else done.stderr

    return channel


def test_channel_of_any_kind_is_made_changed_and_switched(run: Run) -> None:
    made = run("create", "Harbour TV", "--kind", "linear", *ZONE, "--day-start", "05:30")["channel"]
    assert (made["slug"], made["kind"], made["day_start"]) == ("harbour-tv", "linear", "05:30")
    hook = run("add", "Hook", "--kind", "social", *ZONE, "--url", "https://r.test/", "--slots", "thu 9:30, Mon 18:00")
    assert hook["secret"].startswith("whsec_")
    changed = run("edit", "hook", "--spacing-minutes", "5", "--late-minutes", "90")
    assert (changed["slots"], changed["spacing_minutes"], changed["late_minutes"]) == ("Mon 18:00, Thu 09:30", 5, 90)
    assert [one["slug"] for one in run("list")] == ["harbour-tv", "hook"]
    assert [one["slug"] for one in run("list", "--kind", "linear")] == ["harbour-tv"]
    for verb, field, value in (("pause", "paused", True), ("resume", "paused", False), ("deactivate", "active", False)):
        told = run(verb, "hook")
        assert (told[field], told["changed"]) == (value, 0)
    shown = run("show", "hook")
    assert shown["active"] is False
    assert "secret" not in shown


def test_token_comes_by_standard_input_and_is_told_nowhere(run: Run) -> None:
    repository = ("--platform", "github", "--repository", "https://github.com/acme/show.git/")
    clips = ("create", "Clips", "--kind", "social", *ZONE, *repository)
    made = run(*clips, "--token-stdin", typed="github_pat_1\n", process=True)
    assert made["channel"]["repository"] == "acme/show"
    changed = run("edit", "clips", "--token-stdin", typed="github_pat_2\n")
    assert "github_pat" not in json.dumps([made, changed, run("show", "clips")])
    assert run("edit", "clips", "--token-stdin", typed="\n", status=0)["version"] == 3


def test_refusal_has_its_code_and_changes_nothing(run: Run) -> None:
    run("create", "Harbour FM", "--kind", "radio", *ZONE)
    before = run("list")
    refusals = [
        (("show", "nothing"), "CHANNEL_NOT_FOUND"),
        (("pause", "nothing"), "CHANNEL_NOT_FOUND"),
        (("edit", "harbour-fm"), "NO_FIELDS_PROVIDED"),
        (("edit", "harbour-fm", "--title", "X", "--version", "7"), "VERSION_STALE"),
        (("edit", "harbour-fm", "--slots", "Mon 18:00"), "FIELD_FOREIGN"),
        (("create", "New", "--kind", "linear", *ZONE, "--slug", "new"), "SLUG_RESERVED"),
        (("create", "Again", "--kind", "linear", *ZONE, "--slug", "HARBOUR-FM"), "SLUG_TAKEN"),
        (("create", "Nowhere", "--kind", "linear"), "UNKNOWN_ZONE"),
    ]
    for arguments, code in refusals:
        assert run(*arguments, status=1)["code"] == code
    assert "shortwave" in run("create", "X", "--kind", "shortwave", status=2)
    assert run("list") == before
