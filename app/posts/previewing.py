"""What each platform would be sent of a post, with how much of its limits that uses: pure, for pages and programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.database import Row
from app.posts import fitting, limits, overriding, texts
from app.posts.fitting import Reached
from app.posts.issues import Issue
from app.posts.limits import Counter
from app.posts.overriding import Own
from app.posts.rendering import Preview as Rendered
from app.posts.rendering import Texts


@dataclass(frozen=True, slots=True)
class Preview:
    """One channel: what goes out there, the counters of its platform, and what it would refuse."""

    channel: Reached
    sent: Rendered
    counters: list[Counter]
    issues: list[Issue]


def loose(title: str, description: str, hashtags: list[str] | str) -> Texts:
    """Texts as they are being typed, which need not be right: what is no hashtag is shown as it stands."""
    tags = hashtags.replace(",", " ").split() if isinstance(hashtags, str) else hashtags
    plain = [tag for tag in (tag.strip().lstrip("#") for tag in tags) if tag]
    return Texts(" ".join(title.split()), description.replace("\r\n", "\n").strip(), list(dict.fromkeys(plain)))


def _loose(own: Own | None) -> Own | None:
    if own is None:
        return None
    found = loose(own.title, own.description, own.hashtags)
    return Own(found.title, found.description, list(found.hashtags) or "")


def previews(
    channels: Sequence[Reached], post: Texts, own: Mapping[str, Own], file: Row | None = None
) -> list[Preview]:
    """A preview for each channel; the file is judged where there is one."""
    return [_preview(one, overriding.texts_for(post, _loose(own.get(one.channel.id))), file) for one in channels]


def _preview(one: Reached, said: Texts, file: Row | None) -> Preview:
    found = limits.check(one.platform, said, fitting.media(file) if file else None)
    known = [issue for issue in found if file is not None or issue.field != "asset"]
    sent, counters = limits.rendered(one.platform, said), limits.measure(one.platform, said)
    return Preview(one, sent, counters, [*known, *_tags(said)])


def _tags(said: Texts) -> list[Issue]:
    """What the desk itself takes for no hashtag."""
    bad = [tag for tag in said.hashtags if not texts.is_hashtag(tag)]
    return [Issue("hashtags", "HASHTAG_BAD", f"#{tag} is no hashtag: use letters, digits and _.") for tag in bad]
