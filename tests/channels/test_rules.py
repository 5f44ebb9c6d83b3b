"""What a channel may be called in addresses, and when its day may begin."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.rules import RESERVED, checked_day_start, checked_slug, slug_of
from app.database import new_id
from app.errors import Invalid

WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@given(st.text(max_size=80))
def test_any_title_has_a_slug_that_is_allowed(title: str) -> None:
    assert checked_slug(slug_of(title)) == slug_of(title)


@given(st.from_regex(WORD, fullmatch=True).filter(lambda slug: slug not in RESERVED))
def test_case_and_space_around_do_not_matter(slug: str) -> None:
    assert checked_slug(f" {slug.upper()} ") == checked_slug(slug) == slug


@given(st.text(max_size=50))
def test_slug_is_refused_or_reads_well_in_an_address(text: str) -> None:
    plain = text.strip().lower()
    if WORD.fullmatch(plain) and plain not in RESERVED:
        assert checked_slug(text) == plain
    else:
        with pytest.raises(Invalid) as refused:
            checked_slug(text)
        assert list(refused.value.errors) == ["slug"]


@pytest.mark.parametrize("word", [*sorted(RESERVED), "New", " NEW ", new_id()])
def test_word_that_means_something_else_is_refused(word: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_slug(word)
    assert (refused.value.code, list(refused.value.errors)) == ("SLUG_RESERVED", ["slug"])


@given(st.times())
def test_day_begins_at_any_minute(time: object) -> None:
    assert checked_day_start(f" {time:%H:%M} ") == f"{time:%H:%M}"


@pytest.mark.parametrize("text", ["", "6:00", "24:00", "06:60", "06:00:00", "06.00", "٠٦:٠٠", "noon", "06:00\n07:00"])
def test_day_start_that_is_no_minute_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_day_start(text)
    assert (refused.value.code, list(refused.value.errors)) == ("DAY_START_BAD", ["day_start"])
