"""Which formats the library takes, how files of them are kept, and how their codecs are called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """How a file is kept: an extension without a dot, and the media type it is served with."""

    extension: str
    mime: str


# By the demuxer's first name in FFmpeg: as a picture with or without sound, and as sound alone.
_FORMATS: dict[str, tuple[Kept, Kept]] = {
    "mov": (Kept("mp4", "video/mp4"), Kept("m4a", "audio/mp4")),
    "matroska": (Kept("mkv", "video/x-matroska"), Kept("mka", "audio/x-matroska")),
    "avi": (Kept("avi", "video/x-msvideo"), Kept("avi", "video/x-msvideo")),
    "mpegts": (Kept("ts", "video/mp2t"), Kept("ts", "video/mp2t")),
    "mpeg": (Kept("mpg", "video/mpeg"), Kept("mpg", "video/mpeg")),
    "flv": (Kept("flv", "video/x-flv"), Kept("flv", "video/x-flv")),
    "asf": (Kept("wmv", "video/x-ms-wmv"), Kept("wma", "audio/x-ms-wma")),
    "mxf": (Kept("mxf", "application/mxf"), Kept("mxf", "application/mxf")),
    "ogg": (Kept("ogv", "video/ogg"), Kept("ogg", "audio/ogg")),
    "mp3": (Kept("mp3", "audio/mpeg"), Kept("mp3", "audio/mpeg")),
    "wav": (Kept("wav", "audio/wav"), Kept("wav", "audio/wav")),
    "flac": (Kept("flac", "audio/flac"), Kept("flac", "audio/flac")),
    "aac": (Kept("aac", "audio/aac"), Kept("aac", "audio/aac")),
    "aiff": (Kept("aiff", "audio/aiff"), Kept("aiff", "audio/aiff")),
}
_BRANDS: dict[str, tuple[Kept, Kept]] = {
    "qt": (Kept("mov", "video/quicktime"), Kept("mov", "video/quicktime")),
    "webm": (Kept("webm", "video/webm"), Kept("webm", "audio/webm")),
}
DEMUXERS = tuple(_FORMATS)

_CODECS = {
    "h264": "H.264", "hevc": "H.265", "vvc": "H.266", "av1": "AV1", "vp8": "VP8", "vp9": "VP9", "mpeg4": "MPEG-4",
    "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1", "mjpeg": "Motion JPEG", "prores": "ProRes", "dnxhd": "DNxHD",
    "flv1": "Sorenson", "theora": "Theora",
    "aac": "AAC", "mp3": "MP3", "mp2": "MP2", "opus": "Opus", "vorbis": "Vorbis", "flac": "FLAC", "alac": "ALAC",
    "ac3": "AC-3", "eac3": "E-AC-3",
}  # fmt: skip
_CHANNELS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


def kept_as(demuxer: str, brand: str, *, has_video: bool) -> Kept:
    """How a file is kept, by what was found in it; never by the name that its sender gave it."""
    name = demuxer.partition(",")[0]
    with_video, sound = _BRANDS.get(brand) or _FORMATS[name]
    return with_video if has_video else sound


def codec_label(codec: str) -> str:
    """How people call a codec."""
    return "PCM" if codec.startswith("pcm_") else _CODECS.get(codec, codec.upper())


def rate_label(fps: float) -> str:
    """A frame rate: `25 fps`, `29.97 fps`."""
    return f"{round(fps, 3):g} fps"


def sound_label(channels: int, sample_rate: int) -> str:
    """What sound alone is like: `stereo, 44.1 kHz`."""
    return f"{_CHANNELS.get(channels, f'{channels} channels')}, {sample_rate / 1000:g} kHz"
