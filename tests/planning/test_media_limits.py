"""What each platform takes as a video."""

from dataclasses import replace
from typing import Any

import pytest

from app.posts.limits import LIMITS, check
from app.posts.media_limits import Media
from app.posts.rendering import Texts

VIDEO = Media("video/mp4", 4_300_000, 12_000, 1080, 1920, 30.0, "h264", "aac", faststart=True)
POST = Texts("Harbour Tonight")
MINUTE, HOUR, GB = 60_000, 3_600_000, 10**9
# platform, what fits exactly, what does not, code
EDGES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("youtube", {"mime": "video/x-matroska"}, {"mime": "audio/mpeg"}, "MEDIA_NOT_VIDEO"),
    ("youtube", {"bytes": 256 * GB}, {"bytes": 256 * GB + 1}, "MEDIA_LARGE"),
    ("youtube", {"duration_ms": 12 * HOUR}, {"duration_ms": 12 * HOUR + 1}, "MEDIA_LONG"),
    ("instagram", {"mime": "video/quicktime"}, {"mime": "video/webm"}, "MEDIA_FORMAT"),
    ("instagram", {"bytes": 300_000_000}, {"bytes": 300_000_001}, "MEDIA_LARGE"),
    ("instagram", {"duration_ms": 3000}, {"duration_ms": 2999}, "MEDIA_SHORT"),
    ("instagram", {"duration_ms": 15 * MINUTE}, {"duration_ms": 15 * MINUTE + 1}, "MEDIA_LONG"),
    ("instagram", {"fps": 23.976}, {"fps": 15.0}, "MEDIA_RATE"),
    ("instagram", {"fps": 60.0}, {"fps": 120.0}, "MEDIA_RATE"),
    ("instagram", {"width": 1920}, {"width": 1921}, "MEDIA_WIDE"),
    ("instagram", {"video_codec": "hevc"}, {"video_codec": "vp9"}, "MEDIA_CODEC"),
    ("instagram", {"audio_codec": None}, {"audio_codec": "opus"}, "MEDIA_SOUND"),
    ("instagram", {"faststart": None}, {"faststart": False}, "MEDIA_FASTSTART"),
    ("tiktok", {"mime": "video/webm"}, {"mime": "video/x-matroska"}, "MEDIA_FORMAT"),
    ("tiktok", {"bytes": 4 * GB}, {"bytes": 4 * GB + 1}, "MEDIA_LARGE"),
    ("tiktok", {"duration_ms": 10 * MINUTE}, {"duration_ms": 10 * MINUTE + 1}, "MEDIA_LONG"),
    ("tiktok", {"fps": 23.0}, {"fps": 22.9}, "MEDIA_RATE"),
    ("tiktok", {"width": 360, "height": 4096}, {"width": 359}, "MEDIA_SIDES"),
    ("tiktok", {"width": 4096}, {"height": 4097}, "MEDIA_SIDES"),
    ("mastodon", {"mime": "video/webm"}, {"mime": "video/x-msvideo"}, "MEDIA_FORMAT"),
    ("mastodon", {"bytes": 99_000_000}, {"bytes": 99_000_001}, "MEDIA_LARGE"),
    ("bluesky", {}, {"mime": "video/quicktime"}, "MEDIA_FORMAT"),
    ("bluesky", {"bytes": 100_000_000}, {"bytes": 100_000_001}, "MEDIA_LARGE"),
    ("bluesky", {"duration_ms": 3 * MINUTE}, {"duration_ms": 3 * MINUTE + 1}, "MEDIA_LONG"),
    ("peertube", {"mime": "application/mxf"}, {"mime": "audio/flac"}, "MEDIA_NOT_VIDEO"),
]


@pytest.mark.parametrize(("platform", "fits", "does_not", "code"), EDGES)
def test_limit_on_the_file_holds_to_the_last_unit(
    platform: str, fits: dict[str, Any], does_not: dict[str, Any], code: str
) -> None:
    assert check(platform, POST, replace(VIDEO, **fits)) == []
    issues = check(platform, POST, replace(VIDEO, **does_not))
    assert [(issue.field, issue.code) for issue in issues] == [("asset", code)]
    assert issues[0].detail.startswith(LIMITS[platform].label)


@pytest.mark.parametrize("platform", ["youtube", "instagram", "tiktok", "mastodon", "bluesky", "peertube"])
def test_platform_of_videos_refuses_a_post_without_one(platform: str) -> None:
    assert [issue.code for issue in check(platform, POST, None)] == ["MEDIA_MISSING"]


@pytest.mark.parametrize("platform", ["webhook", "github"])
def test_receiver_takes_any_file_or_none(platform: str) -> None:
    assert check(platform, POST, None) == []
    assert check(platform, POST, Media("audio/flac", 10**12, 0)) == []


@pytest.mark.parametrize("platform", sorted(LIMITS))
def test_what_is_not_known_of_a_file_is_not_held_against_it(platform: str) -> None:
    assert check(platform, POST, Media("video/mp4", 1)) == []


def test_varying_frame_rate_is_not_held_against_a_file() -> None:
    assert check("tiktok", POST, replace(VIDEO, fps=0.0)) == []


def test_every_fault_of_a_file_is_told_in_plain_words() -> None:
    bad = replace(VIDEO, mime="video/webm", bytes=2 * GB, duration_ms=20 * MINUTE)
    assert [issue.detail for issue in check("instagram", POST, bad)] == [
        "Instagram takes MP4 or MOV; this is video/webm.",
        "Instagram takes at most 300.0 MB; this has 2.0 GB.",
        "Instagram takes videos up to 15:00; this lasts 20:00.",
    ]
    assert [issue.detail for issue in check("tiktok", POST, replace(VIDEO, mime="video/x-flv", width=100))] == [
        "TikTok takes MP4, WebM or MOV; this is video/x-flv.",
        "TikTok takes sides of 360 to 4096 pixels; this has 100 × 1920.",
    ]
