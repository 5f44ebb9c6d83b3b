import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.ranges import chunks, plan

ETAG = '"abc"'
SIZE = 10_000  # the representation of RFC 9110 section 14.1.2's examples


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-499", 0, 500),  # the first 500 bytes
        ("bytes=500-999", 500, 500),  # the second 500 bytes
        ("bytes=-500", 9500, 500),  # the final 500 bytes
        ("bytes=9500-", 9500, 500),
        ("bytes=0-0", 0, 1),
        ("bytes=-1", 9999, 1),
        ("bytes=0-", 0, 10_000),
        ("bytes=9999-", 9999, 1),
        ("bytes=0-99999", 0, 10_000),
        ("bytes=9000-99999999999999999999", 9000, 1000),
        ("bytes=-99999", 0, 10_000),
        ("BYTES=0-499", 0, 500),
        (" bytes= 0-499 ", 0, 500),
    ],
)
def test_a_range_is_answered_with_its_bytes(header: str, start: int, length: int) -> None:
    answer = plan(header, SIZE, ETAG)
    assert (answer.status, answer.start, answer.length) == (206, start, length)
    assert answer.headers == {
        "Content-Range": f"bytes {start}-{start + length - 1}/{SIZE}",
        "Content-Length": str(length),
        "Accept-Ranges": "bytes",
        "ETag": ETAG,
    }


@pytest.mark.parametrize(
    "header",
    [
        None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=1.5-2", "bytes=--5", "bytes=+1-2",
        "bytes=0x1-5", "seconds=0-5", "bytes 0-5", "bytes=0-1,5-6", "bytes=0-0,-1", "bytes=٣-٥", "bytes=0-5;q=1",
        "bytes=" + "9" * 5000 + "-", "bytes=0-\x00",
    ],
)  # fmt: skip
def test_a_header_that_is_no_single_range_is_answered_with_everything(header: str | None) -> None:
    answer = plan(header, SIZE, ETAG)
    assert (answer.status, answer.start, answer.length) == (200, 0, SIZE)
    assert answer.headers == {"Content-Length": str(SIZE), "Accept-Ranges": "bytes", "ETag": ETAG}


@pytest.mark.parametrize("header", ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    answer = plan(header, SIZE, ETAG)
    assert (answer.status, answer.length) == (416, 0)
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert answer.headers["Content-Length"] == "0"


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        (ETAG, 206),
        (f" {ETAG} ", 206),
        ('"other"', 200),
        (f"W/{ETAG}", 200),  # a weak one never matches (section 13.1.5)
        ("Sat, 29 Oct 1994 19:43:31 GMT", 200),
        ("", 200),
    ],
)
def test_a_range_of_another_version_is_answered_with_everything(if_range: str, status: int) -> None:
    assert plan("bytes=0-499", SIZE, ETAG, if_range).status == status


def test_a_range_behind_the_end_of_another_version_is_no_mistake() -> None:
    assert plan("bytes=20000-", SIZE, ETAG, '"other"').status == 200


@given(st.text(alphabet="bytes=-0123456789, ", max_size=30), st.integers(1, 2000))
def test_whatever_is_asked_for_lies_within_the_file(header: str, size: int) -> None:
    answer = plan(header, size, ETAG)
    assert answer.status in (200, 206, 416)
    assert 0 <= answer.start <= answer.start + answer.length <= size
    assert (answer.length > 0) == (answer.status != 416)


@pytest.mark.parametrize(("start", "length"), [(0, 1), (0, 1_000_000), (999_999, 1), (262_144, 262_145), (5, 0)])
async def test_the_bytes_of_a_range_are_read(start: int, length: int, tmp_path: Path) -> None:
    content = os.urandom(1_000_000)
    path = tmp_path / "file"
    path.write_bytes(content)
    read = b"".join([chunk async for chunk in chunks(path, start, length)])
    assert read == content[start : start + length]
