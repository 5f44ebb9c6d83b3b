"""Whether a post fits the platforms of its channels, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from app.channels.service import ChannelView, channel, channels
from app.database import Row, placeholders, sql
from app.errors import Invalid, NotFound, field_error
from app.library.probe import Probe
from app.posts import limits, overriding
from app.posts.issues import Issue
from app.posts.media_limits import Media
from app.posts.overriding import Own
from app.posts.rendering import Texts

# The desk's own limits on texts are those of a webhook, and were checked by then.
_NO_LIMITS = "webhook"
FILE = "SELECT a.id, a.state, m.mime, m.bytes, m.probe FROM asset a LEFT JOIN media m ON m.id = a.media"


@dataclass(frozen=True, slots=True)
class Reached:
    """A channel that takes posts, the platform that it is on, and whether it takes approved posts only."""

    channel: ChannelView
    platform: str
    needs_approval: bool = False


Seen = dict[str, Reached]


async def open_channel(key: str, seen: Seen) -> Reached:
    """The channel with that id or slug, unless it takes no posts; what was seen before is not read again."""
    if key not in seen:
        one = _open(await channel(key))
        rows = await sql("SELECT platform, needs_approval FROM social_account WHERE channel = ?", one.id)
        seen[key] = Reached(one, rows[0]["platform"], bool(rows[0]["needs_approval"]))
    return seen[key]


def _open(one: ChannelView) -> ChannelView:
    if one.kind != "social":
        raise field_error("channels", "CHANNEL_KIND", f"{one.title} takes no posts.")
    if not one.active:
        raise field_error("channels", "CHANNEL_OFF", f"{one.title} is switched off.")
    return one


async def looked_up(keys: Sequence[str]) -> Seen:
    """Many channels at once, for `open_channel`, as far as there are such; one that takes no posts is refused."""
    wanted = set(keys)
    found = [one for one in await channels("social") if one.id in wanted or one.slug in wanted]
    rows = await sql(
        f"SELECT channel, platform, needs_approval FROM social_account WHERE channel IN ({placeholders(found)})",
        *(one.id for one in found),
    )
    known = {row["channel"]: (row["platform"], bool(row["needs_approval"])) for row in rows}
    reached = [Reached(_open(one), *known[one.id]) for one in found]
    return {key: one for one in reached for key in (one.channel.id, one.channel.slug)}


async def file(asset: str | None) -> Row | None:
    """What is known of an asset, if it is there: its state, and mime, bytes and probe of its file."""
    rows = await sql(f"{FILE} WHERE a.id = ?", asset or "")
    return rows[0] if rows else None


async def known_asset(asset: str | None) -> Row:
    """What is known of an asset, ready or not; that there is none is refused."""
    if not asset:
        raise field_error("asset", "ASSET_MISSING", "Choose a video.")
    return _known(await file(asset))


def _known(found: Row | None) -> Row:
    if found is None:
        raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.", errors={"asset": "Choose a video."})
    return found


async def ready_asset(asset: str | None) -> Row:
    """What is known of an asset that can be published."""
    return check_ready(await known_asset(asset))


def check_ready(found: Row | None) -> Row:
    """Refuse a video that is not there, or not ready."""
    found = _known(found)
    if found["state"] != "ready":
        raise Invalid("ASSET_NOT_READY", "This video is not ready.", errors={"asset": "This video is not ready."})
    return found


def issues(platform: str, post: Texts, file: Row | None) -> list[Issue]:
    """What a platform would refuse of the texts and of a file with its mime, bytes and probe."""
    return [] if platform == _NO_LIMITS else limits.check(platform, post, media(file) if file else None)


def refuse_unfit(
    channels: Sequence[Reached], post: Texts, file: Row | None, own: Mapping[str, Own] | None = None
) -> None:
    """Refuse what any of the platforms would refuse, at its fields; `own` are the own texts of channels.

    A file that is still to come is judged once it is here.
    """
    codes, errors = [], dict[str, list[str]]()
    for one in channels:
        has = (own or {}).get(one.channel.id)
        for issue in issues(one.platform, overriding.texts_for(post, has), file):
            if file is None and issue.field == "asset":
                continue
            codes.append(issue.code)
            name = f"{one.channel.title} ({limits.limits_of(one.platform).label})"
            errors.setdefault(_at(issue, one, has), []).append(f"{name}: {issue.detail}")
    if errors:
        told = {field: " ".join(details) for field, details in errors.items()}
        raise Invalid(codes[0], " ".join(told.values()), errors=told)


def _at(issue: Issue, one: Reached, own: Own | None) -> str:
    """The field that is to be changed: the channel's own text, where it has one."""
    is_own = own is not None and issue.field in overriding.FIELDS and getattr(own, issue.field)
    return overriding.field(one.channel.id, issue.field) if is_own else issue.field


async def refuse_unfit_targets(
    asset: str | None, post: Texts, targets: Iterable[Row], *, to_come: bool = False
) -> None:
    """Refuse what the platforms of stored targets would refuse; `targets` have their channel and overrides.

    `to_come` says that the video is still on its way.
    """
    file, rows = None if to_come else await ready_asset(asset), list(targets)
    reached = await reached_by([row["channel"] for row in rows])
    own = {row["channel"]: overriding.read(row["overrides"]) for row in rows}
    refuse_unfit(reached, post, file, {channel: one for channel, one in own.items() if one is not None})


async def reached_by(channels: Sequence[str]) -> list[Reached]:
    """The channels with these ids, closed ones too."""
    rows = await sql(
        f"SELECT channel, platform, needs_approval FROM social_account WHERE channel IN ({placeholders(channels)})",
        *channels,
    )
    return [Reached(await channel(row["channel"]), row["platform"], bool(row["needs_approval"])) for row in rows]


def media(file: Row) -> Media | None:
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
