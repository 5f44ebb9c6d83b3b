"""How platforms count texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.posts import counting

FAMILY = "👩‍👩‍👧‍👦"
COUNTS = [
    # text, code points, UTF-16 units, graphemes, bytes
    ("", 0, 0, 0, 0),
    ("boat", 4, 4, 4, 4),
    ("é", 1, 1, 1, 2),
    ("e\u0301", 2, 2, 1, 3),
    ("今夜", 2, 2, 2, 6),
    ("🚢", 1, 2, 1, 4),
    (FAMILY, 7, 11, 1, 25),
    ("🇵🇹🇲🇿", 4, 8, 2, 16),
    ("👋🏽", 2, 4, 1, 8),
    ("क्षि", 4, 4, 1, 12),
    ("각", 1, 1, 1, 3),
    ("a\r\nb", 4, 4, 3, 4),
    ("\ud83d", 1, 1, 1, 3),
]
MASTODON = [
    ("plain", 5),
    (FAMILY, 1),
    ("https://example.org/a/very/long/path/that/is/counted/as/twenty-three", 23),
    ("see https://a.example.", 4 + 23 + 1),
    ("(https://a.example/x) and http://b.example", 1 + 23 + 1 + 5 + 23),
    ("hi @ana@social.example!", len("hi @ana!")),
    ("hi @ana", 7),
    ("mail ana@example.org", 20),
]
HASHTAGS = [
    ("#boat and #night", ["boat", "night"]),
    ("#港 #ميناء #2026boats #a_b", ["港", "ميناء", "2026boats", "a_b"]),
    ("#2026", []),
    ("https://example.org/#part C# a#b &#39;", []),
    ("(#boat), #night.", ["boat", "night"]),
    ("＃港", ["港"]),
    ("# boat", []),
]
INSTAGRAM = [("#a #a", 2), ("#a#b", 2), ("#2026", 1), ("#🚢", 1), ("# a", 0), ("C#", 0)]
MENTIONS = [("@ana and @bo.b", 2), ("ana@example.org", 0), ("@", 0), ("(@ana)", 1)]


@pytest.mark.parametrize(("text", "points", "units", "graphemes", "octets"), COUNTS)
def test_text_is_counted_in_each_unit(text: str, points: int, units: int, graphemes: int, octets: int) -> None:
    assert counting.code_points(text) == points
    assert counting.utf16_units(text) == units
    assert counting.graphemes(text) == graphemes
    assert counting.utf8_bytes(text) == octets


@pytest.mark.parametrize(("text", "count"), MASTODON)
def test_mastodon_counts_an_address_as_23_and_no_server_of_a_mention(text: str, count: int) -> None:
    assert counting.mastodon_characters(text) == count


@pytest.mark.parametrize(("text", "found"), HASHTAGS)
def test_hashtags_are_found_where_they_are_links(text: str, found: list[str]) -> None:
    assert counting.hashtags(text) == found


@pytest.mark.parametrize(("text", "count"), INSTAGRAM)
def test_instagram_counts_every_hashtag(text: str, count: int) -> None:
    assert counting.instagram_hashtags(text) == count


@pytest.mark.parametrize(("text", "count"), MENTIONS)
def test_mentions_are_counted_but_no_mail_addresses(text: str, count: int) -> None:
    assert counting.mentions(text) == count


@given(st.text())
def test_units_are_ordered_from_what_is_seen_to_what_is_stored(text: str) -> None:
    points = counting.code_points(text)
    assert counting.graphemes(text) <= points <= counting.utf16_units(text) <= counting.utf8_bytes(text)
    assert counting.utf16_units(text) - points == sum(letter > "\uffff" for letter in text)


@given(st.text())
def test_mark_put_on_a_letter_is_no_character_of_its_own(text: str) -> None:
    assert counting.graphemes(f"{text}x\u0301") == counting.graphemes(f"{text}x")
