"""What programs mean at an instant: what each would air, from which assets, and why all others fall out."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.clock import HOUR_MS, MasterClock, aware, broadcast_date, from_ms, to_ms
from app.errors import field_error
from app.plans import queries, rules
from app.plans.applying import FIRST_YEAR, LAST_YEAR
from app.plans.choosing import Draw, Nothing, described, rested
from app.plans.composing import Pick, filled_up, package, single
from app.plans.grids import Planned, planned
from app.plans.hour_clock import hour
from app.plans.matching import REASONS, Library, falls_out
from app.plans.programs import program as stored_program
from app.plans.specs import AssetSpec, ClockSpec, Mode, PackageSpec, SeriesSpec, Source, Spec, sources_of
from app.plans.values import Candidate, Finding, Grid, Program

POOL_MOST, OUT_MOST = 200, 20


@dataclass(frozen=True, slots=True)
class Fallen:
    """Assets that fall out for the same reason: how many, and some of them."""

    reason: str
    number: int
    assets: tuple[Candidate, ...]

    @property
    def words(self) -> str:
        """The reason in plain words."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class TriedSource:
    """What one source matches; `resting` are those of its pool that were used too lately."""

    words: str
    matched: int
    pool: tuple[Candidate, ...]
    resting: tuple[Candidate, ...]
    out: tuple[Fallen, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a program would air at an instant, or why nothing, and what it chooses from."""

    of: Planned
    at: datetime
    chosen: Pick | Nothing
    sources: tuple[TriedSource, ...]
    findings: tuple[Finding, ...] = field(default=())


def resolve(draw: Draw, program: Program, at_ms: int, grid: Grid) -> Pick | Nothing:
    """What a program airs at an instant where there is room for all of it; of an hour clock, the hour around it."""
    if isinstance(program.spec, ClockSpec):
        local = from_ms(at_ms).astimezone(grid.tz)
        into = (local.minute * 60 + local.second) * 1000 + local.microsecond // 1000
        return hour(draw, program, program.spec, at_ms - into, 0, HOUR_MS)
    if isinstance(program.spec, PackageSpec):
        found = package(draw, program, program.spec, at_ms, lambda _: True, grid.block_ms)
    else:
        found = single(draw, program, program.spec, at_ms, lambda _: True)
    told = None if isinstance(found, Nothing) else filled_up(program, found.duration_ms, grid.block_ms, at_ms)
    return found if isinstance(found, Nothing) or told is None else replace(found, findings=(*found.findings, told))


async def resolved(key: str, *, clock: MasterClock) -> dict[str, Pick | Nothing]:
    """What each program of a channel would air now, by id; nothing is stored."""
    of = await planned(key)
    draw = await _draw(of, clock.now(), await queries.on_air_library())
    now_ms = clock.now_ms()
    return {one.id: resolve(draw, one, now_ms, of.grid) for one in await queries.programs(of.channel.id)}


async def _draw(of: Planned, at: datetime, library: Library) -> Draw:
    day = broadcast_date(at, of.grid.day_start, of.grid.tz)
    used = await queries.used_until(of.channel.id, day.isoformat(), to_ms(at))
    return Draw(of.channel.id, day, library, dict(await queries.cursors(of.channel.id)), used)


async def try_program(key: str, name: str, *, at: datetime | None = None, clock: MasterClock) -> Tried:
    """Try a program as it is stored, for an instant or now; nothing is stored."""
    of = await planned(key)
    return await _tried(of, (await stored_program(of.channel.id, name)).program, at, clock)


async def try_spec(key: str, spec: Spec, mode: Mode, *, at: datetime | None = None, clock: MasterClock) -> Tried:
    """The same for what no program is made of yet; only of a series an episode is picked by hand."""
    tried = Program("", "tried", spec, mode if isinstance(spec, SeriesSpec) or mode != "manual" else "sequential")
    rules.checked_program(tried)
    return await _tried(await planned(key), tried, at, clock)


async def _tried(of: Planned, one: Program, at: datetime | None, clock: MasterClock) -> Tried:
    when = checked_instant(at or clock.now())
    draw = await _draw(of, when, await queries.whole_library())
    chosen = resolve(draw, one, to_ms(when), of.grid)
    sources = tuple(_told(draw, each, one.mode, to_ms(when)) for each in sources_of(one.spec))
    return Tried(of, when, chosen, sources, chosen.findings)


def checked_instant(at: datetime) -> datetime:
    """An aware instant of the years that are planned for."""
    if not FIRST_YEAR <= aware(at).year <= LAST_YEAR:
        raise field_error("at", "BAD_TIME", f"Give a time from {FIRST_YEAR} to {LAST_YEAR}.")
    return at


def _told(draw: Draw, source: Source, mode: Mode, at_ms: int) -> TriedSource:
    out: dict[str, list[Candidate]] = defaultdict(list)
    for one in draw.library.all:
        if reason := falls_out(source, one):
            out[reason].append(one)
    pool = draw.library.pool(source)
    resting: list[Candidate] = []
    if pool and mode == "random" and not isinstance(source, AssetSpec):
        fresh = {one.id for one in rested(draw, at_ms, source, pool)[0]}
        resting = [one for one in pool if one.id not in fresh]
    fallen = tuple(Fallen(name, len(out[name]), tuple(out[name][:OUT_MOST])) for name in REASONS if name in out)
    return TriedSource(described(source), len(pool), pool[:POOL_MOST], tuple(resting[:POOL_MOST]), fallen)
