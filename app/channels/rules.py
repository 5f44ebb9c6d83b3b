"""What a channel's title, slug and mark may be."""

import re
import unicodedata

from app.errors import field_error

TITLE_MOST = 60
# What stands below /channels, /guide and their like for other things, and words that lists and filters use for more
# than one.
RESERVED = frozenset(
    {"all", "any", "api", "edit", "export", "icons", "import", "kinds", "new", "none", "settings", "subscribe"}
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY_START = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def checked_title(title: str) -> str:
    """A trimmed title of one line."""
    title = " ".join(title.split())
    if not title or len(title) > TITLE_MOST or not title.isprintable():
        raise field_error("title", "TITLE_BAD", f"Give a title of at most {TITLE_MOST} printable characters.")
    return title


def checked_slug(slug: str) -> str:
    """A slug in lower case; anything that would not read well in an address is refused."""
    slug = slug.strip().lower()
    if not _SLUG.fullmatch(slug):
        raise field_error(
            "slug",
            "SLUG_BAD",
            "Use 1 to 40 letters a-z, digits and dashes, beginning and ending with a letter or digit.",
        )
    if slug in RESERVED or _ID.fullmatch(slug):
        raise field_error("slug", "SLUG_RESERVED", f"“{slug}” means something else in addresses. Choose another one.")
    return slug


def slug_of(title: str) -> str:
    """A slug made of a title: its ASCII letters and digits joined by dashes; `channel` where none are left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "channel"
    return f"{slug}-channel" if slug in RESERVED else slug


def checked_day_start(text: str) -> str:
    """The wall-clock minute at which a broadcast day begins, as HH:MM."""
    text = text.strip()
    if not _DAY_START.fullmatch(text):
        raise field_error("day_start", "DAY_START_BAD", "Give the start of the day as a time such as 06:00.")
    return text


def mark_of(title: str) -> str:
    """One to three letters that stand for a channel where there is no room for its title."""
    words = [word for word in re.split(r"[\W_]+", title) if word]
    if not words:
        return title[:2].upper()
    return ("".join(word[0] for word in words[:3]) if len(words) > 1 else words[0][:2]).upper()


def hue_of(channel: str) -> str:
    """One of eight hues for the id of a channel, the same wherever it is shown."""
    return str(int(channel.replace("-", "")[-6:] or "0", 16) % 8 + 1)
