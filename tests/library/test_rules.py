import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.library.rules import NAME_MOST_BYTES, TITLE_MOST, checked_title, clean_name, title_of

ANY_TEXT = st.text(alphabet=st.characters(categories=None))  # lone surrogates and all


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("film.mp4", "film.mp4"),
        ("Großes Kino – Teil 2.mov", "Großes Kino – Teil 2.mov"),
        ("東京の夜.mp4", "東京の夜.mp4"),
        ("مقطع فيديو.mp4", "مقطع فيديو.mp4"),
        ("👩‍🍳 Küche 🎬.mp4", "👩‍🍳 Küche 🎬.mp4"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("C:\\Users\\me\\film.mp4", "film.mp4"),
        ("..", "file"),
        ("....", "file"),
        ("/", "file"),
        ("", "file"),
        ("   ", "file"),
        (".htaccess", "htaccess"),
        ("...film.mp4", "film.mp4"),
        ("film.mp4. . ", "film.mp4"),
        ("film\x00.mp4", "film .mp4"),
        ("a\r\nSet-Cookie: x=1.mp4", "a Set-Cookie: x=1.mp4"),
        ("tab\there.mp4", "tab here.mp4"),
        ("line\u2028break.mp4", "line break.mp4"),
        ("\ufefffilm.mp4", "film.mp4"),
        ("harmless\u202egpj.exe", "harmlessgpj.exe"),
        ("a\u2066b\u2069c.mp4", "abc.mp4"),
        ("lone\ud800surrogate.mp4", "lone surrogate.mp4"),
        ("cafe\u0301.mp4", "café.mp4"),
        ("CON", "_CON"),
        ("con.mp4", "_con.mp4"),
        ("Com1.mov", "_Com1.mov"),
        ("console.mp4", "console.mp4"),
        ("x" * 500 + ".mp4", "x" * (NAME_MOST_BYTES - 4) + ".mp4"),
        ("é" * 500 + ".mp4", "é" * ((NAME_MOST_BYTES - 4) // 2) + ".mp4"),
    ],
)
def test_a_file_name_is_made_safe_and_stays_readable(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@given(ANY_TEXT)
def test_any_name_becomes_one_that_cannot_harm(sent: str) -> None:
    name = clean_name(sent)
    assert name
    assert len(name.encode()) <= NAME_MOST_BYTES
    assert not {"/", "\\"} & set(name)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)
    assert not any(unicodedata.bidirectional(letter) in ("LRO", "RLO", "LRI", "RLI", "PDI") for letter in name)
    assert name.strip(". ") == name


@given(ANY_TEXT)
def test_a_clean_name_stays_as_it_is(sent: str) -> None:
    assert clean_name(clean_name(sent)) == clean_name(sent)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("film.mp4", "film"),
        ("market_haul-final.mp4", "market haul final"),
        ("2026-05-14 Noodles.mov", "2026 05 14 Noodles"),
        ("Vol. 2", "Vol. 2"),
        ("Episode 1.5", "Episode 1.5"),
        ("archive.tar.gz", "archive.tar"),
        ("clip.3gp", "clip"),
        ("東京_夜.mp4", "東京 夜"),
        ("___.mp4", "___"),
        ("htaccess", "htaccess"),
        ("a" * 150 + ".mp4", "a" * TITLE_MOST),
    ],
)
def test_the_title_comes_from_the_file_name(name: str, title: str) -> None:
    assert title_of(name) == title


@given(ANY_TEXT)
def test_the_title_of_any_file_is_one_that_may_be_given(sent: str) -> None:
    assert checked_title(title_of(clean_name(sent)))


@pytest.mark.parametrize(
    ("title", "code"),
    [("", "TITLE_EMPTY"), (" \n ", "TITLE_EMPTY"), ("x" * 101, "TITLE_BAD"), ("a\x07b", "TITLE_BAD")],
)
def test_a_title_that_cannot_be_shown_is_refused_at_its_field(title: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_title(title)
    assert refused.value.code == code
    assert set(refused.value.errors) == {"title"}


def test_a_title_is_trimmed_to_one_line() -> None:
    assert checked_title("  Slow\n Kitchen  ") == "Slow Kitchen"
