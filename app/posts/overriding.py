"""The texts that one channel has for itself, beside those of the post: pure functions."""

from collections.abc import Iterable, Mapping

import msgspec

from app.errors import Invalid, field_error
from app.posts import texts
from app.posts.rendering import Texts

FIELDS = ("title", "description", "hashtags")


class Own(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A channel's own texts; what is empty is as in the post. Hashtags as a list or as one text."""

    title: str = ""
    description: str = ""
    hashtags: list[str] | str = ""


def field(channel: str, name: str) -> str:
    """How forms and errors name one of a channel's own texts."""
    return f"overrides.{channel}.{name}"


def checked(own: Own, channel: str) -> Own | None:
    """Own texts within the desk's limits, or None where nothing is the channel's own."""
    try:
        title = texts.checked_title(own.title) if own.title.strip() else ""
        found = Own(title, texts.checked_description(own.description), texts.checked_hashtags(own.hashtags) or "")
    except Invalid as error:
        errors = {field(channel, name): detail for name, detail in error.errors.items()}
        raise Invalid(error.code, error.detail, errors=errors) from error
    return found if found != Own() else None


def by_channel(wanted: Mapping[str, Own], channels: Iterable[tuple[str, str]]) -> dict[str, Own]:
    """Checked own texts by channel id; `channels` are pairs of id and slug, and a name that is none of them is
    refused."""
    found = {channel: checked(own, channel) for channel, own in named(wanted, channels).items()}
    return {channel: own for channel, own in found.items() if own is not None}


def named(wanted: Mapping[str, Own], channels: Iterable[tuple[str, str]]) -> dict[str, Own]:
    """Own texts by channel id, as they are."""
    ids = {name: id for id, slug in channels for name in (id, slug)}
    for name in wanted:
        if name not in ids:
            raise field_error(
                "overrides", "OVERRIDE_CHANNEL", f"This post does not go to {name[:60]}, which has texts."
            )
    return {ids[name]: own for name, own in wanted.items()}


def texts_for(post: Texts, own: Own | None) -> Texts:
    """What one channel is given: its own texts, where it has some, and else those of the post."""
    if own is None:
        return post
    tags = own.hashtags or post.hashtags
    return Texts(own.title or post.title, own.description or post.description, list(tags))


def stored(own: Own | None) -> str | None:
    """Own texts as a target keeps them."""
    return None if own is None else msgspec.json.encode(own).decode()


def read(text: str | None) -> Own | None:
    """What a target keeps of its own texts."""
    return msgspec.json.decode(text, type=Own) if text else None
