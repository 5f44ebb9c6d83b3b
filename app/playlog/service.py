"""The rolling playlog of linear channels: it grows by itself, and follows days and bookings from the commit edge on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from piccolo.engine.sqlite import TransactionType

from app.accounts.rules import Identity
from app.clock import MINUTE_MS, MasterClock
from app.database import DB
from app.errors import Conflict
from app.events import Change, change
from app.plans import queries as plans
from app.plans.grids import Planned, planned
from app.plans.layering import compose
from app.playlog import horizon, queries, stale, storing
from app.playlog.growing import Given, Grown
from app.playlog.shelf import Fallen
from app.playlog.stale import Stretch
from app.playlog.stock import Stock, airings
from app.playlog.values import Line

TOPIC = "playlog"


@dataclass(frozen=True, slots=True)
class Extended:
    """What a look at the horizon of a channel did: events added, and where the last one ends by now."""

    channel: Planned
    lines: list[Line]
    fallen: list[Fallen]
    frontier_ms: int


async def rolling(key: str) -> Planned:
    """A channel whose playlog rolls on: an active linear one."""
    of = await planned(key)
    if of.channel.kind != "linear":
        raise Conflict(
            "CHANNEL_NOT_LINEAR", f"{of.channel.title} is a {of.channel.kind} channel; its log is made daily."
        )
    if not of.channel.active:
        raise Conflict("CHANNEL_INACTIVE", f"{of.channel.title} is switched off; its playlog does not grow.")
    return of


async def extend(
    key: str, *, dry_run: bool = False, by: Identity, clock: MasterClock, stock: Stock | None = None
) -> Extended:
    """Let the playlog of a channel follow its days and bookings, and reach as far ahead as it should.

    What is there already stays, so that doing it twice, or two at once, changes nothing. A dry run stores nothing.
    """
    stock = stock or await Stock.take()
    if dry_run:
        async with DB.transaction(TransactionType.deferred):
            return await _grown(await rolling(key), stock, clock.now_ms())
    async with change(by.actor, clock) as happening:
        of = await rolling(key)
        await follow(happening, of, stock)
        made = await _grown(of, stock, happening.at_ms)
        if made.lines:
            await storing.add(of, made.lines)
            await _tell(happening, of, made)
    return made


async def settled(of: Planned, now_ms: int) -> bool:
    """Whether the playlog of a channel reaches far enough and follows from its days and bookings, as mostly it does."""
    frontier = await queries.frontier_ms(of.channel.id)
    if frontier is None or horizon.near(frontier, now_ms):
        return False
    return not await stale.stretches(of, horizon.commit_edge(now_ms))


async def _grown(of: Planned, stock: Stock, now_ms: int) -> Extended:
    frontier = await queries.frontier_ms(of.channel.id)
    if frontier is not None and not horizon.near(frontier, now_ms):
        return Extended(of, [], [], frontier)
    begins = min(frontier or now_ms, now_ms)
    given = await _given(of, stock, max(begins, now_ms - horizon.TARGET_MS), now_ms + horizon.TARGET_MS)
    made = given.grown(frontier, now_ms)
    return Extended(of, made.lines, made.fallen, made.lines[-1].end_ms if made.lines else frontier or now_ms)


async def _given(of: Planned, stock: Stock, start_ms: int, until_ms: int) -> Given:
    """What events of a stretch are made from; one more block shows what a hole at its end runs into."""
    until_ms += 60 * MINUTE_MS
    channel = of.channel.id
    entries = compose(
        await plans.events(channel, start_ms, until_ms), await plans.bookings(channel, start_ms, until_ms)
    )
    return Given(
        entries, of.grid, await stock.shelf(of, entries), await stock.spots(of),
        await airings(of, start_ms, until_ms),
    )  # fmt: skip


async def _tell(happening: Change, of: Planned, made: Extended) -> None:
    after = {"events": len(made.lines), "until_ms": made.frontier_ms}
    await happening.happened(TOPIC, "channel", of.channel.id, "extended", after=after)
    await tell_fallen(happening, of, made.fallen)


async def tell_fallen(happening: Change, of: Planned, fallen: Sequence[Fallen]) -> None:
    """Tell each step of the ladder that was taken."""
    for one in fallen:
        after = {
            "asset": one.asset, "title": one.title, "step": one.step, "instead": one.instead, "start_ms": one.start_ms,
        }  # fmt: skip
        await happening.happened(TOPIC, "channel", of.channel.id, "media missing", after=after)


async def follow(happening: Change, of: Planned, stock: Stock) -> list[Stretch]:
    """Rebuild what no longer follows from days and bookings, from the commit edge on; inside of a transaction."""
    found = await stale.stretches(of, horizon.commit_edge(happening.at_ms))
    for one in found:
        await rebuild(happening, of, one, stock)
    return found


def is_locked(one: Line) -> bool:
    """Whether an event stays whatever is rebuilt around it."""
    return one.locked


async def rebuild(
    happening: Change, of: Planned, stretch: Stretch, stock: Stock, stays: Callable[[Line], bool] = is_locked
) -> Grown:
    """Replace the events of a stretch by what days and bookings say now; locked ones stay, or those that are told.

    An event that has begun before the stretch is cut where it begins.
    """
    channel = of.channel.id
    found = await queries.overlapping(channel, stretch.start_ms, stretch.end_ms)
    before = [one for one in found if one.start_ms < stretch.start_ms]
    kept = [one for one in found if one.start_ms >= stretch.start_ms and stays(one)]
    removed = [one for one in found if one.start_ms >= stretch.start_ms and not stays(one)]
    generation = await storing.next_generation(of, stretch.start_ms)
    await storing.supersede([one.id or "" for one in removed])
    for one in before:
        await storing.trim(one, stretch.start_ms)
    made = await _rebuilt(of, stretch, kept, stock)
    rows = await storing.add(of, made.lines, generation)
    await storing.revise(happening, generation, rows, removed, before)
    after = {"from_ms": stretch.start_ms, "until_ms": stretch.end_ms, "generation": generation, "why": stretch.why}
    await happening.happened(TOPIC, "channel", channel, "rebuilt", after=after)
    await tell_fallen(happening, of, made.fallen)
    return made


async def _rebuilt(of: Planned, stretch: Stretch, kept: Sequence[Line], stock: Stock) -> Grown:
    given = await _given(of, stock, stretch.start_ms, stretch.end_ms)
    return given.rebuilt(stretch.start_ms, stretch.end_ms, kept)


async def renew(key: str, *, by: Identity, clock: MasterClock) -> Extended:
    """Build all that is ahead anew from days and bookings, except what is locked; what operators did to it is gone."""
    stock = await Stock.take()
    async with change(by.actor, clock) as happening:
        of = await rolling(key)
        found = await stale.ahead(of, horizon.commit_edge(happening.at_ms))
        if found is not None:
            await rebuild(happening, of, found, stock)
    lines = await queries.beginning(of.channel.id, found.start_ms, found.end_ms) if found else []
    return Extended(of, lines, [], found.end_ms if found else clock.now_ms())
