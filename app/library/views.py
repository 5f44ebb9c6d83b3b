"""What the pages of the library show: finished values, no decisions left for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from app import events, wording
from app.clock import from_ms
from app.library import queries, rules, uses
from app.library.listing import SORTS, Filter, Sort
from app.library.queries import AssetView

LIST = "/library"
UPLOAD_HINT = "MP4, MOV or WebM"
HISTORY_MOST = 30
SORT_LABELS = {"newest": "Newest", "title": "Title", "longest": "Longest", "largest": "Largest"}
_YES_NO = {True: "yes", False: "no", None: ""}
_VERBS = {"added": "added it", "renamed": "renamed it", "changed": "changed it", "removed": "deleted it"}
_NAMES = {"title": "title", "type": "type", "tags": "tags", "approved": "approval", "state": "state"}

Options = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Pager:
    """The ways to other pages of the list."""

    previous: str | None
    next: str | None
    items: tuple[Any, ...] = ()
    info: str = ""


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


def filters(wanted: Filter, sort: Sort, tags: Sequence[str]) -> dict[str, Any]:
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
            *([_select("tag", "Tag", wanted.tag, _pairs("All tags", {tag: tag for tag in tags}))] if tags else []),
            _select("sort", "Order", sort, [{"value": one, "label": SORT_LABELS[one]} for one in SORTS]),
        ],
    }  # fmt: skip


def _select(name: str, said: str, value: str, options: Options) -> dict[str, Any]:
    return {"name": name, "label": said, "value": value, "options": options}


def _pairs(first: str, known: dict[str, str]) -> Options:
    return [{"value": "", "label": first}, *({"value": value, "label": name} for value, name in known.items())]


def address(wanted: Filter, sort: Sort, after: str | None = None) -> str:
    """The address of a list; what is not asked for is left out."""
    asked = {
        "q": wanted.q, "type": wanted.type, "state": wanted.state, "tag": wanted.tag,
        "approved": _YES_NO[wanted.approved], "used": _YES_NO[wanted.used],
        "sort": "" if sort == "newest" else sort, "after": after or "",
    }  # fmt: skip
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{LIST}?{query}" if query else LIST


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
    }


async def detail(asset: AssetView, tz: ZoneInfo) -> dict[str, Any]:
    """Everything about one asset."""
    shown = row(asset, tz)
    facts = [
        ("File", asset.name), ("Size", shown["size"]), ("Length", shown["length"] or "unknown"),
        ("Picture and sound", asset.codecs), ("SHA-256", asset.sha256 or ""), ("Uploaded", shown["uploaded"]),
    ]  # fmt: skip
    media = f"{LIST}/{asset.id}/media"
    return {
        **shown,
        "media_url": media,
        "media_type": asset.mime,
        "poster_url": shown["thumb_url"],
        "is_audio": asset.is_audio,
        "facts": [{"label": name, "value": value} for name, value in facts],
        "chapters": [_chapter(one, media) for one in await queries.markers(asset.id) if one.kind == "chapter"],
        "uses": await uses.find(asset.id),
        "history": [_happened(one, tz) for one in (await events.history("asset", asset.id))[:HISTORY_MOST]],
    }


def _chapter(marker: queries.Marker, media: str) -> dict[str, Any]:
    seconds = f"{marker.start_ms / 1000:g}"
    return {
        "title": marker.title or "Chapter",
        "at": wording.length(marker.start_ms),
        "seconds": seconds,
        "href": f"{media}#t={seconds}",  # W3C Media Fragments: plays from there without scripts
    }


def _happened(event: dict[str, Any], tz: ZoneInfo) -> dict[str, str]:
    at = from_ms(event["at_ms"])
    said = f"{event['actor']} {_VERBS.get(event['verb'], event['verb'])}"
    after = msgspec.json.decode(event["after"]) if event["after"] and event["verb"] == "changed" else {}
    changed = ", ".join(f"{_NAMES[name]}: {_said(value)}" for name, value in after.items() if name in _NAMES)
    return {"what": f"{said} ({changed})" if changed else said, "at": wording.local(at, tz), "iso": at.isoformat()}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)
