"""What the rules of time are tried on."""

from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from app.clock import zone

ZONES = (
    "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana",
    "America/Sao_Paulo", "Asia/Gaza", "Pacific/Apia", "Etc/UTC",
)  # fmt: skip
_FIRST, _LAST = datetime.combine(date(2000, 1, 1), time()), datetime.combine(date(2037, 12, 31), time())

zones = st.sampled_from(ZONES).map(zone)
days = st.dates(_FIRST.date(), _LAST.date())
walls = st.datetimes(_FIRST, _LAST)
instants = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
