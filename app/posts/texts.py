"""What a post's texts may be, before any platform's own limits."""

import re

from app.errors import field_error

TITLE_MOST = 100
DESCRIPTION_MOST = 5_000
HASHTAGS_MOST = 30
_TAG = re.compile(r"\w+")


def checked_title(title: str) -> str:
    """A trimmed title of one line, counted in code points; emoji and every script are kept."""
    title = " ".join(title.split())
    if not title:
        raise field_error("title", "TITLE_EMPTY", "Give the post a title.")
    if len(title) > TITLE_MOST:
        raise field_error("title", "TITLE_LONG", f"The title has {len(title)} characters; at most {TITLE_MOST} fit.")
    return title


def checked_description(text: str) -> str:
    """The description with plain line ends."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > DESCRIPTION_MOST:
        raise field_error(
            "description", "DESCRIPTION_LONG", f"The text has {len(text)} characters; at most {DESCRIPTION_MOST} fit."
        )
    return text


def is_hashtag(tag: str) -> bool:
    """Whether a word without its # is a hashtag: letters, digits and _, and not digits alone."""
    return bool(_TAG.fullmatch(tag)) and not tag.isdecimal()


def checked_hashtags(tags: list[str] | str) -> list[str]:
    """Hashtags without #, each once without regard to case; a string is split at spaces and commas."""
    parts = re.split(r"[\s,]+", tags) if isinstance(tags, str) else tags
    kept: dict[str, str] = {}
    for part in filter(None, (part.strip().lstrip("#") for part in parts)):
        if not is_hashtag(part):
            raise field_error("hashtags", "HASHTAG_BAD", f"#{part} is no hashtag: use letters, digits and _.")
        kept.setdefault(part.casefold(), part)
    if len(kept) > HASHTAGS_MOST:
        raise field_error("hashtags", "HASHTAGS_MANY", f"{len(kept)} hashtags; at most {HASHTAGS_MOST} fit.")
    return list(kept.values())
