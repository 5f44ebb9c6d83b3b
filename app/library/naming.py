"""What the path of a file says it is: an episode of a series, or a movie. Pure, and never fails on any name."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from app.library import rules

SUFFIXES = frozenset(
    ("mp4", "m4v", "mov", "mkv", "mka", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "flv", "wmv", "asf", "mxf",
     "ogv", "ogg", "mp3", "m4a", "wav", "flac", "aac", "aiff", "aif", "opus")
)  # fmt: skip
_BOTH = re.compile(r"(?<![^\W_])s(\d{1,4})[ ._-]*e(\d{1,5})(?:[ ._-]*e?\d{1,5}(?![^\W_]))*(?![^\W_])", re.I | re.ASCII)
_CROSS = re.compile(r"(?<![^\W_])(\d{1,3})x(\d{1,4})(?![^\W_])", re.I | re.ASCII)
_SEASON_FOLDER = re.compile(r"(?:season|series|staffel|saison|temporada|s)[ ._-]*(\d{1,4})", re.I | re.ASCII)
_SPECIALS = re.compile(r"specials?|extras", re.I)
_NUMBER_FIRST = re.compile(r"(?:episode|ep|e)?[ ._-]*(\d{1,4})(?![^\W_])", re.I | re.ASCII)
_NUMBER_AFTER = re.compile(r".+? - (\d{1,4})(?![^\W_])", re.ASCII)
_YEAR = re.compile(r"^(.+?)[ ._]*[(\[]((?:18|19|20)\d\d)[)\]]", re.ASCII)
_YEAR_BARE = re.compile(r"^(.+?)[ ._]((?:19|20)\d\d)$", re.ASCII)
# From here on, a name tells how the file was made.
_MADE = re.compile(
    r"[ ._\[(-]+(?:2160p|1080[pi]|720p|576p|480p|uhd|hdtv|web-?(?:dl|rip)|blu-?ray|bd-?rip|dvd-?rip|[xh]\.?26[45]|hevc)"
    r"(?![^\W_]).*$",
    re.I | re.ASCII,
)
_BRACKETS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Named:
    """What a file is by its path; a movie has neither series nor numbers."""

    kind: Literal["episode", "movie"]
    title: str
    series: str | None = None
    season: int | None = None
    episode: int | None = None


def is_media(path: str) -> bool:
    """Whether a name ends as those of videos and sound do; others are not looked at."""
    return PurePosixPath(path).suffix.lower().removeprefix(".") in SUFFIXES


def named(path: str) -> Named | None:
    """What the file at a path is, the folders above it included; None where no pattern fits.

    Patterns: `Show S01E02 Title`, `Show 1x02 Title`, `Show/Season 1/02 - Title`, `Show/Season 1/Show - 02 - Title`,
    and `Title (1999)` for a movie.
    """
    *folders, name = [part for part in path.split("/") if part] or [""]
    stem = _MADE.sub("", name.rpartition(".")[0] if is_media(name) else name)
    return _episode(stem, folders) or _movie(stem)


def _episode(stem: str, folders: list[str]) -> Named | None:
    season_folder = _season_of(folders[-1]) if folders else None
    above = folders[:-1] if season_folder is not None else folders
    for pattern in (_BOTH, _CROSS):
        if found := pattern.search(stem):
            before = _words(stem[: found.start()])
            show = _words(above[-1]) if above and (season_folder is not None or not before) else before
            return _made(show, int(found[1]), int(found[2]), stem[found.end() :])
    if season_folder is None or not above:
        return None
    found = _NUMBER_FIRST.match(stem) or _NUMBER_AFTER.match(stem)
    return _made(_words(above[-1]), season_folder, int(found[1]), stem[found.end() :]) if found else None


def _season_of(folder: str) -> int | None:
    """The season that a folder is for; 0 are specials."""
    if _SPECIALS.fullmatch(folder.strip()):
        return 0
    found = _SEASON_FOLDER.fullmatch(folder.strip())
    return int(found[1]) if found else None


def _made(show: str, season: int, episode: int, rest: str) -> Named | None:
    if not show:
        return None
    title = _words(rest) or _fitted(f"{show[:80]} S{season:02}E{episode:02}")
    return Named("episode", title, show, season, episode)


def _movie(stem: str) -> Named | None:
    found = _YEAR.match(stem) or _YEAR_BARE.match(stem)
    title = _words(found[1]) if found else ""
    return Named("movie", _fitted(f"{title[:90]} ({found[2]})")) if found and title else None


def _words(text: str) -> str:
    """A part of a name as a title: dots and underscores between words are blanks, dashes around it go."""
    plain = _BRACKETS.sub(" ", text)
    if " " not in plain.strip():
        plain = plain.replace(".", " ")
    return _fitted(plain.replace("_", " "))


def _fitted(text: str) -> str:
    """A text that is a title: of one line, printable, and not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[: rules.TITLE_MOST].strip(" -–.,")
