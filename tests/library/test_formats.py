import pytest

from app.library.formats import DEMUXERS, codec_label, kept_as, rate_label, sound_label
from app.library.probe import Audio, Probe, Video

SOUND = Audio("mp3", 2, 44100)


@pytest.mark.parametrize(
    ("demuxer", "brand", "has_video", "extension", "mime"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", "isom", True, "mp4", "video/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "M4A", False, "m4a", "audio/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "qt", True, "mov", "video/quicktime"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "..%2f", True, "mp4", "video/mp4"),
        ("matroska,webm", "matroska", True, "mkv", "video/x-matroska"),
        ("matroska,webm", "matroska", False, "mka", "audio/x-matroska"),
        ("matroska,webm", "webm", True, "webm", "video/webm"),
        ("matroska,webm", "webm", False, "webm", "audio/webm"),
        ("ogg", "", True, "ogv", "video/ogg"),
        ("ogg", "", False, "ogg", "audio/ogg"),
    ],
)
def test_a_file_is_kept_as_what_was_found_in_it(
    demuxer: str, brand: str, has_video: bool, extension: str, mime: str
) -> None:
    kept = kept_as(demuxer, brand, has_video=has_video)
    assert (kept.extension, kept.mime) == (extension, mime)


@pytest.mark.parametrize("demuxer", DEMUXERS)
def test_no_file_is_kept_as_something_that_a_browser_would_run(demuxer: str) -> None:
    for has_video in (True, False):
        kept = kept_as(demuxer, "", has_video=has_video)
        assert kept.mime.partition("/")[0] in ("video", "audio") or kept.mime == "application/mxf"
        assert kept.extension.isalnum()


@pytest.mark.parametrize(
    ("probe", "codecs"),
    [
        (Probe("mov", "", 1, video=Video("h264", 1280, 720, 25.0), audio=Audio("aac", 2, 48000)),
         "H.264 1280×720, 25 fps, AAC"),
        (Probe("mov", "", 1, video=Video("hevc", 1080, 1920, 29.97)), "H.265 1080×1920, 29.97 fps, no sound"),
        (Probe("mov", "", 1, video=Video("newcodec", 2, 2, 0.0), audio=SOUND), "NEWCODEC 2×2, MP3"),
        (Probe("mp3", "", 1, audio=SOUND), "MP3, stereo, 44.1 kHz"),
        (Probe("wav", "", 1, audio=Audio("pcm_s16le", 4, 48000)), "PCM, 4 channels, 48 kHz"),
    ],
)  # fmt: skip
def test_codecs_are_said_in_one_line(probe: Probe, codecs: str) -> None:
    assert probe.codecs == codecs


def test_codecs_rates_and_channels_are_called_as_people_call_them() -> None:
    assert [codec_label(codec) for codec in ("h264", "pcm_s24be", "xyz")] == ["H.264", "PCM", "XYZ"]
    assert [rate_label(fps) for fps in (25.0, 23.976, 59.94)] == ["25 fps", "23.976 fps", "59.94 fps"]
    assert [sound_label(n, 44100) for n in (1, 2, 6)] == ["mono, 44.1 kHz", "stereo, 44.1 kHz", "5.1, 44.1 kHz"]
