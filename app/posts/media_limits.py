"""What a platform takes as a video (domain/publishing.md sections 4.1 to 4.8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.clock import HOUR_MS, MINUTE_MS
from app.posts.issues import Issue
from app.wording import length, size

_MP4, _MOV, _WEBM = "video/mp4", "video/quicktime", "video/webm"
_NAMES = {_MP4: "MP4", _MOV: "MOV", _WEBM: "WebM"}
_MB, _GB = 1000**2, 1000**3


@dataclass(frozen=True, slots=True)
class Media:
    """What is known of the file of a post; what is None is not checked."""

    mime: str
    bytes: int
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    faststart: bool | None = None


@dataclass(frozen=True, slots=True)
class MediaRule:
    """What a platform takes; no formats or codecs named means any."""

    mimes: tuple[str, ...] = ()
    bytes: int | None = None
    least_ms: int = 0
    most_ms: int | None = None
    fps: tuple[int, int] | None = None
    sides: tuple[int, int] | None = None
    width: int | None = None
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    faststart: bool = False


# Platforms that are not here take any file, or none.
MEDIA: dict[str, MediaRule] = {
    "youtube": MediaRule(bytes=256 * _GB, most_ms=12 * HOUR_MS),
    "instagram": MediaRule(
        mimes=(_MP4, _MOV), bytes=300 * _MB, least_ms=3_000, most_ms=15 * MINUTE_MS, fps=(23, 60), width=1920,
        video_codecs=("h264", "hevc"), audio_codecs=("aac",), faststart=True,
    ),
    "tiktok": MediaRule(
        mimes=(_MP4, _WEBM, _MOV), bytes=4 * _GB, most_ms=10 * MINUTE_MS, fps=(23, 60), sides=(360, 4096)
    ),
    "mastodon": MediaRule(mimes=(_MP4, _WEBM, _MOV), bytes=99 * _MB),
    "bluesky": MediaRule(mimes=(_MP4,), bytes=100 * _MB, most_ms=3 * MINUTE_MS),
    "peertube": MediaRule(),
}  # fmt: skip


def media_issues(platform: str, label: str, media: Media | None) -> list[Issue]:
    """What a platform would refuse about the file; None is a post without one."""
    rule = MEDIA.get(platform)
    if rule is None:
        return []
    if media is None:
        return [Issue("asset", "MEDIA_MISSING", f"{label} needs a video.")]
    if not media.mime.startswith("video/") and media.mime != "application/mxf":
        return [Issue("asset", "MEDIA_NOT_VIDEO", f"{label} takes videos; this is {media.mime}.")]
    found = [*_file(rule, media), *_time(rule, media), *_picture(rule, media)]
    return [Issue("asset", code, f"{label} {text}") for code, text in found]


def _file(rule: MediaRule, media: Media) -> Iterator[tuple[str, str]]:
    if rule.mimes and media.mime not in rule.mimes:
        yield "MEDIA_FORMAT", f"takes {_either(_NAMES[mime] for mime in rule.mimes)}; this is {media.mime}."
    if rule.bytes is not None and media.bytes > rule.bytes:
        yield "MEDIA_LARGE", f"takes at most {size(rule.bytes)}; this has {size(media.bytes)}."
    if rule.faststart and media.faststart is False:
        yield "MEDIA_FASTSTART", "needs the index at the front of the file (faststart); here it is at the end."


def _time(rule: MediaRule, media: Media) -> Iterator[tuple[str, str]]:
    if media.duration_ms is not None and media.duration_ms < rule.least_ms:
        yield "MEDIA_SHORT", f"takes videos from {length(rule.least_ms)} on; this lasts {length(media.duration_ms)}."
    if media.duration_ms is not None and rule.most_ms is not None and media.duration_ms > rule.most_ms:
        yield "MEDIA_LONG", f"takes videos up to {length(rule.most_ms)}; this lasts {length(media.duration_ms)}."
    # A rate of 0 is a varying one.
    if rule.fps and media.fps and not rule.fps[0] <= media.fps <= rule.fps[1]:
        yield "MEDIA_RATE", f"takes {rule.fps[0]} to {rule.fps[1]} frames a second; this has {media.fps:g}."


def _picture(rule: MediaRule, media: Media) -> Iterator[tuple[str, str]]:
    sides = [side for side in (media.width, media.height) if side is not None]
    if rule.sides and not all(rule.sides[0] <= side <= rule.sides[1] for side in sides):
        yield "MEDIA_SIDES", f"takes sides of {rule.sides[0]} to {rule.sides[1]} pixels; this has {_times(sides)}."
    if rule.width is not None and media.width is not None and media.width > rule.width:
        yield "MEDIA_WIDE", f"takes pictures up to {rule.width} pixels wide; this has {media.width}."
    if rule.video_codecs and media.video_codec not in (None, *rule.video_codecs):
        yield "MEDIA_CODEC", f"takes pictures in {_either(rule.video_codecs)}; this is {media.video_codec}."
    if rule.audio_codecs and media.audio_codec not in (None, *rule.audio_codecs):
        yield "MEDIA_SOUND", f"takes sound in {_either(rule.audio_codecs)}; this is {media.audio_codec}."


def _either(names: Iterable[str]) -> str:
    return " or ".join(", ".join(names).rsplit(", ", 1))


def _times(sides: list[int]) -> str:
    return " × ".join(map(str, sides))
