"""What a benchmark finds: figures with their ceilings and goals, as a table and as a file."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.commands import table


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Ratio 1 is as good as the ceiling, less is worse; met is None where nothing is asked.

    The goal is the most of a time (names that end in _ms or _seconds), and the least ratio of a rate (_per_second).
    """

    name: str
    figure: float
    ceiling: float | None = None
    ratio: float | None = None
    goal: float | None = None
    met: bool | None = None


def duration(name: str, figure: float, *, ceiling: float | None = None, goal: float | None = None) -> Figure:
    """A time, the less the better."""
    ratio = None if ceiling is None else _rounded(ceiling / max(figure, 1e-9))
    met = None if goal is None else figure <= goal
    return Figure(name, _rounded(figure), None if ceiling is None else _rounded(ceiling), ratio, goal, met)


def rate(name: str, figure: float, *, ceiling: float, goal: float) -> Figure:
    """A rate, the more the better."""
    ratio = figure / ceiling
    return Figure(name, _rounded(figure), _rounded(ceiling), _rounded(ratio), goal, ratio >= goal)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all is not above (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def write(figures: Sequence[Figure], path: Path) -> None:
    """Store all figures as JSON."""
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")


def shown(figures: Sequence[Figure]) -> str:
    """All figures as a table."""
    words = {None: "", True: "yes", False: "NO"}
    rows = [
        (one.name, *(_cell(value) for value in (one.figure, one.ceiling, one.ratio, one.goal)), words[one.met])
        for one in figures
    ]
    return table(("name", "figure", "ceiling", "ratio", "goal", "met"), rows)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
