"""Stored files as answers: whole or in ranges, to players and to platforms."""

from pathlib import Path
from typing import Any

from litestar import Request
from litestar.response import Stream

from app.errors import NotFound
from app.library.queries import AssetView
from app.library.ranges import chunks, plan

_KEPT = "private, max-age=31536000, immutable"  # the bytes behind a hash never change


def stored(request: Request[Any, Any, Any], asset: AssetView) -> Stream:
    """The file of an asset, in the range that was asked for."""
    if asset.path is None or asset.mime is None or asset.bytes is None:
        raise NotFound("FILE_UNKNOWN", "This asset has no file here.")
    place: Path = request.app.state.settings.media / asset.path
    if not place.is_file():
        raise NotFound("FILE_GONE", "The file of this asset is gone from the data folder.")
    answer = plan(
        request.headers.get("range"), asset.bytes, f'"{asset.sha256}"', if_range=request.headers.get("if-range")
    )
    headers = {**answer.headers, "cache-control": _KEPT, "content-disposition": "inline"}
    body = chunks(place, answer.start, answer.length)
    return Stream(body, status_code=answer.status, media_type=asset.mime, headers=headers)


def still(request: Request[Any, Any, Any], asset: AssetView) -> Path:
    """Where the thumbnail of an asset lies."""
    place: Path = request.app.state.settings.media / (asset.thumbnail or "none")
    if asset.thumbnail is None or not place.is_file():
        raise NotFound("THUMBNAIL_UNKNOWN", "This asset has no picture.")
    return place
