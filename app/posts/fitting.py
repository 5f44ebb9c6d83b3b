"""Whether a post fits the platforms of its channels, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from app.channels.service import ChannelView, channel
from app.database import Row, sql
from app.errors import Invalid, NotFound, field_error
from app.library.probe import Probe
from app.posts import limits
from app.posts.media_limits import Media
from app.posts.rendering import Texts

# The desk's own limits on texts are those of a webhook, and were checked by then.
_NO_LIMITS = "webhook"
FILE = "SELECT a.id, a.state, m.mime, m.bytes, m.probe FROM asset a LEFT JOIN media m ON m.id = a.media"

NO_FILE: Row = {"mime": None}
"""A video that is still to come, of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A channel that takes posts, and the platform that it is on."""

    channel: ChannelView
    platform: str


Seen = dict[str, Reached]


async def open_channel(key: str, seen: Seen) -> Reached:
    """The channel with that id or slug, unless it takes no posts; what was seen before is not read again."""
    if key not in seen:
        one = await channel(key)
        if one.kind != "social":
            raise field_error("channels", "CHANNEL_KIND", f"{one.title} takes no posts.")
        if not one.active:
            raise field_error("channels", "CHANNEL_OFF", f"{one.title} is switched off.")
        rows = await sql("SELECT platform FROM social_account WHERE channel = ?", one.id)
        seen[key] = Reached(one, rows[0]["platform"])
    return seen[key]


async def ready_file(asset: str) -> Row:
    """The mime, bytes and probe of a video that can be posted."""
    rows = await sql(f"{FILE} WHERE a.id = ?", asset)
    return check_ready(rows[0] if rows else None)


def check_ready(file: Row | None) -> Row:
    """Refuse a video that is not there, or not ready."""
    if file is None:
        raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.", errors={"asset": "Choose a video."})
    if file["state"] != "ready":
        raise Invalid("ASSET_NOT_READY", "This video is not ready.", errors={"asset": "This video is not ready."})
    return file


def refuse_unfit(channels: Sequence[Reached], post: Texts, file: Row) -> None:
    """Refuse what any of the platforms would refuse, at its fields; `file` has the asset's mime, bytes and probe."""
    limited = [one for one in channels if one.platform != _NO_LIMITS]
    media = _media(file) if limited else None
    codes, errors = [], dict[str, list[str]]()
    for one in limited:
        name = f"{one.channel.title} ({limits.limits_of(one.platform).label})"
        for issue in limits.check(one.platform, post, media):
            if file is NO_FILE and issue.field == "asset":
                continue  # it is judged once it is here
            codes.append(issue.code)
            errors.setdefault(issue.field, []).append(f"{name}: {issue.detail}")
    if errors:
        told = {field: " ".join(details) for field, details in errors.items()}
        raise Invalid(codes[0], " ".join(told.values()), errors=told)


def _media(file: Row) -> Media | None:
    """What is known of a stored file; a probe of an earlier version may lack everything."""
    if file["mime"] is None:
        return None
    found = msgspec.json.decode(file["probe"])
    if "format" not in found:
        return Media(file["mime"], file["bytes"])
    probe = msgspec.convert(found, Probe)
    video, audio = probe.video, probe.audio
    return Media(
        file["mime"], file["bytes"], probe.duration_ms,
        width=video.width if video else None, height=video.height if video else None,
        fps=video.fps if video else None, video_codec=video.codec if video else None,
        audio_codec=audio.codec if audio else None, faststart=probe.faststart,
    )  # fmt: skip
