from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.secrets import KeyFile
from app.errors import Forbidden
from app.library.links import address_name, check, file_url

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "key")


def parts(url: str) -> tuple[str, str, str]:
    split = urlsplit(url)
    query = parse_qs(split.query, strict_parsing=True)
    return split.path, query["expires"][0], query["signature"][0]


def test_a_signed_address_opens_its_file_until_it_expires(key: KeyFile) -> None:
    path, expires, signature = parts(file_url("https://desk.example", key, "a1", "Market haul.mp4", NOON + HOUR))
    assert path == "/files/a1/Market-haul.mp4"
    check(key, "a1", expires, signature, NOON)
    check(key, "a1", expires, signature, NOON + HOUR - timedelta(seconds=1))
    with pytest.raises(Forbidden) as refused:
        check(key, "a1", expires, signature, NOON + HOUR)
    assert refused.value.code == "LINK_EXPIRED"


@pytest.mark.parametrize(
    ("asset", "expires", "signature"),
    [
        ("a2", None, None),
        (None, "9999999999", None),
        (None, "", None),
        (None, "-1", None),
        (None, "1e99", None),
        (None, "٣", None),
        (None, "9" * 5000, None),
        (None, None, ""),
        (None, None, "0" * 64),
        (None, None, "é" * 64),
        (None, None, "0" * 100_000),
    ],
)
def test_an_address_that_was_not_made_here_is_refused(
    asset: str | None, expires: str | None, signature: str | None, key: KeyFile
) -> None:
    _, true_expires, true_signature = parts(file_url("", key, "a1", "film.mp4", NOON + HOUR))
    with pytest.raises(Forbidden) as refused:
        check(key, asset or "a1", true_expires if expires is None else expires,
              true_signature if signature is None else signature, NOON)  # fmt: skip
    assert refused.value.code == "LINK_BAD"


def test_another_installation_s_address_is_refused(key: KeyFile, tmp_path: Path) -> None:
    _, expires, signature = parts(file_url("", KeyFile(tmp_path / "other"), "a1", "film.mp4", NOON + HOUR))
    with pytest.raises(Forbidden):
        check(key, "a1", expires, signature, NOON)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("film.mp4", "film.mp4"),
        ("Großes Kino é.mov", "Groes-Kino-e.mov"),
        ("東京.mp4", "file.mp4"),
        ("a&b=c?d#e%20.mp4", "a-b-c-d-e-20.mp4"),
        ("no extension", "no-extension"),
        ("🎬", "file"),
    ],
)
def test_the_name_in_an_address_is_plain_ascii(name: str, address: str) -> None:
    assert address_name(name) == address


@given(st.text())
def test_any_name_can_stand_in_an_address(name: str) -> None:
    made = address_name(name)
    assert made
    assert made.isascii()
    assert all(letter.isalnum() or letter in ".-" for letter in made)
    assert made.strip(".") != ""
