"""What a media file's own headers tell without decoding: whether its end is missing, and where its index is.

MP4 and QuickTime: ISO/IEC 14496-12 section 4.2. Matroska: RFC 9559 and RFC 8794. Ogg: RFC 3533 section 6.
RIFF and AIFF: the length in the first chunk.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MP4_FIRST = frozenset((b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"))
_COPYRIGHT = 0xA9  # begins some of QuickTime's box types
_STREAMED = frozenset((0, 0xFFFFFFFF))  # written by programs that could not go back to fill the length in
_OGG_PAGE_MOST = 27 + 255 + 255 * 255
_HEAD = 4096
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the headers tell: whether the end is missing (None: they do not say), `brand`, MP4's major brand or
    Matroska's document type, and `faststart`, whether an MP4's index comes before its data."""

    truncated: bool | None = None
    brand: str = ""
    faststart: bool | None = None


def layout(file: BinaryIO) -> Layout:
    """Read the headers of an open file; a format that is not known here tells nothing."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    if head[4:8] in _MP4_FIRST:
        return _mp4(file, size)
    if head[:4] == _EBML:
        return _matroska(head, size)
    if head[:4] in (b"RIFF", b"FORM"):
        return _riff(head, size)
    if head[:4] == b"OggS":
        return _ogg(file, size)
    return Layout()


def _mp4(file: BinaryIO, size: int) -> Layout:
    first: dict[bytes, int] = {}
    end, brand = 0, ""
    for kind, start, end in _boxes(file, size):  # noqa: B007 - the last box's end is asked for below
        first.setdefault(kind, start)
        if kind == b"ftyp":
            file.seek(start + 8)
            brand = file.read(4).decode("ascii", "replace").strip()
    if b"moov" not in first or b"mdat" not in first or end > size:
        # A still picture such as AVIF has `meta` in the place of `moov`.
        return Layout(truncated=end > size or b"meta" not in first, brand=brand)
    # Between two fragments the end may be missing without a trace in the boxes.
    return Layout(None if b"moof" in first else False, brand, first[b"moov"] < first[b"mdat"])


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The type, start and end of each top-level box; the last one may end behind the file's end."""
    start = 0
    while start + 8 <= size:
        file.seek(start)
        head = file.read(16)
        length, kind = struct.unpack(">I4s", head[:8])
        if length == 1:  # a 64-bit length follows
            length = int.from_bytes(head[8:], "big")
        elif length == 0:  # to the end of the file
            length = size - start
        if length < 8 or not all(0x20 <= letter < 0x7F or letter == _COPYRIGHT for letter in kind):
            return  # padding behind the last box
        yield kind, start, start + length
        start += length


def _matroska(head: bytes, size: int) -> Layout:
    segment = _after_element(head, len(_EBML))
    if segment is None or head[segment : segment + 4] != _SEGMENT:
        return Layout()
    brand = "webm" if b"\x42\x82\x84webm" in head[:segment] else "matroska"
    end = _after_element(head, segment + 4)
    return Layout(None if end is None else end > size, brand)


def _after_element(head: bytes, at: int) -> int | None:
    """Where the EBML element ends whose size is written at a position; None when it has none (RFC 8794 section 6)."""
    if at >= len(head) or head[at] == 0:
        return None
    width = 9 - head[at].bit_length()
    unknown = (1 << 7 * width) - 1
    value = int.from_bytes(head[at : at + width], "big") & unknown
    return None if value == unknown else at + width + value


def _riff(head: bytes, size: int) -> Layout:
    length = int.from_bytes(head[4:8], "little" if head[:4] == b"RIFF" else "big")
    return Layout(True if length not in _STREAMED and length + 8 > size else None)


def _ogg(file: BinaryIO, size: int) -> Layout:
    file.seek(max(0, size - _OGG_PAGE_MOST))
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    lengths = page[27 : 27 + page[26]] if len(page) > 26 else b""
    whole = len(page) > 26 and len(lengths) == page[26] and len(page) >= 27 + len(lengths) + sum(lengths)
    return Layout(None if whole else True)
