"""Where programs that go in order stand: which asset is next, and an operator's word that another one is."""

from dataclasses import dataclass

from app.accounts.rules import Identity
from app.clock import MasterClock, broadcast_date
from app.database import sql
from app.errors import Conflict, NotFound, field_error
from app.events import change
from app.plans import queries
from app.plans.choosing import Choice, Draw, Slot, choose, cursor_before, described
from app.plans.grids import Planned, planned
from app.plans.programs import program as stored_program
from app.plans.programs import programs
from app.plans.specs import AssetSpec, PackageSpec, Source
from app.plans.values import Candidate, Program

MOVING = ("sequential", "seasonal", "syndication")


@dataclass(frozen=True, slots=True)
class Standing:
    """One source of a program that goes in order; `next` airs next in days that are still to be made."""

    seat: int
    words: str
    next: Candidate | None
    moved: bool
    pool: tuple[Candidate, ...] = ()


def seats(program: Program) -> list[tuple[int, Source]]:
    """The sources of a program that have a cursor; a single asset and an hour clock have none."""
    if program.mode not in MOVING:
        return []
    spec = program.spec
    if isinstance(spec, PackageSpec):
        return [(seat, one) for seat, one in enumerate(spec.content) if not isinstance(one, AssetSpec)]
    return [(0, spec)] if isinstance(spec, Source) and not isinstance(spec, AssetSpec) else []


def episode_label(one: Candidate) -> str:
    """An asset in a few words: `S01E05 The Harbour`, or its title."""
    season = f"S{one.season:02}" if one.season is not None else ""
    number = f"E{one.episode:02}" if one.episode is not None else ""
    return f"{season}{number} {one.title}" if number else one.title


async def standings(key: str, *, clock: MasterClock) -> dict[str, list[Standing]]:
    """Where all programs of a channel stand, by id."""
    of = await planned(key)
    draw = await _draw(of, clock)
    return {one.program.id: _standings(draw, one.program, clock) for one in await programs(of.channel.id)}


async def standing(key: str, name: str, *, clock: MasterClock) -> list[Standing]:
    """Where one program stands; none where nothing in it goes in order."""
    of = await planned(key)
    found = (await stored_program(of.channel.id, name)).program
    return _standings(await _draw(of, clock), found, clock)


async def _draw(of: Planned, clock: MasterClock) -> Draw:
    day = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    stored = dict(await queries.cursors(of.channel.id))
    return Draw(of.channel.id, day, await queries.on_air_library(), stored, {})


def _standings(draw: Draw, program: Program, clock: MasterClock) -> list[Standing]:
    found = []
    for seat, source in seats(program):
        due = choose(draw, Slot(program.id, clock.now_ms(), seat, program.mode), source, lambda _: True)
        next_one = due.asset if isinstance(due, Choice) else None
        moved = (program.id, seat) in draw.cursors
        found.append(Standing(seat, described(source), next_one, moved, draw.library.pool(source)))
    return found


async def put_next(
    key: str, name: str, asset: str, seat: int = 0, *, by: Identity, clock: MasterClock
) -> list[Standing]:
    """Let an asset be the next that a program airs, from the next day on that is made; days that are made stay."""
    async with change(by.actor, clock) as happening:
        of = await planned(key)
        program = (await stored_program(of.channel.id, name)).program
        source = dict(seats(program)).get(seat)
        if source is None:
            raise Conflict("NO_CURSOR", f"{program.name} has no order there in which something could be next.")
        draw = await _draw(of, clock)
        chosen = next((one for one in draw.library.pool(source) if one.id == asset), None)
        if chosen is None:
            raise await _unknown(asset, program)
        before = _standings(draw, program, clock)
        await sql(
            "INSERT INTO cursor (channel, program, seat, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (channel, program, seat) DO UPDATE SET value = excluded.value",
            of.channel.id, program.id, seat, cursor_before(chosen),
        )  # fmt: skip
        was = next((one.next for one in before if one.seat == seat), None)
        await happening.happened(
            "plans", "program", program.id, "next chosen",
            before={"next": episode_label(was)} if was else None, after={"next": episode_label(chosen), "seat": seat},
        )  # fmt: skip
    return await standing(of.channel.id, program.id, clock=clock)


async def _unknown(asset: str, program: Program) -> Exception:
    if not await sql("SELECT 1 FROM asset WHERE id = ?", asset):
        return NotFound("ASSET_UNKNOWN", "There is no such video in the library.")
    return field_error("next", "NOT_IN_POOL", f"That is not one of those which {program.name} airs.")
