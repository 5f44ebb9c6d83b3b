"""Random grids, dates, libraries and plans."""

from datetime import date, time

from hypothesis import strategies as st

from app.plans.specs import AssetSpec, ClockSpec, Element, PackageSpec, RuleSpec, SeriesSpec
from app.plans.values import WEEKDAYS, Candidate, Grid, Plan, Program, Zone
from tests.clock.strategies import zones

TYPES = ("EPI", "MOV", "PRO", "BMP")
SERIES = ("s1", "s2")
dates = st.one_of(
    st.dates(date(2019, 1, 1), date(2030, 12, 31)),
    st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 4, 4)]),
)


@st.composite
def grids(draw):
    minutes = draw(st.sampled_from([15, 30, 60]))
    offset = draw(st.sampled_from([0, 0, 5]))
    return Grid(minutes, offset, time(draw(st.sampled_from([0, 3, 6])), offset), draw(zones))


grids = grids()

candidates = st.builds(
    Candidate,
    id=st.sampled_from([f"a{n}" for n in range(12)]),
    title=st.sampled_from(["x", "y"]),
    type=st.sampled_from(TYPES),
    duration_ms=st.one_of(st.none(), st.integers(0, 200 * 60_000)),
    state=st.sampled_from(["ready", "ready", "ready", "retired", "new"]),
    approved=st.sampled_from([True, True, True, False]),
    series=st.sampled_from([None, *SERIES]),
    season=st.sampled_from([None, 1, 2]),
    episode=st.integers(1, 5),
    tags=st.frozensets(st.sampled_from(["kids", "may", "december"])),
)
libraries = st.lists(candidates, max_size=14, unique_by=lambda one: one.id)
assets = st.sampled_from([f"a{n}" for n in range(13)])
rules = st.builds(
    RuleSpec,
    types=st.lists(st.sampled_from(TYPES), max_size=2).map(tuple),
    tags=st.sampled_from([(), ("kids",)]),
    rest_hours=st.sampled_from([0, 1, 24]),
)
sources = st.one_of(st.builds(AssetSpec, assets), st.builds(SeriesSpec, st.sampled_from(SERIES)), rules)
whens = st.sampled_from(["always", "never", "conditional"])
packages = st.one_of(
    st.builds(
        PackageSpec, st.lists(sources, min_size=1, max_size=2).map(tuple), intro=st.lists(assets, max_size=1).map(tuple)
    ),
    st.builds(
        PackageSpec,
        st.tuples(rules),
        compose=st.just("pair"),
        outro=st.lists(assets, max_size=1).map(tuple),
        intro=st.lists(assets, max_size=1).map(tuple),
        intro_when=whens,
        outro_when=whens,
    ),
)
elements = st.one_of(
    st.builds(Element, st.sampled_from(TYPES), count=st.integers(1, 3)),
    st.builds(Element, st.sampled_from(TYPES), at_s=st.integers(0, 3599), hard=st.booleans()),
)
clocks = st.builds(ClockSpec, st.lists(elements, min_size=1, max_size=5).map(tuple))


@st.composite
def programs(draw):
    number = draw(st.integers(0, 5))
    spec = draw(st.one_of(sources, packages, clocks))
    modes = ["sequential", "random", "least_recently_used", "seasonal"]
    modes += ["manual"] if isinstance(spec, SeriesSpec) else []
    modes += [] if isinstance(spec, PackageSpec) and spec.compose == "pair" else ["syndication"]
    return Program(
        f"p{number}-{draw(st.integers(0, 99))}", "program", spec, draw(st.sampled_from(modes)), draw(st.booleans()),
        draw(st.sampled_from([1, 1, 2])),
    )  # fmt: skip


@st.composite
def plans(draw, grid):
    """Plans whose zones are on the grid; they may overlap, which each plan by itself would not allow."""
    made = []
    for number in range(draw(st.integers(0, 3))):
        zones = []
        for index in range(draw(st.integers(0, 3))):
            blocks = 1440 // grid.minutes
            start = draw(st.integers(0, blocks - 1))
            length = draw(st.integers(1, blocks - 1))
            begin = (start * grid.minutes + grid.offset) % 1440
            end = (begin + length * grid.minutes) % 1440
            zones.append(
                Zone(
                    f"z{number}{index}", "zone", begin, end, tuple(draw(st.lists(programs(), max_size=3))),
                    draw(st.sampled_from([frozenset(), frozenset(WEEKDAYS[:5])])),
                    dst=draw(st.sampled_from([None, "reject", "shrink_one_block"])),
                )
            )  # fmt: skip
        if draw(st.booleans()):
            zones.append(Zone(f"z{number}9", "whole", 0, 1440, tuple(draw(st.lists(programs(), max_size=2)))))
        made.append(Plan(f"plan{number}", f"plan {number}", tuple(zones), draw(st.integers(0, 2))))
    return made
