"""Days as long as they are, on tracks that fit them, with rulers that read as the wall clock does."""

import itertools
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.calendar import days
from app.calendar.days import VIEWS, View
from app.clock import HOUR_MS, asked_date, from_ms, to_ms, zone
from app.errors import Invalid
from tests.clock.strategies import days as dates
from tests.clock.strategies import zones

LISBON = zone("Europe/Lisbon")
CSS = (Path(__file__).parents[2] / "static" / "daypart.css").read_text()
views = st.sampled_from(VIEWS)


@given(views, dates, zones)
def test_days_of_a_view_follow_each_other_without_gap(view: View, at: date, tz: ZoneInfo) -> None:
    shown = days.shown(view, at, tz)
    assert at in [one.date for one in shown]
    for one, following in itertools.pairwise(shown):
        assert one.span.to_ms == following.span.from_ms
        assert following.date - one.date == timedelta(days=1)


@given(dates, zones, st.integers(0, 30 * HOUR_MS))
def test_instant_of_a_day_has_its_date(at: date, tz: ZoneInfo, after_ms: int) -> None:
    one = days.day(at, tz)
    assume(one.span.from_ms + after_ms < one.span.to_ms)
    assert from_ms(one.span.from_ms + after_ms).astimezone(tz).date() == at


@given(dates, zones)
def test_month_is_shown_in_whole_weeks(at: date, tz: ZoneInfo) -> None:
    shown = [one.date for one in days.shown("month", at, tz)]
    assert len(shown) % 7 == 0
    assert shown[0].weekday() == 0
    assert {one for one in shown if one.month == at.month} == {
        at.replace(day=1) + timedelta(days=n)
        for n in range(31)
        if (at.replace(day=1) + timedelta(days=n)).month == at.month
    }
    assert shown[6] >= at.replace(day=1)
    assert shown[-7].month == at.month


@given(views, dates, zones, st.sampled_from((0, days.EARLY_HOUR)))
def test_track_of_a_view_holds_each_of_its_days(view: View, at: date, tz: ZoneInfo, hour: int) -> None:
    spans = [days.opening(one, hour, tz) for one in days.shown(view, at, tz)]
    width = days.width(spans)
    assert width in days.WIDTHS
    for span in spans:
        assert span.from_ms <= span.to_ms
        assert days.units(span) <= width
        if span.from_ms < span.to_ms:
            assert 0 <= days.unit_of(span, span.to_ms - 1) < days.units(span)


def test_stylesheet_knows_every_width_and_place() -> None:
    assert [int(n) for n in re.findall(r'\[data-units="(\d+)"\]\{--units:\1\}', CSS)] == list(days.WIDTHS)
    for name in ("s", "n"):
        known = [int(n) for n in re.findall(rf'\[data-{name}="(\d+)"\]{{--{name}:\1}}', CSS)]
        assert known == list(range(max(days.WIDTHS) + 1))


@given(dates, zones)
def test_ruler_reads_as_the_wall_clock(at: date, tz: ZoneInfo) -> None:
    span = days.day(at, tz).span
    *ticks, last = days.ticks(span, tz)
    assert last.unit == days.units(span)
    assert sorted({tick.unit for tick in ticks}) == [tick.unit for tick in ticks]
    for tick in ticks:
        assert f"{from_ms(span.from_ms + tick.unit * days.UNIT_MS).astimezone(tz):%H:%M}" == tick.label


@pytest.mark.parametrize(
    ("at", "hours", "note", "units"),
    [
        (date(2026, 3, 29), 23, "23 h, 01:00 jumps to 02:00", 276),
        (date(2026, 10, 25), 25, "25 h, 02:00 goes back to 01:00", 300),
        (date(2026, 5, 14), 24, "", 288),
    ],
)
def test_day_of_a_clock_change_is_as_long_as_it_is(at: date, hours: int, note: str, units: int) -> None:
    one = days.day(at, LISBON)
    assert (one.hours, days.change_note(one, LISBON), days.units(one.span)) == (hours, note, units)


def test_day_that_a_zone_left_out_is_empty_and_says_so() -> None:
    one = days.day(date(2011, 12, 30), zone("Pacific/Apia"))
    assert (one.hours, days.units(one.span)) == (0, 0)
    assert days.change_note(one, zone("Pacific/Apia")) == "This day is left out"


def test_noon_of_a_short_day_stands_where_eleven_hours_have_passed() -> None:
    span = days.day(date(2026, 3, 29), LISBON).span
    noon = to_ms(datetime.combine(date(2026, 3, 29), time(12), tzinfo=LISBON).astimezone(UTC))
    assert days.unit_of(span, noon) == 11 * 12


@given(views, dates)
def test_later_and_earlier_lead_back(view: View, at: date) -> None:
    there = days.stepped(view, at, 1)
    assert there > at
    back = days.stepped(view, there, -1)
    assert days.shown(view, back, LISBON)[0] == days.shown(view, at, LISBON)[0]


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "20260514T10"])
def test_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked_date(text, date(2026, 5, 14))
    assert "date" in refused.value.errors
