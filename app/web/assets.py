"""Static files: read once at start, named with their content's hash, so that browsers keep them for good."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from app.errors import NotFound

FOLDER = Path(__file__).parents[2] / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css", ".woff2": "font/woff2"}
_TEXT = (".js", ".svg", ".css", ".LICENSE", ".txt", ".webmanifest")
_PACK_FROM = 500


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    packed: bytes | None
    media_type: str
    hash: str


class Assets:
    """All files of the static folder; nothing else can be asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): _load(path) for path in files}

    def __getitem__(self, name: str) -> Asset:
        """The file of that name; KeyError when there is none."""
        return self._files[name]

    def url(self, name: str) -> str:
        """The address of a file, which changes with its content."""
        return f"/static/{name}?v={self[name].hash}"


def _load(path: Path) -> Asset:
    body = path.read_bytes()
    pack = path.suffix in _TEXT and len(body) > _PACK_FROM
    return Asset(
        body=body,
        packed=gzip.compress(body, mtime=0) if pack else None,
        media_type=_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain",
        hash=hashlib.sha256(body).hexdigest()[:12],
    )


@get("/static/{name:path}", opt={"anonymous": True}, include_in_schema=False)
async def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A static file; kept for good under its own hash, else asked for again each time."""
    try:
        asset: Asset = request.app.state.assets[name.lstrip("/")]
    except KeyError as error:
        raise NotFound("NOT_FOUND", "There is no such file.") from error
    packed = asset.packed if "gzip" in request.headers.get("accept-encoding", "") else None
    tag = f'"{asset.hash}{"-gz" if packed else ""}"'
    headers = {
        "cache-control": _FOR_GOOD if request.query_params.get("v") == asset.hash else "no-cache",
        "etag": tag,
        "vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(packed or asset.body, media_type=asset.media_type, headers=headers)
