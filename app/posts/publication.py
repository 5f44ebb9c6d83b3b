"""From a stored target to what its platform's adapter is given."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.accounts.secrets import KeyFile
from app.clock import from_ms
from app.database import Row
from app.library.links import file_url
from app.posts.adapters.base import File, Publication
from app.posts.credentials import Credentials

FILE_LINK_LIFE = timedelta(hours=24)


def publication(row: Row, url: str, keys: KeyFile, now: datetime) -> Publication:
    """All that an adapter needs of a loaded target; `url` is the desk's public address."""
    return Publication(
        target_id=row["id"],
        post_id=row["post"],
        generation=row["generation"],
        due=from_ms(row["due_ms"]),
        channel=row["channel_title"],
        title=row["title"],
        description=row["description"],
        hashtags=msgspec.json.decode(row["hashtags"]),
        file=_file(row, url, keys, now),
        callback_url=f"{url}/api/callbacks/{row['id']}",
        config=_object(row["config"]),
        secret=Credentials.read(keys.decrypt(row["secret_enc"])).for_calls if row["secret_enc"] else "",
        prepared=_object(row["prepared"]) if row["prepared"] else {},
        asset=row["asset"],
        tries=row["tries"],
    )


def _object(text: str) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def _file(row: Row, url: str, keys: KeyFile, now: datetime) -> File | None:
    if row["asset"] is None or row["bytes"] is None:
        return None
    link = file_url(url, keys, row["asset"], row["file_name"], now + FILE_LINK_LIFE)
    return File(link, row["file_name"], row["bytes"], row["sha256"], row["mime"], row["duration_ms"])
