"""The fields of a post as its forms have them, and the finished values that the forms' templates name."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from app.errors import field_error
from app.library.listing import Filter, assets
from app.library.rules import tags_of
from app.library.views import UPLOAD_HINT, label
from app.posts import fitting, hashtag_sets, previewing, queries, views
from app.posts.limits import Counter
from app.posts.overriding import FIELDS, Own, field
from app.posts.previewing import Preview
from app.posts.schemas import PostView, Wall
from app.posts.states import OPEN
from app.posts.views import ChannelChip
from app.web.forms import Form

CHOICE = 100
TEXTS = ("asset", "url", "title", "description", "hashtags", "tags", "date", "time", "version")
_LABELS = {"title": "Title", "description": "Text", "hashtags": "Hashtags"}
_UNITS = {"code points": "characters", "graphemes": "characters", "hashtags": ""}


async def typed(fields: Form) -> dict[str, Any]:
    """What stands in a form; a hashtag set whose button was pressed is put in."""
    values: dict[str, Any] = {name: fields.text(name) for name in TEXTS if name in fields}
    channels = fields.list("channels")
    own = {name.split(".")[1] for name in fields.names() if name.startswith("overrides.") and name.count(".") == 2}
    values |= {"channels": channels, "own": {channel: _own(fields, channel) for channel in own}}
    if fields.text("insert"):
        chosen = await hashtag_sets.one(fields.text("insert"))
        values["hashtags"] = " ".join(dict.fromkeys([*values.get("hashtags", "").split(), *chosen.hashtags]))
    return values


def _own(fields: Form, channel: str) -> Own:
    title, description, hashtags = (fields.text(field(channel, name)) for name in FIELDS)
    return Own(title, description, hashtags)


def own_of(values: Mapping[str, Any]) -> dict[str, Own]:
    """The own texts of the channels that are chosen; what was typed for others is left aside."""
    return {channel: one for channel, one in values.get("own", {}).items() if channel in values["channels"]}


def tags(values: Mapping[str, Any]) -> list[str]:
    """The tags of a text field."""
    return tags_of(values.get("tags", ""))


def wall_of(values: Mapping[str, Any], timezone: str) -> Wall:
    """The time that the fields of a form mean."""
    try:
        day = date.fromisoformat(values["date"])
    except ValueError as error:
        raise field_error("date", "DATE_BAD", "Give a date.") from error
    try:
        at = time.fromisoformat(values["time"])
    except ValueError as error:
        raise field_error("time", "TIME_BAD", "Give a time such as 16:30.") from error
    return Wall(day, at.replace(tzinfo=None), timezone)


def stored(post: PostView) -> dict[str, Any]:
    """What stands in the form of a post that is there."""
    still = [target for target in post.targets if target.state in OPEN]
    return {
        "asset": post.asset or "", "title": post.title, "description": post.description,
        "hashtags": " ".join(post.hashtags), "tags": ", ".join(post.tags), "version": str(post.version),
        "channels": list(dict.fromkeys(target.channel for target in still)),
        "own": {target.channel: _as_typed(target.own) for target in still if target.own is not None},
    }  # fmt: skip


def _as_typed(own: Own) -> Own:
    return Own(own.title, own.description, " ".join(own.hashtags))


async def choices(chips: Iterable[ChannelChip]) -> dict[str, Any]:
    """What every form of a post offers: videos, channels, hashtag sets and known tags."""
    page = await assets(Filter(state="ready"), None, CHOICE)
    videos = [{"value": "", "label": "No video chosen"}]
    videos += [{"value": one.id, "label": label(one)} for one in page.assets]
    return {
        "upload_hint": UPLOAD_HINT,
        "assets": videos,
        "channels": list(chips),
        "sets": await hashtag_sets.all_sets(),
        "tags": await queries.tags(),
    }


async def previews(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A preview for each chosen channel, as far as the texts are typed."""
    reached = await fitting.reached_by(values["channels"])
    texts = previewing.loose(values["title"], values["description"], values["hashtags"])
    found = previewing.previews(reached, texts, own_of(values), await fitting.file(values["asset"]))
    return [_shown(one) for one in sorted(found, key=lambda one: one.channel.channel.title)]


def _shown(one: Preview) -> dict[str, Any]:
    channel = one.channel.channel
    return {
        "channel": views.chip(channel.id, channel.title, one.channel.platform),
        "title": one.sent.title,
        "body": one.sent.body,
        "hashtags": list(one.sent.tags),
        "counters": _counters(one.counters),
        "issues": [issue.detail for issue in one.issues],
    }


def _counters(counters: Sequence[Counter]) -> list[dict[str, Any]]:
    return [
        {
            "label": _LABELS[counter.field],
            "used": counter.used,
            "of": f"of {counter.most} {_UNITS.get(counter.unit, counter.unit)}".strip(),
            "over": not counter.fits,
            "note": "" if counter.fits else "too many" if counter.used > counter.most else "too few",
        }
        for counter in counters
    ]
