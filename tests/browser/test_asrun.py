"""The As-run tab of a linear channel: accessible, by date, with its files."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from app.clock import to_ms
from tests.browser.test_accessibility import judge
from tests.system.desk import Desk

_ROW = (
    "INSERT INTO as_run (channel, title, kind, asset, planned_ms, start_ms, end_ms, status, reason, evidence, source,"
    " source_key) SELECT id, ?, 'program', 'gone', ?, ?, ?, ?, ?, ?, 'test', ? FROM channel WHERE slug = ?"
)


def aired(desk: Desk, slug: str, noon: int) -> None:
    rows = [
        ("The last chandler", noon, noon + 60_000, "AIRED", None, "served"),
        ("A very long title of something that stood in for what was gone from disk " * 2, noon + 60_000,
         noon + 120_000, "SUBSTITUTED", "Dry dock is gone from disk.", "available"),
        ("Spring tide", noon + 120_000, None, "SKIPPED", "Too late for its block.", "none"),
    ]  # fmt: skip
    with closing(sqlite3.connect(desk.tree.data / "daypart.sqlite", timeout=30)) as connection, connection:
        for key, (title, start, end, *rest) in enumerate(rows):
            connection.execute(_ROW, (title, start - 2000, start, end, *rest, str(key), slug))


def test_as_run_is_shown_by_date_with_its_evidence_and_files(desk: Desk, page: Page) -> None:
    made = desk.ask("POST", "/api/channels", {"title": "As Aired", "kind": "linear", "timezone": "Europe/Lisbon"})
    slug = made["channel"]["slug"]
    day = datetime.now(UTC) - timedelta(days=2)
    aired(desk, slug, to_ms(day.replace(hour=12, minute=0, second=0, microsecond=0)))
    page.goto(f"/channels/{slug}")
    page.get_by_role("link", name="As-run").click()
    expect(page.get_by_role("heading", name="Nothing is recorded for this day")).to_be_visible()
    page.get_by_label("Broadcast date").fill(f"{day:%Y-%m-%d}")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="The last chandler")).to_contain_text("Aired")
    expect(page.get_by_role("row", name="stood in for")).to_contain_text("Dry dock is gone from disk.")
    judge(page, page.reload)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == f"{slug}-{day:%Y-%m-%d}.csv"
    assert len(download.value.path().read_text().splitlines()) == 4
    page.get_by_role("link", name="Day after").click()
    expect(page.get_by_role("heading", name="Nothing is recorded for this day")).to_be_visible()
