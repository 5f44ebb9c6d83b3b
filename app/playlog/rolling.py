"""One look at all linear channels: days ahead, then the playlog; what fails on one channel is no other's business."""

import logging

from app.accounts.rules import Identity
from app.channels import service as channels
from app.channels.service import ChannelView
from app.clock import MasterClock
from app.database import sql
from app.plans.grids import Planned, planned
from app.playlog import days_ahead, service
from app.playlog.service import Extended
from app.playlog.stock import Stock

log = logging.getLogger(__name__)
WORKER = Identity("system", "", "playout", "admin")


async def look(clock: MasterClock) -> int:
    """See that every active linear channel has its days and its playlog; gives how many events were added."""
    shared = _Shared()
    return sum([await _looked(one, shared, clock) for one in await channels.channels("linear") if one.active])


class _Shared:
    """The library as one look finds it, read when the first channel needs it."""

    def __init__(self) -> None:
        self._stock: Stock | None = None

    async def stock(self) -> Stock:
        self._stock = self._stock or await Stock.take()
        return self._stock


async def _looked(one: ChannelView, shared: _Shared, clock: MasterClock) -> int:
    try:
        of = await planned(one.id)
        await _days(of, clock)
        if await service.settled(of, clock.now_ms()):
            return 0
        made = await service.extend(one.id, by=WORKER, clock=clock, stock=await shared.stock())
    except Exception:
        log.exception("extending the playlog of %s failed", one.title)
        return 0
    return len(made.lines)


async def _days(of: Planned, clock: MasterClock) -> None:
    """Days ahead; without them the playlog goes on all the same."""
    try:
        await days_ahead.make(of, by=WORKER, clock=clock)
    except Exception:
        log.exception("making days ahead for %s failed", of.channel.title)


async def roll(key: str, *, dry_run: bool = False, by: Identity, clock: MasterClock) -> Extended:
    """One look at one channel, when somebody asks for it. A dry run takes the days as they are and stores nothing."""
    of = await service.rolling(key)
    if not dry_run:
        await days_ahead.make(of, by=by, clock=clock)
    return await service.extend(key, dry_run=dry_run, by=by, clock=clock)


async def planned_since(seq: int) -> bool:
    """Whether anything was planned after an event of that number."""
    return bool(await sql("SELECT 1 FROM event WHERE seq > ? AND topic = 'plans' LIMIT 1", seq))
