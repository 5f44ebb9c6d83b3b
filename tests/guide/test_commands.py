"""`daypart guide`: what it tells, and how it ends."""

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from ipytv import playlist

from app.cli import main
from app.settings import Settings
from tests.plans.test_commands import TOMORROW, furnished, run  # noqa: F401 - fixtures


@pytest.fixture
def planned(furnished):  # noqa: F811 - the fixture
    furnished("day", "generate", "one", TOMORROW)
    furnished("booking", "add", "one", "news", "--start", f"{TOMORROW}T12:10:00Z")
    return furnished


def test_c11_guide_is_shown_as_a_table_and_as_data(planned):
    (day,) = planned("guide", "show", "one", "--date", TOMORROW)
    shown = day["programmes"]
    assert (day["date"], day["slug"]) == (str(TOMORROW), "one")
    assert [one["title"] for one in shown if one["kind"] == "booking"] == ["News"]
    assert all(one["end"] == other["start"] for one, other in pairwise(shown))
    table = planned("guide", "show", "one", "--date", TOMORROW, plain=True)
    assert "Ferry (continued)" in table
    assert "booked" in table
    assert len(planned("guide", "show", "one", "--days", 3)) == 3
    for wrong in (("nobody",), ("one", "--date", "x"), ("one", "--date", "2026-02-30")):
        planned("guide", "show", *wrong, status=1)
    planned("guide", "show", "one", "--days", 15, status=2)


def test_c12_guide_is_exported_in_each_format(planned, tmp_path: Path):
    told = planned("guide", "export", "xmltv", "--days", 3)
    root = ElementTree.fromstring(told["content"])
    assert len(root.findall("programme")) == told["programmes"] > 10
    file = tmp_path / "guide.xml"
    assert planned("guide", "export", "xmltv", "--output", file)["output"] == str(file)
    assert file.read_text() == told["content"]
    assert ElementTree.fromstring(planned("guide", "export", "xmltv", "--days", 3, plain=True)).tag == "tv"
    (channel,) = playlist.loads(planned("guide", "export", "m3u")["content"]).get_channels()
    assert channel.attributes["tvg-id"] == "one.daypart"
    assert planned("guide", "export", "ical")["content"].count("BEGIN:VEVENT") == told["programmes"]
    assert len(json.loads(planned("guide", "export", "json")["content"])["channels"]) == 1
    assert planned("guide", "export", "xmltv", "--channel", "nobody", status=1)["code"] == "CHANNEL_NOT_FOUND"
    planned("guide", "export", "pdf", status=2)


def test_guide_is_shared_and_links_are_made_and_ended(run, desk_settings: Settings):  # noqa: F811 - the fixture
    assert run("guide", "share") == {"open": False, "days": 3}
    assert run("guide", "share", "--open", "--days", 14) == {"open": True, "days": 14}
    assert run("guide", "share", "--closed") == {"open": False, "days": 14}
    assert run("guide", "share", "--days", 15, status=1)["code"] == "DAYS_BAD"
    made = run("guide", "link", "Living room")
    token = made["xmltv"].partition("token=")[2]
    assert token
    (kept,) = run("guide", "links")
    assert kept["name"] == "Living room"
    with closing(sqlite3.connect(desk_settings.database)) as connection:
        assert token not in "\n".join(connection.iterdump())
    assert run("guide", "unlink", kept["id"]) == {"ended": kept["id"]}
    assert run("guide", "unlink", kept["id"], status=1)["code"] == "LINK_UNKNOWN"
    assert CliRunner().invoke(main, ["guide", "--help"]).exit_code == 0
