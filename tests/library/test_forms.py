import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import DaypartError, Invalid, Malformed, TooLarge
from app.library.forms import Upload, boundary_of, from_multipart

LIMIT = 10_000_000
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    disposition = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
    return f"Content-Disposition: {disposition}\r\n\r\n".encode() + content


def body(*parts: bytes, boundary: str = BOUNDARY) -> bytes:
    return b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), one) for one in parts) + f"--{boundary}--\r\n".encode()


async def pieces(content: bytes, sizes: int | random.Random = 65_536) -> AsyncIterator[bytes]:
    at = 0
    while at < len(content):
        size = sizes if isinstance(sizes, int) else sizes.randint(0, 9)
        yield content[at : at + size]
        at += size


async def send(
    content: bytes, folder: Path, *, boundary: str = BOUNDARY, limit: int = LIMIT, size: int = 65_536
) -> Upload:
    header = f"multipart/form-data; boundary={boundary}"
    return await from_multipart(header, pieces(content, size), folder, limit)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 1_000_000])
async def test_the_file_and_the_fields_of_a_form_arrive_however_it_is_cut(size: int, tmp_path: Path) -> None:
    film = os.urandom(3000) + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\r\n--"
    sent = body(part("title", "Küche 🎬".encode()), part("file", film, "Küche.mp4"), part("to", b"a"), part("to", b"b"))
    upload = await send(sent, tmp_path, size=size)
    assert upload.received is not None
    assert upload.received.path.read_bytes() == film
    assert upload.name == "Küche.mp4"
    assert upload.fields == [("title", "Küche 🎬"), ("to", "a"), ("to", "b")]


async def test_a_large_file_is_never_held_in_memory_whole(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield body(part("file", b"", "film.mp4"))[: -len(BOUNDARY) - 8]
        for _ in range(100):
            yield bytes(100_000)
        assert any(path.stat().st_size > 5_000_000 for path in tmp_path.iterdir())
        yield f"\r\n--{BOUNDARY}--".encode()

    upload = await from_multipart(f"multipart/form-data; boundary={BOUNDARY}", endless(), tmp_path, 20_000_000)
    assert upload.received is not None
    assert upload.received.bytes == 10_000_000


async def test_a_form_without_a_chosen_file_has_its_fields(tmp_path: Path) -> None:
    upload = await send(body(part("file", b"", ""), part("title", b"x")), tmp_path)
    assert upload == Upload(fields=[("title", "x")])
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("sent", "error", "code"),
    [
        (body(part("file", b"", "film.mp4")), Invalid, "FILE_EMPTY"),
        (body(part("file", b"x", "a.mp4"), part("file", b"y", "b.mp4")), Invalid, "ONE_FILE"),
        (body(part("file", b"x" * 1001, "a.mp4")), TooLarge, "UPLOAD_TOO_LARGE"),
        (body(part("file", b"x", "a.mp4"), part("text", b"x" * 300_000)), TooLarge, "FORM_TOO_LARGE"),
        (body(*[part("text", b"x" * 100_000)] * 3), TooLarge, "FORM_TOO_LARGE"),
        (body(part("file", b"x", "a.mp4"), *[part("text", b"")] * 1001), Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x" * 500, "a.mp4"))[:300], Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x" * 500, "a.mp4"))[:-6], Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x", "a.mp4"), b"no head"), Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x", "a.mp4"), b"X: " + b"y" * 9000 + b"\r\n\r\n"), Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x", "a.mp4"), b"Content-Type: text/plain\r\n\r\nx"), Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x", "a.mp4"), b"\xff\xfe: x\r\n\r\n"), Malformed, "FORM_MALFORMED"),
        (body(part("file", b"x" * 500, "a.mp4"), boundary="another"), Malformed, "FORM_MALFORMED"),
        (b"", Malformed, "FORM_MALFORMED"),
        (b"x" * 2_000_000, TooLarge, "UPLOAD_TOO_LARGE"),
        (b"\r\n" * 100_000, Malformed, "FORM_MALFORMED"),
        (f"--{BOUNDARY}\n".encode(), Malformed, "FORM_MALFORMED"),
        (f"--{BOUNDARY}x".encode() * 50, Malformed, "FORM_MALFORMED"),
    ],
)  # fmt: skip
async def test_a_form_that_is_refused_leaves_nothing(
    sent: bytes, error: type[DaypartError], code: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as refused:
        await send(sent, tmp_path, limit=1000)
    assert refused.value.code == code
    assert not any(tmp_path.iterdir())


async def test_a_form_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield body(part("file", b"x" * 5_000_000, "film.mp4"))[:-10]
        waiting.set()
        await asyncio.Event().wait()

    reading = asyncio.create_task(
        from_multipart(f"multipart/form-data; boundary={BOUNDARY}", stalling(), tmp_path, LIMIT)
    )
    await waiting.wait()
    assert any(tmp_path.iterdir())
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\nepilogue that nobody asked for"])
async def test_what_follows_the_form_is_ignored_however_it_is_cut(tail: bytes, tmp_path: Path) -> None:
    sent = body(part("file", b"film", "film.mp4")).removesuffix(b"\r\n") + tail
    for size in (1, len(sent) - len(tail), 65_536):
        upload = await send(sent, tmp_path, size=max(1, size))
        assert upload.received is not None
        assert upload.received.bytes == 4


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/form-data; boundary=abc", "abc"),
        ('multipart/form-data; boundary="a b:c"', "a b:c"),
        ("Multipart/Form-Data;BOUNDARY=abc", "abc"),
        ("multipart/form-data; charset=utf-8; boundary=abc; x=y", "abc"),
        ("multipart/form-data; boundary=" + "x" * 70, "x" * 70),
    ],
)
def test_the_boundary_is_found(header: str, boundary: str) -> None:
    assert boundary_of(header) == boundary


@pytest.mark.parametrize(
    "header",
    [
        "", "multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
        "multipart/mixed; boundary=abc", "text/plain; boundary=abc", "multipart/form-data; boundary=" + "x" * 71,
        'multipart/form-data; boundary="abc "', 'multipart/form-data; boundary="a\r\nb"',
        "multipart/form-data; boundary=é", 'multipart/form-data; boundary="a\x00b"',
        "multipart/form-data; boundary=\r",
    ],
)  # fmt: skip
def test_a_hostile_boundary_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        boundary_of(header)


FRAGMENTS = st.sampled_from([b"\r\n", b"\r", b"\n", b"--", b"--B", b"\r\n--", b"\r\n--B", b"B", b"\0", b"x"])


@given(st.lists(FRAGMENTS, max_size=40), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_a_film_that_looks_like_a_boundary_stays_what_it_is(fragments: list[bytes], seed: int) -> None:
    film = (b"x" + b"".join(fragments)).replace(b"\r\n--Bo", b"")
    sent = body(part("file", film, "film.mp4"), boundary="Bo")

    async def go(folder: Path) -> None:
        upload = await from_multipart(
            "multipart/form-data; boundary=Bo", pieces(sent, random.Random(seed)), folder, LIMIT
        )
        assert upload.received is not None
        assert upload.received.path.read_bytes() == film

    with TemporaryDirectory() as folder:
        asyncio.run(go(Path(folder)))


@given(st.lists(st.one_of(FRAGMENTS, st.just(part("f", b"", "f")), st.binary(max_size=9)), max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(fragments: list[bytes]) -> None:
    async def go(folder: Path) -> None:
        try:
            upload = await send(b"--B\r\n" + b"".join(fragments), folder, boundary="B", size=7)
        except DaypartError:
            assert not any(folder.iterdir())
        else:
            assert len(list(folder.iterdir())) == (upload.received is not None)

    with TemporaryDirectory() as folder:
        asyncio.run(go(Path(folder)))
