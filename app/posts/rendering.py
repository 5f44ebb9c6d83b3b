"""How a post's texts become what a platform is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.posts import counting


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a post for one channel; hashtags without #."""

    title: str
    description: str = ""
    hashtags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a platform is sent; a title of None is one that it does not show."""

    title: str | None
    body: str
    tags: tuple[str, ...] = ()


def separate(post: Texts) -> Preview:
    """Title, description and hashtags each in a place of its own."""
    return Preview(post.title, post.description, tuple(post.hashtags))


def described(post: Texts) -> Preview:
    """A title, and a description that ends in the hashtags, which are tags too."""
    return Preview(post.title, _with_hashtags(post.description, post.hashtags), tuple(post.hashtags))


def captioned(post: Texts) -> Preview:
    """One text that ends in the hashtags: the description, or the title where there is none."""
    return Preview(None, _with_hashtags(post.description or post.title, post.hashtags))


def _with_hashtags(text: str, tags: Sequence[str]) -> str:
    """The hashtags after a blank line, but for those that the text has already."""
    written = {tag.casefold() for tag in counting.hashtags(text)}
    appended = " ".join(f"#{tag}" for tag in tags if tag.casefold() not in written)
    return "\n\n".join(filter(None, (text, appended)))
