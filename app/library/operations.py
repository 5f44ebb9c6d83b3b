"""What an asset is to operations: its class, the part of the day it suits, and how adverts may interrupt it.

Three tags say so by convention (`class:movie`, `daypart:prime`, `ads:none`); what no tag says is derived.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.errors import field_error
from app.library import rules

CLASSES = ("cartoon", "sitcom", "live_action_kids", "movie", "promo", "bumper", "ad")
DAYPARTS = ("weekday_morning", "after_school", "prime", "late_night", "overnight")
ADS = ("none", "kids_30", "standard_30", "movie_longform")
WORDS = {"class": CLASSES, "daypart": DAYPARTS, "ads": ADS}
LONGFORM_MS = 5_400_000
_BY_TYPE = {"PRO": "promo", "BMP": "bumper", "ADV": "ad", "COM": "ad", "PSA": "ad", "MOV": "movie"}
_BY_TAG = {"cartoon": "cartoon", "animation": "cartoon", "sitcom": "sitcom", "kids": "live_action_kids"}


@dataclass(frozen=True, slots=True)
class Operations:
    """The three words about an asset; None where nothing says so."""

    content_class: str | None
    daypart: str | None
    ads: str


def operations(type: str, duration_ms: int | None, tags: Collection[str]) -> Operations:
    """What an asset's tags say, and what its type, its plain tags and its length suggest where they don't."""
    said = dict(tag.split(":", 1) for tag in sorted(tags) if tag.partition(":")[0] in WORDS and ":" in tag)
    by_tag = next((_BY_TAG[tag] for tag in sorted(tags) if tag in _BY_TAG), None)
    kind = said.get("class") or _BY_TYPE.get(type) or by_tag
    return Operations(kind, said.get("daypart"), said.get("ads") or _ads(kind, duration_ms or 0))


def _ads(kind: str | None, duration_ms: int) -> str:
    if kind in ("bumper", "promo", "ad"):
        return "none"
    if kind in ("cartoon", "live_action_kids"):
        return "kids_30"
    return "movie_longform" if kind == "movie" and duration_ms >= LONGFORM_MS else "standard_30"


def checked_tags(tags: Iterable[str], field: str = "tags") -> list[str]:
    """Tags in lower case and in order, each once; one of the convention has a word that it knows, and one only."""
    found = rules.checked_tags(tags, field)
    by_name = [tag.split(":", 1) for tag in found if tag.partition(":")[0] in WORDS and ":" in tag]
    for name, word in by_name:
        if word not in WORDS[name]:
            raise field_error(field, "TAG_WORD", f"After {name}: comes one of {', '.join(WORDS[name])}.")
        if sum(other == name for other, _ in by_name) > 1:
            raise field_error(field, "TAG_TWICE", f"Only one tag can begin with {name}:.")
    return found
