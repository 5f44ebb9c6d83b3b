"""What paths of files are read as, whatever they are."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.library import rules
from app.library.naming import Named, is_media, named


def episode(series: str, season: int, number: int, title: str) -> Named:
    return Named("episode", title, series, season, number)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Lights/Season 1/Lights S01E02 Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights/Season 1/Lights - S01E02 - Fog.mkv", episode("Lights", 1, 2, "Fog")),
        (
            "tv/Harbour Lights/Season 10/harbour.lights.s10e100.The.Fog.mkv",
            episode("Harbour Lights", 10, 100, "The Fog"),
        ),
        ("Harbour.Lights.S01E02.The.Fog.1080p.WEB-DL.x264.mkv", episode("Harbour Lights", 1, 2, "The Fog")),
        ("Harbour_Lights_S01E02_The_Web_of_Fog.mp4", episode("Harbour Lights", 1, 2, "The Web of Fog")),
        ("Lights s1e2.mkv", episode("Lights", 1, 2, "Lights S01E02")),
        ("Lights S01 E02 Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights S01E02E03 Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights S01E02-E03 Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights 1x02 Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights/1x02 - Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights/S01E02.mkv", episode("Lights", 1, 2, "Lights S01E02")),
        ("Lights/Season 1/02 - Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights/Season 1/02.mkv", episode("Lights", 1, 2, "Lights S01E02")),
        ("Lights/season_01/02. Fog.mkv", episode("Lights", 1, 2, "Fog")),
        ("Lights/S2/E07 Fog.mkv", episode("Lights", 2, 7, "Fog")),
        ("Lights/Season 2/Episode 7 - Fog.mkv", episode("Lights", 2, 7, "Fog")),
        ("Lights/Season 2/Lights - 07 - Fog.mkv", episode("Lights", 2, 7, "Fog")),
        ("Lights/Staffel 2/07 Küche.mkv", episode("Lights", 2, 7, "Küche")),
        ("Lights/Specials/01 - Making of.mkv", episode("Lights", 0, 1, "Making of")),
        ("Lights (2019)/Season 1/Lights S03E04 [720p].mkv", episode("Lights (2019)", 3, 4, "Lights (2019) S03E04")),
        ("東京/Season 1/01 - 夜.mkv", episode("東京", 1, 1, "夜")),
        ("Ferry (1999).mkv", Named("movie", "Ferry (1999)")),
        ("movies/The.Ferry.(1999).1080p.mkv", Named("movie", "The Ferry (1999)")),
        ("The.Ferry.1999.2160p.BluRay.mkv", Named("movie", "The Ferry (1999)")),
        ("Ferry [1924] restored.mp4", Named("movie", "Ferry (1924)")),
        ("2001 (1968).mkv", Named("movie", "2001 (1968)")),
        ("Season 1/02 - Fog.mkv", None),
        ("S01E02.mkv", None),
        ("Fog.mkv", None),
        ("Lights/Fog.mkv", None),
        ("Lights/Season 1/Fog.mkv", None),
        ("Lights/Season One/02.mkv", None),
        ("1920x1080 test.mkv", None),
        ("Rules1e2.mkv", None),
        ("(1999).mkv", None),
        ("", None),
        ("///", None),
        ("Lights/Season 1/99999 Fog.mkv", None),
    ],
)
def test_a_path_is_read(path: str, said: Named | None) -> None:
    assert named(path) == said


@pytest.mark.parametrize(
    ("path", "media"),
    [("a.mkv", True), ("A.MP4", True), ("a.srt", False), ("a", False), (".mkv", False), ("a.mkv.part", False), ("a.mkv/b", False)],
)  # fmt: skip
def test_media_is_told_by_its_ending(path: str, media: bool) -> None:
    assert is_media(path) is media


pieces = st.sampled_from(
    ["/", ".", " ", "-", "_", "S01E02", "1x02", "Season 1", "(1999)", "x", "\u202e", "\ud800", "\n"]
)
paths = st.lists(pieces | st.text(max_size=5), max_size=12).map("".join)


@given(paths)
@example("S01E02/" + "x" * 300 + " S99999E99999")
@example("\u2460S01E02 \u0661.mkv")
def test_no_name_breaks_it_and_all_that_is_said_can_be_stored(path: str) -> None:
    said = named(path)
    if said is None:
        return
    assert rules.checked_title(said.title) == said.title
    if said.kind == "episode":
        assert said.series is not None
        assert rules.checked_title(said.series) == said.series
        assert rules.checked_number("season", said.season) is not None
        assert rules.checked_number("episode", said.episode) is not None
    else:
        assert (said.series, said.season, said.episode) == (None, None, None)


titles = st.from_regex(r"[A-Za-z][a-z]{0,8}( [A-Z][a-z]{1,8}){0,3}", fullmatch=True)


@given(
    titles.filter(lambda one: one.lower() not in ("s", "season", "specials", "extras")),
    st.integers(0, 99),
    st.integers(0, 999),
    titles,
)
@settings(max_examples=40)
def test_every_pattern_says_the_same(show: str, season: int, number: int, title: str) -> None:
    said = episode(show, season, number, title)
    for path in (
        f"{show}/Season {season}/{show} S{season:02}E{number:02} {title}.mkv",
        f"{show} S{season}E{number} {title}.mp4",
        f"{show}/{season}x{number:02} {title}.mkv",
        f"tv/{show}/Season {season}/{number:03} - {title}.mkv",
    ):
        assert named(path) == said
