"""Who follows what is planned: areas above register themselves, since planning knows none of them."""

from collections.abc import Awaitable, Callable

from app.events import Change
from app.plans.grids import Planned

Follow = Callable[[Change, Planned, int | None], Awaitable[None]]
"""Follows a booking inside of its transaction; the instant is where something new begins, for it may be too near."""

_followers: list[Follow] = []


def register(follow: Follow) -> None:
    """Have bookings followed, once however often this is asked."""
    if follow not in _followers:
        _followers.append(follow)


async def booked(happening: Change, of: Planned, begins_ms: int | None = None) -> None:
    """Tell that a booking of a channel came, went or moved; a follower that refuses undoes it."""
    for follow in _followers:
        await follow(happening, of, begins_ms)
