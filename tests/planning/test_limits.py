"""What each platform takes of a post's texts, and how it shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid, NotFound
from app.posts import texts as own
from app.posts.limits import LIMITS, Counter, check, measure, rendered
from app.posts.media_limits import MEDIA, Media
from app.posts.rendering import Preview, Texts

VIDEO = Media("video/mp4", 4_300_000, 12_000, 1080, 1920, 30.0, "h264", "aac", faststart=True)
POST = Texts("Harbour Tonight", "At nine.", ["boat", "night"])
ENDING = "At nine.\n\n#boat #night"
PREVIEWS = [
    ("webhook", Preview("Harbour Tonight", "At nine.", ("boat", "night"))),
    ("github", Preview("Harbour Tonight", "At nine.", ("boat", "night"))),
    ("youtube", Preview("Harbour Tonight", ENDING, ("boat", "night"))),
    ("instagram", Preview(None, ENDING)),
    ("tiktok", Preview(None, ENDING)),
    ("mastodon", Preview(None, ENDING)),
    ("bluesky", Preview(None, ENDING)),
    ("peertube", Preview("Harbour Tonight", "At nine.", ("boat", "night"))),
]
TAGS = [f"tag{number}" for number in range(31)]
# platform, what fits exactly, what does not by one, the code and the field.
EDGES = [
    ("webhook", Texts("x" * 100), Texts("x" * 101), "TITLE_LONG", "title"),
    ("webhook", Texts("x"), Texts(""), "TITLE_SHORT", "title"),
    ("webhook", Texts("x", "x" * 5000), Texts("x", "x" * 5001), "DESCRIPTION_LONG", "description"),
    ("webhook", Texts("x", "", TAGS[:30]), Texts("x", "", TAGS[:31]), "HASHTAGS_MANY", "hashtags"),
    ("youtube", Texts("🚢" * 100), Texts("🚢" * 101), "TITLE_LONG", "title"),
    ("youtube", Texts("x"), Texts(""), "TITLE_SHORT", "title"),
    ("youtube", Texts("x", "é" * 2500), Texts("x", "é" * 2500 + "x"), "DESCRIPTION_LONG", "description"),
    (
        "youtube", Texts("x", "x" * 4993, ["boat"]), Texts("x", "x" * 4994, ["boat"]),
        "DESCRIPTION_LONG", "description",
    ),
    ("youtube", Texts("x", "", ["x" * 249, "y" * 250]), Texts("x", "", ["x" * 250] * 2), "TAGS_LONG", "hashtags"),
    ("youtube", Texts("x", "#tag " * 60), Texts("x", "#tag " * 61), "HASHTAGS_MANY", "hashtags"),
    ("youtube", Texts("a ≤ b"), Texts("a < b"), "TITLE_SIGN", "title"),
    ("youtube", Texts("x", "→"), Texts("x", "->"), "DESCRIPTION_SIGN", "description"),
    ("instagram", Texts("x", "x" * 2200), Texts("x", "x" * 2201), "CAPTION_LONG", "description"),
    ("instagram", Texts("x", "x" * 2193, ["boat"]), Texts("x", "x" * 2194, ["boat"]), "CAPTION_LONG", "description"),
    ("instagram", Texts("x", "", TAGS[:30]), Texts("x", "", TAGS[:31]), "HASHTAGS_MANY", "hashtags"),
    ("instagram", Texts("x", "#a", TAGS[:29]), Texts("x", "#a", TAGS[:30]), "HASHTAGS_MANY", "hashtags"),
    ("instagram", Texts("x", "@ana " * 20), Texts("x", "@ana " * 21), "MENTIONS_MANY", "description"),
    ("tiktok", Texts("x", "🚢" * 1100), Texts("x", "🚢" * 1100 + "x"), "CAPTION_LONG", "description"),
    ("mastodon", Texts("x", "👩‍👩‍👧‍👦" * 500), Texts("x", "x" * 501), "CAPTION_LONG", "description"),
    ("bluesky", Texts("x", "🇵🇹" * 300), Texts("x", "x" * 301), "CAPTION_LONG", "description"),
    ("bluesky", Texts("x", "👩‍👩‍👧‍👦" * 120), Texts("x", "👩‍👩‍👧‍👦" * 121), "CAPTION_BYTES_LONG", "description"),
    ("bluesky", Texts("x", "", ["x" * 64]), Texts("x", "", ["x" * 65]), "HASHTAG_LENGTH", "hashtags"),
    ("peertube", Texts("xyz"), Texts("xy"), "TITLE_SHORT", "title"),
    ("peertube", Texts("x" * 120), Texts("x" * 121), "TITLE_LONG", "title"),
    ("peertube", Texts("xyz", "xyz"), Texts("xyz", "xy"), "DESCRIPTION_SHORT", "description"),
    ("peertube", Texts("xyz", ""), Texts("xyz", "x" * 10_001), "DESCRIPTION_LONG", "description"),
    ("peertube", Texts("xyz", "", TAGS[:5]), Texts("xyz", "", TAGS[:6]), "HASHTAGS_MANY", "hashtags"),
    ("peertube", Texts("xyz", "", ["ab"]), Texts("xyz", "", ["a"]), "HASHTAG_LENGTH", "hashtags"),
    ("peertube", Texts("xyz", "", ["x" * 30]), Texts("xyz", "", ["x" * 31]), "HASHTAG_LENGTH", "hashtags"),
    ("github", Texts("x", "x" * 59_000), Texts("x", "x" * 60_000), "DESCRIPTION_LONG", "description"),
]  # fmt: skip
platforms = st.sampled_from(sorted(LIMITS))
posts = st.builds(Texts, st.text(max_size=150), st.text(max_size=600), st.lists(st.text("aéх港9_", max_size=40)))


@pytest.mark.parametrize(("platform", "preview"), PREVIEWS)
def test_post_is_shown_as_its_platform_shows_it(platform: str, preview: Preview) -> None:
    assert rendered(platform, POST) == preview


@pytest.mark.parametrize(("platform", "fits", "does_not", "code", "field"), EDGES)
def test_limit_holds_to_the_last_character(platform: str, fits: Texts, does_not: Texts, code: str, field: str) -> None:
    assert check(platform, fits, VIDEO) == []
    assert all(counter.fits for counter in measure(platform, fits))
    assert {(issue.code, issue.field) for issue in check(platform, does_not, VIDEO)} == {(code, field)}


@pytest.mark.parametrize("platform", sorted(LIMITS))
def test_plain_post_goes_anywhere(platform: str) -> None:
    assert check(platform, POST, VIDEO) == []


def test_title_stands_in_for_a_description_that_is_empty() -> None:
    assert rendered("tiktok", Texts("Harbour", "", ["boat"])).body == "Harbour\n\n#boat"


def test_hashtag_that_the_text_has_is_not_appended_again() -> None:
    assert rendered("instagram", Texts("x", "By #Boat.", ["boat", "night"])).body == "By #Boat.\n\n#night"
    assert rendered("instagram", Texts("x", "By #boat.", ["boat"])).body == "By #boat."


def test_counters_tell_used_most_and_unit() -> None:
    assert measure("youtube", POST) == [
        Counter("title", 15, 100, "code points", 1),
        Counter("description", len(ENDING), 5000, "bytes"),
        Counter("hashtags", 2, 60, "hashtags"),
        Counter("hashtags", len("boat,night"), 500, "code points"),
    ]
    assert measure("tiktok", Texts("🚢")) == [Counter("description", 2, 2200, "UTF-16 units")]


def test_issue_says_in_plain_words_what_is_wrong() -> None:
    details = [issue.detail for issue in check("tiktok", Texts("x", "x" * 2201), VIDEO)]
    assert details == ["On TikTok the caption with its hashtags has 2201 UTF-16 units; at most 2200 fit."]
    details = [issue.detail for issue in check("peertube", Texts("xy"), VIDEO)]
    assert details == ["On PeerTube the title has 2 characters; it needs at least 3."]
    details = [issue.detail for issue in check("youtube", Texts("<b>"), VIDEO)]
    assert details == ["On YouTube the title cannot contain < or >."]


def test_unknown_platform_is_told() -> None:
    for use in (
        lambda: rendered("myspace", POST),
        lambda: measure("myspace", POST),
        lambda: check("myspace", POST, None),
    ):
        with pytest.raises(NotFound) as refused:
            use()
        assert refused.value.code == "PLATFORM_UNKNOWN"


def test_every_platform_with_a_rule_for_files_has_rules_for_texts() -> None:
    assert set(MEDIA) < set(LIMITS)


@given(platforms, posts)
def test_issues_on_lengths_are_exactly_the_counters_that_do_not_fit(platform: str, post: Texts) -> None:
    issues = [i for i in check(platform, post, VIDEO) if i.code.endswith(("_LONG", "_MANY", "_SHORT"))]
    assert [counter.field for counter in measure(platform, post) if not counter.fits] == [i.field for i in issues]


@given(platforms, posts)
def test_all_hashtags_are_shown_whatever_the_platform(platform: str, post: Texts) -> None:
    preview = rendered(platform, post)
    shown = f"{preview.title} {preview.body} {' '.join(preview.tags)}".casefold()
    assert all(tag.casefold() in shown for tag in post.hashtags)


@given(st.text(max_size=120), st.text(max_size=5100), st.lists(st.text("ab1_", max_size=4), max_size=32))
def test_webhook_takes_what_the_desk_takes(title: str, description: str, tags: list[str]) -> None:
    try:
        post = Texts(own.checked_title(title), own.checked_description(description), own.checked_hashtags(tags))
    except Invalid:
        return
    assert check("webhook", post, None) == []
    assert check("github", post, None) == []
