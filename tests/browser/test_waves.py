"""Waves in a browser: planned with a preview, followed, held, moved and mended, with scripts and without."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.gallery import Gallery
from tests.browser.test_accessibility import judge
from tests.system.desk import ZONE, Desk
from tests.system.films import Films

LIST = "/schedule/waves"
LISBON = ZoneInfo(ZONE)
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(scope="module")
def channels(desk: Desk) -> list[str]:
    return [desk.channel("Wave One"), desk.channel("Wave Two"), desk.channel("Wave Three", "400")]


def start(days: int, hour: int = 16) -> datetime:
    return (datetime.now(LISBON) + timedelta(days=days)).replace(hour=hour, minute=30, second=0, microsecond=0)


def fill_form(page: Page, title: str, at: datetime, kind: str = "One after another") -> None:
    page.goto(f"{LIST}/new")
    page.get_by_label("Title of the wave").fill(title)
    page.get_by_text(kind).click()
    page.get_by_label("Date").fill(at.date().isoformat())
    page.get_by_label("Time, Lisbon").fill(f"{at:%H:%M}")
    for turn, channel in ((2, "Wave One"), (1, "Wave Two")):
        page.get_by_role("checkbox", name=channel).check()
        if kind == "One after another":
            page.get_by_label(f"Turn of {channel}").fill(str(turn))


@SCRIPTS
def test_wave_is_previewed_planned_and_its_order_changed(
    browse: Browse, desk: Desk, channels: list[str], scripts: bool
) -> None:
    page, at = browse(desk.url, desk.session, java_script_enabled=scripts), start(3 + scripts)
    fill_form(page, f"Planned {scripts}", at)
    page.get_by_role("button", name="Preview").click()
    lines = page.locator("#wave-plan li")
    expect(lines).to_have_text(
        [re.compile(rf"Wave Two.*{at:%H:%M}", re.S), re.compile(rf"Wave One.*{at.hour + 1}:00", re.S)]
    )
    # What was typed is still there.
    page.get_by_role("button", name="Plan wave").click()
    expect(page.get_by_role("heading", name=f"Planned {scripts}")).to_be_visible()
    rows = page.locator(".wtarget__what .ch")
    expect(rows).to_have_text([re.compile("Wave Two"), re.compile("Wave One")])
    page.get_by_role("link", name="Change order").click()
    page.get_by_label("Turn of Wave One").fill("1")
    page.get_by_label("Turn of Wave Two").fill("2")
    page.get_by_role("button", name="Save order").click()
    expect(page.get_by_text("The order is changed.")).to_be_visible()
    expect(rows).to_have_text([re.compile("Wave One"), re.compile("Wave Two")])


@SCRIPTS
def test_conflict_is_named_and_the_free_time_taken(
    browse: Browse, desk: Desk, films: Films, channels: list[str], scripts: bool
) -> None:
    at = start(6 + scripts)
    asset = desk.asset(films.film(f"in the way {scripts}"))
    wanted = {"asset": asset, "title": "In the way", "channels": [channels[0]], "scheduled_time": at.isoformat()}
    desk.ask("POST", "/api/schedule/post", wanted)
    page = browse(desk.url, desk.session, provoked=(409,), java_script_enabled=scripts)
    fill_form(page, f"Clashing {scripts}", at, "All at once")
    page.get_by_role("button", name="Plan wave").click()
    expect(page.locator("#wave-plan")).to_contain_text(
        "Wave One has “In the way” at 16:30:00, less than a minute away."
    )
    page.get_by_role("button", name="Use this time").click()
    expect(page.get_by_label("Time, Lisbon")).to_have_value("16:31")
    expect(page.locator("#wave-plan")).not_to_contain_text("less than a minute away")
    page.get_by_role("button", name="Plan wave").click()
    expect(page.get_by_role("heading", name=f"Clashing {scripts}")).to_be_visible()


@SCRIPTS
def test_wave_whose_times_passed_asks_when_it_is_resumed(
    browse: Browse, desk: Desk, channels: list[str], scripts: bool
) -> None:
    key = f"held-{scripts}".lower()
    wanted = {"channel_ids": channels[:2], "scheduled_at": start(9 + scripts).isoformat(), "wave_id": key}
    told = desk.ask("POST", "/api/schedules/simultaneous", wanted)
    page = browse(desk.url, desk.session, java_script_enabled=scripts)
    page.goto(f"{LIST}/{key}")
    page.get_by_role("button", name="Pause wave").click()
    expect(page.get_by_text("This wave is paused.")).to_be_visible()
    past = datetime.now(UTC) - timedelta(hours=3)
    group = told["coordination_group_id"]
    desk.sql('UPDATE target SET due_ms = ? WHERE "group" = ?', round(past.timestamp() * 1000), group)
    page.get_by_role("link", name="Resume wave").click()
    expect(page.get_by_text("The times of 2 targets passed meanwhile.")).to_be_visible()
    page.get_by_label("Give each its next free slot").check()
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_text("2 targets are planned.")).to_be_visible()
    expect(page.get_by_text("This wave is paused.")).not_to_be_visible()
    due = {one["scheduled_at"] for one in desk.ask("GET", f"/api/waves/{key}")["schedules"]}
    assert len(due) == 1
    assert datetime.fromisoformat(due.pop()) > datetime.now(UTC)


def test_only_what_failed_is_tried_again_and_the_page_follows(
    page: Page, desk: Desk, films: Films, channels: list[str]
) -> None:
    asset, soon = desk.asset(films.film("wave of three")), datetime.now(UTC) + timedelta(seconds=1)
    wanted = {"channel_ids": channels, "video_id": asset, "scheduled_at": soon.isoformat(), "wave_id": "three"}
    desk.ask("POST", "/api/schedules/simultaneous", wanted)
    page.goto(f"{LIST}/three")
    expect(page.locator(".wtarget .badge", has_text="Posted")).to_have_count(2, timeout=60_000)
    expect(page.locator(".wtarget .badge", has_text="Failed")).to_have_count(1, timeout=60_000)
    expect(page.get_by_role("group", name="Wave Three").get_by_role("link")).to_have_accessible_name(
        re.compile("Failed")
    )
    # The receiver has thought better of it.
    url = f"{desk.receiver.url}/ok"
    version = desk.ask("GET", f"/api/channels/{channels[2]}")["version"]
    desk.ask("PATCH", f"/api/channels/{channels[2]}", {"version": version, "url": url})
    page.get_by_role("button", name="Retry what failed").click()
    expect(page.locator(".wtarget .badge", has_text="Posted")).to_have_count(3, timeout=60_000)
    expect(page.get_by_role("button", name="Retry what failed")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "/new", "/{wave}", "/wave/{wave}/move", "/wave/{wave}/resume"])
def test_page_of_waves_is_accessible(page: Page, gallery: Gallery, path: str) -> None:
    judge(page, lambda: page.goto(LIST + path.format(wave=gallery.wave)))


def test_preview_with_a_conflict_is_accessible(page: Page, desk: Desk, gallery: Gallery, channels: list[str]) -> None:
    there = desk.ask(
        "POST", "/api/schedules/simultaneous", {"channel_ids": [channels[0]], "scheduled_at": start(20).isoformat()}
    )
    assert there["stored"]

    def previewed() -> None:
        fill_form(page, "Clash", start(20), "All at once")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("One conflict.")).to_be_visible()

    judge(page, previewed)


def test_dialog_for_another_order_is_accessible(page: Page, gallery: Gallery) -> None:
    def opened() -> None:
        page.goto(f"{LIST}/{gallery.wave}")
        page.get_by_role("link", name="Change order").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    judge(page, opened)


def test_everything_is_paused_after_a_question_and_resumed(page: Page, gallery: Gallery) -> None:
    page.goto(LIST)
    page.get_by_role("button", name="Pause everything").click()
    page.get_by_role("dialog").get_by_role("button", name="Pause everything").click()
    expect(page.get_by_text("Everything is paused. Nothing goes out")).to_be_visible()
    page.get_by_role("link", name="Resume everything").click()
    dialog = page.get_by_role("dialog")
    if dialog.get_by_label("Give each its next free slot").is_visible():
        dialog.get_by_label("Give each its next free slot").check()
    dialog.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_text("Everything goes on.")).to_be_visible()
