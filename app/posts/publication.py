"""From a stored target to what its platform's adapter is given."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.accounts.secrets import KeyFile
from app.clock import from_ms
from app.database import Row
from app.library.links import file_url
from app.posts import overriding
from app.posts.adapters.base import File, Publication
from app.posts.credentials import Credentials
from app.posts.overriding import Own
from app.posts.rendering import Texts
from app.posts.states import AWAITING

FILE_LINK_LIFE = timedelta(hours=24)


def publication(row: Row, url: str, keys: KeyFile, now: datetime) -> Publication:
    """All that an adapter needs of a loaded target; `url` is the desk's public address."""
    texts = texts_of(row)
    return Publication(
        target_id=row["id"],
        post_id=row["post"],
        generation=row["generation"],
        due=from_ms(row["due_ms"]),
        channel=row["channel_title"],
        title=texts.title,
        description=texts.description,
        hashtags=texts.hashtags,
        file=_file(row, url, keys, now),
        callback_url=f"{url}/api/callbacks/{row['id']}",
        config=_object(row["config"]),
        secret=Credentials.read(keys.decrypt(row["secret_enc"])).for_calls if row["secret_enc"] else "",
        prepared=_object(row["prepared"]) if row["prepared"] else {},
        asset=row["asset"],
        tries=row["tries"],
    )


def texts_of(row: Row) -> Texts:
    """What a loaded target says on its channel; once it may be out, that does not change any more."""
    if row["state"] in AWAITING and row["sent"]:
        sent = msgspec.json.decode(row["sent"], type=Own)
        return Texts(sent.title, sent.description, list(sent.hashtags))
    post = Texts(row["title"], row["description"], msgspec.json.decode(row["hashtags"]))
    return overriding.texts_for(post, overriding.read(row["overrides"]))


def told(texts: Texts) -> str:
    """Texts as a target keeps them once they went out."""
    return msgspec.json.encode(Own(texts.title, texts.description, list(texts.hashtags))).decode()


def _object(text: str) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def _file(row: Row, url: str, keys: KeyFile, now: datetime) -> File | None:
    if row["asset"] is None or row["bytes"] is None:
        return None
    link = file_url(url, keys, row["asset"], row["file_name"], now + FILE_LINK_LIFE)
    return File(link, row["file_name"], row["bytes"], row["sha256"], row["mime"], row["duration_ms"])
