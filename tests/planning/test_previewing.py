"""What each platform would be sent, counted in its own unit, however unfinished the texts are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.service import ChannelView
from app.posts import limits, previewing
from app.posts.fitting import Reached
from app.posts.overriding import Own
from app.posts.rendering import Texts

PLATFORMS = sorted(limits.LIMITS)
CHANNELS = [
    Reached(
        ChannelView(
            id=one, slug=one, kind="social", title=one, timezone="UTC", day_start="00:00", active=True, paused=False,
            version=1,
        ),
        one,
    )
    for one in PLATFORMS
]  # fmt: skip
TEXT = st.text(max_size=400)


def by_platform(post: Texts, own: dict[str, Own] | None = None) -> dict[str, previewing.Preview]:
    return {one.channel.platform: one for one in previewing.previews(CHANNELS, post, own or {})}


@given(TEXT, TEXT, TEXT)
def test_any_text_has_a_preview_and_fits_where_nothing_is_said_against_it(
    title: str, description: str, hashtags: str
) -> None:
    for one in previewing.previews(CHANNELS, previewing.loose(title, description, hashtags), {}):
        over = [counter for counter in one.counters if not counter.fits]
        assert bool(one.issues) >= bool(over)
        assert len(one.counters) == len(limits.LIMITS[one.channel.platform].rules)


@pytest.mark.parametrize(
    ("platform", "used", "most", "unit"),
    [
        ("instagram", 310, 2200, "code points"),
        ("tiktok", 620, 2200, "UTF-16 units"),
        ("bluesky", 310, 300, "graphemes"),
        ("mastodon", 310, 500, "graphemes"),
        ("youtube", 1240, 5000, "bytes"),
    ],
)
def test_each_platform_counts_in_its_unit(platform: str, used: int, most: int, unit: str) -> None:
    shown = by_platform(Texts("Rain", "🌧" * 310))[platform]
    counter = next(one for one in shown.counters if one.field == "description")
    assert (counter.used, counter.most, counter.unit) == (used, most, unit)
    assert bool(shown.issues) == (used > most)


def test_own_texts_are_counted_on_their_channel_alone() -> None:
    shown = by_platform(Texts("Rain", "x" * 400), {"bluesky": Own(description="short")})
    assert shown["bluesky"].sent.body == "short"
    assert shown["bluesky"].issues == []
    assert shown["mastodon"].sent.body == "x" * 400


def test_hashtags_that_are_none_are_said_and_shown_as_typed() -> None:
    shown = by_platform(previewing.loose("Rain", "", "#rain 12 a-b,rain"))["webhook"]
    assert shown.sent.tags == ("rain", "12", "a-b")
    assert [issue.code for issue in shown.issues] == ["HASHTAG_BAD", "HASHTAG_BAD"]
