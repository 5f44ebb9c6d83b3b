"""What each platform shows of a post's texts, how long they may be, and in which unit it counts them.

The numbers are those of domain/publishing.md sections 4.1 to 4.8; where a server sets its own, they are its defaults.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from app.errors import NotFound
from app.posts import counting, texts
from app.posts.issues import Issue
from app.posts.media_limits import Media, media_issues
from app.posts.rendering import Preview, Texts, captioned, described, separate

Field = Literal["title", "description", "hashtags"]
Unit = Literal["code points", "UTF-16 units", "graphemes", "bytes", "hashtags", "mentions"]
_WORDS: dict[Unit, str] = {"code points": "characters", "graphemes": "characters"}


@dataclass(frozen=True, slots=True)
class Counter:
    """How much of a limit is used, in the unit that the platform counts."""

    field: Field
    used: int
    most: int
    unit: Unit
    least: int = 0

    @property
    def fits(self) -> bool:
        """Whether the platform takes it."""
        return self.least <= self.used <= self.most


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit on the texts: `what` it is called, and how an issue's `code` begins."""

    field: Field
    what: str
    code: str
    unit: Unit
    most: int
    used: Callable[[Preview], int]
    least: int = 0
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a platform on texts; `tag` is how long one hashtag may be, in graphemes."""

    label: str
    render: Callable[[Texts], Preview]
    rules: tuple[Rule, ...]
    tag: tuple[int, int] | None = None
    forbidden: str = ""


def _title(preview: Preview) -> str:
    return preview.title or ""


def _payload_bytes(preview: Preview) -> int:
    return len(msgspec.json.encode([preview.title, preview.body, preview.tags]))


def _tag_list_length(preview: Preview) -> int:
    """YouTube counts the commas between tags too."""
    return counting.code_points(",".join(preview.tags))


def _youtube_hashtags(preview: Preview) -> int:
    return len(counting.hashtags(f"{_title(preview)}\n{preview.body}"))


def _titled(most: int, least: int = 1) -> Rule:
    return Rule("title", "title", "TITLE", "code points", most, lambda p: counting.code_points(_title(p)), least)


def _tagged(most: int) -> Rule:
    return Rule("hashtags", "post", "HASHTAGS", "hashtags", most, lambda p: len(p.tags))


def _body(what: str, code: str, most: int, unit: Unit, count: Callable[[str], int], least: int = 0) -> Rule:
    return Rule("description", what, code, unit, most, lambda p: count(p.body), least, may_be_empty=True)


def _described(most: int, least: int = 0) -> Rule:
    return _body("description", "DESCRIPTION", most, "code points", counting.code_points, least)


LIMITS: dict[str, Limits] = {
    "webhook": Limits("Webhook", separate, (
        _titled(texts.TITLE_MOST), _described(texts.DESCRIPTION_MOST), _tagged(texts.HASHTAGS_MOST),
    )),
    # A payload may have 64 KB; some are left for the ids and addresses beside the texts.
    "github": Limits("GitHub", separate, (
        Rule("description", "message", "DESCRIPTION", "bytes", 60_000, _payload_bytes),
    )),
    "youtube": Limits("YouTube", described, (
        _titled(100),
        _body("description with its hashtags", "DESCRIPTION", 5_000, "bytes", counting.utf8_bytes),
        # Beyond 60 YouTube ignores them all.
        Rule("hashtags", "post", "HASHTAGS", "hashtags", 60, _youtube_hashtags),
        Rule("hashtags", "list of tags", "TAGS", "code points", 500, _tag_list_length),
    ), forbidden="<>"),
    "instagram": Limits("Instagram", captioned, (
        _body("caption with its hashtags", "CAPTION", 2_200, "code points", counting.code_points),
        Rule("hashtags", "caption", "HASHTAGS", "hashtags", 30, lambda p: counting.instagram_hashtags(p.body)),
        _body("caption", "MENTIONS", 20, "mentions", counting.mentions),
    )),
    "tiktok": Limits("TikTok", captioned, (
        _body("caption with its hashtags", "CAPTION", 2_200, "UTF-16 units", counting.utf16_units),
    )),
    "mastodon": Limits("Mastodon", captioned, (
        _body("text with its hashtags", "CAPTION", 500, "graphemes", counting.mastodon_characters),
    )),
    "bluesky": Limits("Bluesky", captioned, (
        _body("text with its hashtags", "CAPTION", 300, "graphemes", counting.graphemes),
        _body("text with its hashtags", "CAPTION_BYTES", 3_000, "bytes", counting.utf8_bytes),
    ), tag=(1, 64)),
    "peertube": Limits("PeerTube", separate, (_titled(120, 3), _described(10_000, 3), _tagged(5)), tag=(2, 30)),
}  # fmt: skip


def limits_of(platform: str) -> Limits:
    """The limits of a platform by its name."""
    try:
        return LIMITS[platform]
    except KeyError:
        raise NotFound("PLATFORM_UNKNOWN", f"There is no platform {platform!r}.") from None


def rendered(platform: str, post: Texts) -> Preview:
    """What a platform is sent of a post's texts."""
    return limits_of(platform).render(post)


def measure(platform: str, post: Texts) -> list[Counter]:
    """How much of each limit a post's texts use, with what is appended to them."""
    preview = rendered(platform, post)
    return [_counter(rule, preview) for rule in limits_of(platform).rules]


def _counter(rule: Rule, preview: Preview) -> Counter:
    used = rule.used(preview)
    least = 0 if rule.may_be_empty and not used else rule.least
    return Counter(rule.field, used, rule.most, rule.unit, least)


def check(platform: str, post: Texts, media: Media | None) -> list[Issue]:
    """What a platform would refuse about the texts and the file, in plain words; nothing means it may be sent."""
    limits = limits_of(platform)
    preview = limits.render(post)
    return [
        *_lengths(limits, preview),
        *_forbidden(limits, preview),
        *_tags(limits, post.hashtags),
        *media_issues(platform, limits.label, media),
    ]


def _lengths(limits: Limits, preview: Preview) -> Iterator[Issue]:
    for rule in limits.rules:
        counter = _counter(rule, preview)
        has = f"On {limits.label} the {rule.what} has {counter.used} {_WORDS.get(rule.unit, rule.unit)};"
        if counter.used > counter.most:
            code = "MANY" if rule.unit in ("hashtags", "mentions") else "LONG"
            yield Issue(rule.field, f"{rule.code}_{code}", f"{has} at most {counter.most} fit.")
        elif counter.used < counter.least:
            yield Issue(rule.field, f"{rule.code}_SHORT", f"{has} it needs at least {counter.least}.")


def _forbidden(limits: Limits, preview: Preview) -> Iterator[Issue]:
    for field, text in (("title", _title(preview)), ("description", preview.body)):
        if any(sign in text for sign in limits.forbidden):
            signs = " or ".join(limits.forbidden)
            yield Issue(field, f"{field.upper()}_SIGN", f"On {limits.label} the {field} cannot contain {signs}.")


def _tags(limits: Limits, tags: Sequence[str]) -> Iterator[Issue]:
    if limits.tag is None:
        return
    least, most = limits.tag
    for tag in tags:
        if not least <= counting.graphemes(tag) <= most:
            detail = f"On {limits.label} a hashtag has {least} to {most} characters; #{tag} has not."
            yield Issue("hashtags", "HASHTAG_LENGTH", detail)
