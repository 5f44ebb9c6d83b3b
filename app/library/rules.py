"""What a file's name, an asset's title, type and tags and the address of a file may be, whatever somebody gives."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from app.errors import Invalid, field_error

NAME_MOST_BYTES = 200
TITLE_MOST = 100
TAGS_MOST, TAG_MOST = 30, 40
DESCRIPTION_MOST = 1000
NUMBER_MOST = 99_999
WORD_MOST = 60
URL_MOST = 2000
TYPES = {
    "PRO": "Promo", "SHO": "Show", "EPI": "Episode", "MOV": "Movie", "MUS": "Music", "NEW": "News", "INT": "Interview",
    "ADV": "Advert", "COM": "Commercial", "PSA": "Public service", "LIN": "Liner", "IDS": "Station ID",
    "VOT": "Voice track", "BMP": "Bumper", "FIL": "Filler",
}  # fmt: skip
STATES = {"new": "New", "enriching": "Being checked", "ready": "Ready", "retired": "Retired"}
SETTABLE = ("ready", "retired")
_NAMELESS = "file"
_SUFFIX = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}$")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.I)
# They turn the reading direction, so that gpj.exe shows as exe.jpg (Unicode TR 36 section 2.5).
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """A file name that is safe to show and to offer for saving; never fails, keeps every script and emoji."""
    last = re.split(r"[/\\]", name)[-1]
    plain = unicodedata.normalize("NFC", "".join(map(_plain, last)))
    plain = " ".join(plain.split()).strip(". ")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or _NAMELESS


def _plain(letter: str) -> str:
    if letter in _OVERRIDES or letter == "\ufeff":
        return ""
    return " " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter


def _shortened(name: str) -> str:
    """At most so many bytes of UTF-8, cut before the extension and never inside a letter."""
    if len(name.encode()) <= NAME_MOST_BYTES:
        return name
    suffix = _suffix(name)
    stem = name.removesuffix(suffix).encode()[: NAME_MOST_BYTES - len(suffix)]
    return stem.decode(errors="ignore").rstrip(". ") + suffix


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found.group() if found and found.start() else ""


def title_of(name: str) -> str:
    """The title that a clean file name suggests: without extension, underscores and dashes as spaces."""
    stem = name.removesuffix(_suffix(name))
    words = re.sub(r"[_-]+", " ", stem).split()
    return " ".join(words)[:TITLE_MOST].strip() or stem[:TITLE_MOST]


def checked_title(title: str) -> str:
    """A trimmed title of one line; an empty or overlong one is refused."""
    title = " ".join(title.split())
    if not title:
        raise field_error("title", "TITLE_EMPTY", "Give a title.")
    if len(title) > TITLE_MOST or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in title):
        raise field_error("title", "TITLE_BAD", f"Use at most {TITLE_MOST} characters, without control characters.")
    return title


def checked_type(code: str) -> str:
    """A known type code."""
    if code not in TYPES:
        raise field_error("type", "TYPE_UNKNOWN", f"Choose one of {', '.join(TYPES)}.")
    return code


def checked_state(state: str) -> str:
    """A state that a person may choose."""
    if state not in SETTABLE:
        raise field_error("state", "STATE_BAD", "An asset is made ready or retired by hand, nothing else.")
    return state


def checked_number(field: str, number: int | None) -> int | None:
    """A season's or an episode's number, or none."""
    if number is not None and not 0 <= number <= NUMBER_MOST:
        raise field_error(field, "NUMBER_BAD", f"Give a number from 0 to {NUMBER_MOST}.")
    return number


def checked_word(field: str, text: str | None) -> str | None:
    """A genre or rating of one line; None where it is blank."""
    word = " ".join((text or "").split())
    if len(word) > WORD_MOST or not word.isprintable():
        raise field_error(field, "WORD_BAD", f"Use at most {WORD_MOST} printable characters.")
    return word or None


def checked_description(text: str | None) -> str | None:
    """A text of several lines without control characters; None where it is blank."""
    lines = (text or "").replace("\r\n", "\n").strip()
    if len(lines) > DESCRIPTION_MOST or not lines.replace("\n", "").isprintable():
        detail = f"Use at most {DESCRIPTION_MOST} characters, without control characters."
        raise field_error("description", "DESCRIPTION_BAD", detail)
    return lines or None


def refuse_unready(title: str, state: str, duration_ms: int | None) -> None:
    """Refuse to approve what could not go to air: only what is ready and has a length may."""
    if state != "ready":
        raise field_error(
            "approved", "APPROVE_NOT_READY", f"{title} is not ready. Bring it back first, then approve it."
        )
    if not duration_ms or duration_ms < 0:
        raise field_error(
            "approved", "APPROVE_NO_LENGTH", f"{title} has no known length. Only what has one is approved."
        )


def tags_of(text: str) -> list[str]:
    """The tags of a text field, where commas are between them."""
    return [tag for tag in text.split(",") if tag.strip()]


def checked_tags(tags: Iterable[str], field: str = "tags") -> list[str]:
    """Tags in lower case and in order, each once; overlong ones and too many are refused."""
    found = sorted({" ".join(tag.split()).lower() for tag in tags} - {""})
    if len(found) > TAGS_MOST:
        raise field_error(field, "TAGS_MANY", f"Use at most {TAGS_MOST} tags.")
    for tag in found:
        if len(tag) > TAG_MOST or "," in tag or not tag.isprintable():
            raise field_error(field, "TAG_BAD", f"A tag has at most {TAG_MOST} printable characters and no comma.")
    return found


def checked_hash(sha256: str | None) -> str | None:
    """A SHA-256 in hexadecimal, in lower case."""
    if sha256 is None or re.fullmatch(r"[0-9a-f]{64}", sha256.lower()):
        return sha256.lower() if sha256 else None
    raise field_error("sha256", "HASH_BAD", "A SHA-256 has 64 hexadecimal digits.")


def checked_url(url: str) -> str:
    """The address of a file on the web, without credentials."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        well = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise _bad_url() from error
    if not well or "@" in parts.netloc or len(url) > URL_MOST or not url.isprintable() or " " in url:
        raise _bad_url()
    return url


def _bad_url() -> Invalid:
    return field_error("url", "URL_BAD", "Give the address of a file, such as https://example.org/film.mp4.")


def name_of_url(url: str) -> str:
    """The file name at the end of an address; the host where there is none."""
    parts = urlsplit(url)
    return clean_name(unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or _NAMELESS)
