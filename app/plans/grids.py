"""The grids of channels, and which channels are planned at all."""

from dataclasses import dataclass
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading

from app.accounts.rules import Identity
from app.channels import service as channels
from app.channels.service import ChannelView
from app.clock import MasterClock, zone
from app.database import sql
from app.errors import Conflict, Invalid, NotFound
from app.events import change
from app.plans import rules
from app.plans.values import Finding, Grid

USUAL = {"linear": 30, "radio": 60}


@dataclass(frozen=True, slots=True)
class Planned:
    """A channel that is planned, with its grid."""

    channel: ChannelView
    grid: Grid
    filler_asset: str | None = None

    @property
    def day_start_min(self) -> int:
        """When its broadcast day begins, in minutes since midnight."""
        return self.grid.day_start.hour * 60 + self.grid.day_start.minute


async def planned(key: str) -> Planned:
    """A linear or radio channel by id or slug, with its grid."""
    try:
        one = await channels.channel(key)
    except NotFound as error:
        raise NotFound("CHANNEL_NOT_FOUND", f"There is no channel {key}.") from error
    if one.kind not in USUAL:
        raise Conflict("CHANNEL_NOT_PLANNED", f"{one.title} is a {one.kind} channel; it has no plans.")
    rows = await sql(
        "SELECT c.day_start, g.minutes, g.offset_min, g.filler_asset"
        " FROM channel c LEFT JOIN grid g ON g.channel = c.id WHERE c.id = ?",
        one.id,
    )
    row = rows[0]
    minutes, offset = row["minutes"] or USUAL[one.kind], row["offset_min"] or 0
    grid = Grid(minutes, offset, WallTime.fromisoformat(row["day_start"]), zone(one.timezone))
    return Planned(one, grid, row["filler_asset"])


@dataclass(frozen=True, slots=True)
class WantedGrid:
    """A grid as somebody wants it."""

    minutes: int
    offset: int
    day_start: str
    filler_asset: str | None = None


async def put_grid(key: str, wanted: WantedGrid, *, by: Identity, clock: MasterClock) -> tuple[Planned, list[Finding]]:
    """Set a channel's grid; tells which zones are off it now and want a look. Days that are made stay as they are."""
    rules.checked_grid(wanted.minutes, wanted.offset)
    rules.checked_day_start(wanted.day_start, wanted.minutes, wanted.offset)
    async with change(by.actor, clock) as happening:
        before = (await planned(key)).channel
        if wanted.filler_asset and not await sql("SELECT 1 FROM asset WHERE id = ?", wanted.filler_asset):
            raise NotFound("ASSET_UNKNOWN", "There is no such video in the library.")
        await sql(
            "INSERT INTO grid (channel, minutes, offset_min, filler_asset) VALUES (?, ?, ?, ?) ON CONFLICT (channel)"
            " DO UPDATE SET minutes = excluded.minutes, offset_min = excluded.offset_min,"
            " filler_asset = excluded.filler_asset",
            before.id, wanted.minutes, wanted.offset, wanted.filler_asset,
        )  # fmt: skip
        await sql(
            "UPDATE channel SET day_start = ?, version = version + 1 WHERE id = ? AND day_start <> ?",
            wanted.day_start, before.id, wanted.day_start,
        )  # fmt: skip
        after = {"minutes": wanted.minutes, "offset": wanted.offset, "day_start": wanted.day_start}
        await happening.happened("plans", "channel", before.id, "grid changed", after=after)
    of = await planned(before.id)
    return of, [*rules.grid_warnings(of.grid), *await _off_grid(before.id, wanted)]


async def _off_grid(channel: str, wanted: WantedGrid) -> list[Finding]:
    from app.plans import queries  # noqa: PLC0415 - plans are read with the grid that is set here

    found = []
    for plan in await queries.plans(channel):
        for one in plan.zones:
            try:
                rules.checked_zone(one, grid_minutes=wanted.minutes, grid_offset=wanted.offset)
            except Invalid as error:
                detail = f"{one.name} of {plan.name} does not fit the grid: {error.detail}"
                found.append(Finding(error.code, "warning", detail))
    return found
