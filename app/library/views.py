"""What the pages of the library show: finished values, no decisions left for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from app import events, wording
from app.clock import from_ms
from app.library import listing, marking, operations, queries, rules, series, uses
from app.library.listing import SORTS, Filter, Sort
from app.library.queries import AssetView
from app.web.pager import Pager

LIST = "/library"
UPLOAD_HINT = "MP4, MOV or WebM"
HISTORY_MOST = 30
SORT_LABELS = {"newest": "Newest", "title": "Title", "longest": "Longest", "largest": "Largest"}
_YES_NO = {True: "yes", False: "no", None: ""}
_VERBS = {
    "added": "added it", "renamed": "renamed it", "changed": "changed it", "removed": "deleted it",
    "approved": "approved it for air", "withdrawn": "withdrew its approval", "marked": "marked a place",
    "unmarked": "deleted a marker", "placed": "placed it by its file name",
}  # fmt: skip
_NAMES = {
    "title": "title", "type": "type", "tags": "tags", "state": "state", "season": "season", "episode": "episode",
    "genre": "genre", "rating": "rating", "description": "description",
}  # fmt: skip

Options = list[dict[str, str]]


def pager(wanted: Filter, sort: Sort, after: str | None, following: str | None) -> Pager | None:
    """The ways to the first page and to the next one, or nothing where there is one page only."""
    if not (after or following):
        return None
    return Pager(
        previous=address(wanted, sort) if after else None,
        next=address(wanted, sort, following) if following else None,
    )


def label(asset: AssetView) -> str:
    """How an asset is named where one is chosen."""
    return f"{asset.title}, {wording.length(asset.duration_ms)}" if asset.duration_ms else asset.title


def type_options(first: str) -> Options:
    """All types to choose from, after one that chooses none."""
    return [{"value": "", "label": first}, *({"value": code, "label": name} for code, name in rules.TYPES.items())]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the library can be filtered by: tags, genres and ratings in use, and series by id."""

    tags: Sequence[str]
    genres: Sequence[str]
    ratings: Sequence[str]
    series: dict[str, str]

    @classmethod
    async def now(cls) -> "Choices":
        """What is in use."""
        genres, ratings = await listing.words("genre"), await listing.words("rating")
        return cls(await listing.tags(), genres, ratings, await series.titles())


def tabs(current: str) -> list[dict[str, Any]]:
    """The tabs of the library."""
    known = {"Videos": LIST, "Series": f"{LIST}/series", "Folder trees": f"{LIST}/tree", "CSV": f"{LIST}/csv"}
    return [{"label": label, "href": href, "current": label == current} for label, href in known.items()]


def filters(wanted: Filter, sort: Sort, choices: Choices) -> dict[str, Any]:
    """The filter form as it was sent, with what can be chosen."""
    return {
        "q": wanted.q,
        "sort": sort,
        "selects": [
            _select("type", "Type", wanted.type, type_options("All types")),
            _select("state", "State", wanted.state, _pairs("Any state", rules.STATES)),
            _select("approved", "Approval", _YES_NO[wanted.approved],
                    _pairs("Approved or not", {"yes": "Approved", "no": "Not approved"})),
            _select("used", "Use", _YES_NO[wanted.used], _pairs("Used or not", {"yes": "Used", "no": "Not used"})),
            *_optional("series", "Series", wanted.series, "All series", choices.series),
            *_optional("genre", "Genre", wanted.genre, "All genres", _same(choices.genres)),
            *_optional("rating", "Rating", wanted.rating, "All ratings", _same(choices.ratings)),
            *_optional("tag", "Tag", wanted.tag, "All tags", _same(choices.tags)),
            _select("sort", "Order", sort, [{"value": one, "label": SORT_LABELS[one]} for one in SORTS]),
        ],
    }  # fmt: skip


def _same(words: Sequence[str]) -> dict[str, str]:
    return {word: word for word in words}


def _optional(name: str, said: str, value: str, first: str, known: dict[str, str]) -> list[dict[str, Any]]:
    """A choice that is there once there is something to choose."""
    return [_select(name, said, value, _pairs(first, known))] if known else []


def _select(name: str, said: str, value: str, options: Options) -> dict[str, Any]:
    return {"name": name, "label": said, "value": value, "options": options}


def _pairs(first: str, known: dict[str, str]) -> Options:
    return [{"value": "", "label": first}, *({"value": value, "label": name} for value, name in known.items())]


def address(wanted: Filter, sort: Sort, after: str | None = None, at: str = LIST) -> str:
    """The address of a list; what is not asked for is left out."""
    asked = {
        "q": wanted.q, "type": wanted.type, "state": wanted.state, "tag": wanted.tag,
        "approved": _YES_NO[wanted.approved], "used": _YES_NO[wanted.used],
        "series": wanted.series, "genre": wanted.genre, "rating": wanted.rating,
        "sort": "" if sort == "newest" else sort, "after": after or "",
    }  # fmt: skip
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{at}?{query}" if query else at


def row(asset: AssetView, tz: ZoneInfo) -> dict[str, Any]:
    """An asset in the list."""
    created = from_ms(asset.created_ms)
    return {
        "id": asset.id,
        "href": f"{LIST}/{asset.id}",
        "title": asset.title,
        "name": asset.name,
        "thumb_url": f"{LIST}/{asset.id}/thumbnail" if asset.has_thumbnail else None,
        "length": wording.length(asset.duration_ms) if asset.duration_ms else "",
        "size": wording.size(asset.bytes or 0),
        "codec": asset.codecs,
        "uploaded": wording.local(created, tz),
        "iso": created.isoformat(),
        "state": asset.state,
        "state_label": rules.STATES[asset.state],
        "type": asset.type,
        "type_label": rules.TYPES.get(asset.type, asset.type),
        "approved": asset.approved,
        "tags": asset.tags,
        "place": place_label(asset),
    }


def place_label(asset: AssetView) -> str:
    """Where an asset stands in its series: `Harbour Lights, S1 E2`; nothing where it is in none."""
    numbers = number_label(asset.season, asset.episode)
    return ", ".join(filter(None, (asset.series_title, numbers))) if asset.series else ""


def number_label(season: int | None, episode: int | None) -> str:
    """Season and episode as they are said in one word: `S1 E2`."""
    said = (("S", season), ("E", episode))
    return " ".join(f"{letter}{number}" for letter, number in said if number is not None)


async def detail(asset: AssetView, tz: ZoneInfo) -> dict[str, Any]:
    """Everything about one asset."""
    shown = row(asset, tz)
    facts = [
        ("File", asset.name), ("Size", shown["size"]), ("Length", shown["length"] or "unknown"),
        ("Picture and sound", asset.codecs), ("SHA-256", asset.sha256 or ""), ("Uploaded", shown["uploaded"]),
    ]  # fmt: skip
    facts += [*_broadcast(asset)]
    media = f"{LIST}/{asset.id}/media"
    happened = await events.history("asset", asset.id)
    return {
        **shown,
        "media_url": media,
        "media_type": asset.mime,
        "poster_url": shown["thumb_url"],
        "is_audio": asset.is_audio,
        "facts": [{"label": name, "value": value} for name, value in facts],
        "markers": [_marker(one, media) for one in await queries.markers(asset.id)],
        "approval": _approval(asset, happened, tz),
        "uses": await uses.find(asset.id),
        "history": [_happened(one, tz) for one in happened[:HISTORY_MOST]],
    }


def _broadcast(asset: AssetView) -> list[tuple[str, str]]:
    """What planning knows of an asset besides its form."""
    said = operations.operations(asset.type, asset.duration_ms, asset.tags)
    known = [("Class", said.content_class), ("Daypart", said.daypart), ("Advert breaks", said.ads)]
    return [(name, value.replace("_", " ")) for name, value in known if value]


def _approval(asset: AssetView, happened: Sequence[dict[str, Any]], tz: ZoneInfo) -> str:
    """Who approved an asset and when, or why nobody can yet."""
    if asset.approved:
        last = next((one for one in happened if one["verb"] == "approved"), None)
        return f"By {last['actor']}, {wording.local(from_ms(last['at_ms']), tz)}" if last else ""
    if asset.state != "ready":
        return "Bring it back first."
    return "" if asset.duration_ms else "It has no known length."


def _marker(marker: queries.Marker, media: str) -> dict[str, Any]:
    seconds = f"{marker.start_ms / 1000:.3f}".rstrip("0").rstrip(".")
    return {
        "number": marker.number,
        "kind": marker.kind,
        "kind_label": marking.KINDS.get(marker.kind, marker.kind),
        "title": marker.title or marking.KINDS.get(marker.kind, marker.kind),
        "at": wording.length(marker.start_ms),
        "values": marker_values(marker),
        "seconds": seconds,
        "href": f"{media}#t={seconds}",  # W3C Media Fragments: plays from there without scripts
    }


def values(asset: AssetView) -> dict[str, Any]:
    """An asset as its form has it."""
    return {
        "title": asset.title, "type": asset.type, "tags": ", ".join(asset.tags), "version": asset.version,
        "series": asset.series_title or "", "season": asset.season, "episode": asset.episode,
        "genre": asset.genre or "", "rating": asset.rating or "", "description": asset.description or "",
    }  # fmt: skip


def marker_values(marker: queries.Marker) -> dict[str, str]:
    """A marker as its form has it."""
    end = "" if marker.end_ms is None else marking.time_text(marker.end_ms)
    return {"kind": marker.kind, "title": marker.title, "start": marking.time_text(marker.start_ms), "end": end}


def _happened(event: dict[str, Any], tz: ZoneInfo) -> dict[str, str]:
    at = from_ms(event["at_ms"])
    said = f"{event['actor']} {_VERBS.get(event['verb'], event['verb'])}"
    after = msgspec.json.decode(event["after"]) if event["after"] and event["verb"] == "changed" else {}
    changed = ", ".join(f"{_NAMES[name]}: {_said(value)}" for name, value in after.items() if name in _NAMES)
    return {"what": f"{said} ({changed})" if changed else said, "at": wording.local(at, tz), "iso": at.isoformat()}


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
