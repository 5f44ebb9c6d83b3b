"""What an address asks the guide for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args
from urllib.parse import urlencode

from litestar.datastructures import MultiDict

from app.clock import FIRST_DAY, LAST_DAY, asked_date
from app.errors import field_error

HOME = "/guide"
Zoom = Literal["day", "8h", "4h"]
ZOOMS: dict[Zoom, tuple[str, str]] = {"day": ("Day", "far"), "8h": ("8 h", ""), "4h": ("4 h", "near")}
GENRE_MOST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the guide asks for."""

    at: date
    zoom: Zoom = "8h"
    genre: str = ""

    def href(self) -> str:
        """The address that asks for this."""
        query = {"date": self.at.isoformat(), "zoom": self.zoom} | ({"genre": self.genre} if self.genre else {})
        return f"{HOME}?{urlencode(query)}"


def asked(query: MultiDict[str], today: date) -> Asked:
    """What the query of an address asks for; what cannot be is refused at its field."""
    zoom = query.get("zoom") or "8h"
    if zoom not in get_args(Zoom):
        raise field_error("zoom", "ZOOM_UNKNOWN", f"Choose one of {', '.join(ZOOMS)}.")
    genre = (query.get("genre") or "").strip()
    if len(genre) > GENRE_MOST:
        raise field_error("genre", "GENRE_LONG", f"Name a genre of at most {GENRE_MOST} characters.")
    return Asked(asked_date(query.get("date") or "", today), zoom, genre)  # type: ignore[arg-type]


def stepped(on: date, by: int) -> date:
    """A date further on, within the years that can be asked for."""
    return min(max(on + timedelta(days=by), FIRST_DAY), LAST_DAY)
