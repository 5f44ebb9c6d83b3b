"""What a post's texts may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.posts.texts import (
    DESCRIPTION_MOST,
    HASHTAGS_MOST,
    TITLE_MOST,
    checked_description,
    checked_hashtags,
    checked_title,
)

TITLES = [
    ("Harbour Tonight", "Harbour Tonight"),
    ("  Harbour \n\t Tonight  ", "Harbour Tonight"),
    ("ميناء الليلة", "ميناء الليلة"),
    ("今夜の港 🚢", "今夜の港 🚢"),
    ("👩‍👩‍👧‍👦 family", "👩‍👩‍👧‍👦 family"),
    ("x" * TITLE_MOST, "x" * TITLE_MOST),
    ("🚢" * TITLE_MOST, "🚢" * TITLE_MOST),
]
BAD_TITLES = [("", "TITLE_EMPTY"), (" \n ", "TITLE_EMPTY"), ("x" * (TITLE_MOST + 1), "TITLE_LONG")]
HASHTAGS: list[tuple[list[str] | str, list[str]]] = [
    ("#boat #harbour", ["boat", "harbour"]),
    ("boat, harbour,,  #night", ["boat", "harbour", "night"]),
    (["#boat", " harbour "], ["boat", "harbour"]),
    (["Boat", "boat", "BOAT"], ["Boat"]),
    (["Straße", "STRASSE"], ["Straße"]),
    (["港", "ميناء", "2026boats", "a_b"], ["港", "ميناء", "2026boats", "a_b"]),
    ("", []),
    ([], []),
]
BAD_HASHTAGS: list[tuple[list[str] | str, str]] = [
    (["two words"], "HASHTAG_BAD"),
    ("#a-b", "HASHTAG_BAD"),
    ("#2026", "HASHTAG_BAD"),
    ("#🚢", "HASHTAG_BAD"),
    ([f"tag{number}" for number in range(HASHTAGS_MOST + 1)], "HASHTAGS_MANY"),
]


@pytest.mark.parametrize(("given_title", "kept"), TITLES)
def test_title_is_kept_on_one_line(given_title: str, kept: str) -> None:
    assert checked_title(given_title) == kept


@pytest.mark.parametrize(("title", "code"), BAD_TITLES)
def test_bad_title_is_refused(title: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_title(title)
    assert refused.value.code == code
    assert set(refused.value.errors) == {"title"}


def test_overlong_title_is_told_its_length() -> None:
    with pytest.raises(Invalid, match="The title has 101 characters; at most 100 fit"):
        checked_title("x" * 101)


def test_description_keeps_its_lines() -> None:
    assert checked_description("\r\none\r\n\r\ntwo \n") == "one\n\ntwo"
    assert checked_description("x" * DESCRIPTION_MOST) == "x" * DESCRIPTION_MOST


def test_overlong_description_is_refused() -> None:
    with pytest.raises(Invalid, match="at most 5000"):
        checked_description("x" * (DESCRIPTION_MOST + 1))


@pytest.mark.parametrize(("tags", "kept"), HASHTAGS)
def test_hashtags_are_kept_once_without_their_sign(tags: list[str] | str, kept: list[str]) -> None:
    assert checked_hashtags(tags) == kept


@pytest.mark.parametrize(("tags", "code"), BAD_HASHTAGS)
def test_bad_hashtags_are_refused(tags: list[str] | str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_hashtags(tags)
    assert refused.value.code == code


def test_as_many_hashtags_as_allowed_are_kept() -> None:
    assert len(checked_hashtags([f"tag{number}" for number in range(HASHTAGS_MOST)])) == HASHTAGS_MOST


@given(st.text(max_size=200))
def test_checked_title_is_not_changed_by_checking_it_again(title: str) -> None:
    try:
        once = checked_title(title)
    except Invalid:
        return
    assert checked_title(once) == once
    assert 0 < len(once) <= TITLE_MOST
    assert once.splitlines() == [once]
