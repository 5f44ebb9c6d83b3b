"""What a channel's title, slug and mark may be."""

import re
import unicodedata

from app.errors import field_error

TITLE_MOST = 60
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


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
    return slug


def slug_of(title: str) -> str:
    """A slug made of a title: its ASCII letters and digits joined by dashes; `channel` where none are left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "channel"


def mark_of(title: str) -> str:
    """One to three letters that stand for a channel where there is no room for its title."""
    words = [word for word in re.split(r"[\W_]+", title) if word]
    if not words:
        return title[:2].upper()
    return ("".join(word[0] for word in words[:3]) if len(words) > 1 else words[0][:2]).upper()
