"""What the rules of planning are tried on."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from app.posts.weekly import Timetable, WeeklySlot
from tests.clock.strategies import zones

# Days on which clocks change, in the zones of tests.clock: both kinds, half an hour, midnight, and a day left out.
_CHANGES = [
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2018, 11, 4, tzinfo=UTC),
    datetime(2011, 12, 30, tzinfo=UTC),
]

walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
# Half of them in the hours in which clocks change.
night_walls = walls | st.builds(time, st.integers(0, 3), st.sampled_from((0, 15, 30, 45)))
instants = st.builds(
    lambda day, ahead: day + ahead, st.sampled_from(_CHANGES), st.timedeltas(timedelta(days=-9), timedelta(days=3))
)
weekly_slots = st.builds(WeeklySlot, st.integers(0, 6), night_walls)
timetables = st.builds(Timetable, st.lists(weekly_slots, min_size=1, max_size=8, unique=True), zones)
