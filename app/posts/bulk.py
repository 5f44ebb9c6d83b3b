"""One act on many posts, all of them or none: what stands in the way is told of each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from app import wording
from app.accounts.rules import Identity
from app.channels.service import channel
from app.clock import MasterClock, from_ms, resolve, to_ms, zone
from app.database import Row, sql
from app.errors import Conflict, DaypartError, Invalid, field_error
from app.events import Change, change
from app.posts import approval, pausing, service, slots
from app.posts.clashes import Taken, clash
from app.posts.places import Places
from app.posts.schemas import TargetView, Wall, When
from app.posts.states import AWAITING, CHANGEABLE, OPEN, RETRYABLE
from app.queue import Queue

AT_ONCE_MOST = 500
Act = Literal["cancel", "force", "retry", "pause", "resume", "shift", "next-slots"]
ACTS: tuple[Act, ...] = get_args(Act)
_SHIFT_MOST = slots.HORIZON


@dataclass(frozen=True, slots=True)
class Shift:
    """How far posts move on the wall clock of each; less than nothing is earlier."""

    days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A post that stands in the way, and why."""

    post: str
    title: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, to how many posts and to how many of their targets."""

    act: Act
    posts: int
    targets: int


Work = Callable[[Change, str, str], Awaitable[list[Row]]]
_WORKS: dict[Act, Work] = {
    "cancel": service.cancel_in, "force": service.post_now_in, "retry": service.retry_in,
    "pause": pausing.pause_in, "resume": pausing.resume_in,
}  # fmt: skip
_WOKEN: tuple[Act, ...] = ("force", "retry")


def allows(act: Act, targets: Sequence[TargetView]) -> bool:
    """Whether a post's state, as it is shown, allows an act; what the act itself finds out may still refuse it."""
    if act != "retry" and any(one.state in AWAITING for one in targets):
        return False
    if act in ("force", "retry"):
        wanted = CHANGEABLE if act == "force" else RETRYABLE
        mine = [one for one in targets if one.state in wanted]
        return bool(mine) and all(one.channel_open for one in mine)
    if act in ("pause", "resume"):
        return any(one.state in CHANGEABLE and one.paused == (act == "resume") for one in targets)
    return any(one.state in OPEN for one in targets)


async def act_on_all(
    posts: Sequence[str], act: Act, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None,
    shift: Shift | None = None,
) -> Done:  # fmt: skip
    """Do it to every post in one transaction, or to none; `shift` is for that act alone.

    Of a post that repeats it is the occurrence that is named, as `post@occurrence`, or else the next one.

    Raises Conflict with `refused`, the posts that do not allow it.
    """
    ids = list(dict.fromkeys(posts))
    if not 0 < len(ids) <= AT_ONCE_MOST:
        raise field_error("posts", "POSTS_COUNT", f"Choose from 1 to {AT_ONCE_MOST} posts.")
    if act == "shift":
        _check_shift(shift or Shift())
    async with change(by.actor, clock) as happening:
        acting = _Acting(happening, timezone, approves=by.can("admin"))
        rows = await acting.each(ids, _WORKS[act]) if act in _WORKS else await acting.moved(ids, shift)
        if acting.refused:
            raise _refused(acting.refused, len(ids))
    if act in _WOKEN:
        await service.wake([(row["id"], row["attempt"] + 1) for row in rows], queue)
    return Done(act, len(ids), len(rows))


def _check_shift(shift: Shift) -> None:
    if shift == Shift():
        raise field_error("hours", "SHIFT_NONE", "Say by how many days or hours.")
    if abs(shift.days) * 24 + abs(shift.hours) > _SHIFT_MOST // timedelta(hours=1):
        raise field_error("days", "SHIFT_FAR", "Move them by less than two years.")


def _refused(refused: Sequence[Refusal], of: int) -> Conflict:
    told = [{"post": one.post, "title": one.title, "code": one.code, "detail": one.detail} for one in refused]
    words = f"{wording.count(len(refused), 'post')} of {of} {'does' if len(refused) == 1 else 'do'} not allow it"
    return Conflict("SOME_REFUSED", f"{words}, so nothing was changed.", refused=told)


async def _moves_later(happening: Change, row: Row) -> None:
    """It moves once all that move are known."""


class _Acting:
    """One act under way, inside of its transaction."""

    def __init__(self, happening: Change, timezone: str, *, approves: bool) -> None:
        self.happening = happening
        self.approves = approves
        self.timezone = timezone
        self.refused: list[Refusal] = []

    async def each(self, posts: Sequence[str], work: Work) -> list[Row]:
        """Do something to one post after the other; what is refused is gathered."""
        rows = []
        for ref in posts:
            post, _, occurrence = ref.partition("@")
            try:
                rows += await work(self.happening, post, occurrence)
            except DaypartError as error:
                await self._refuse(post, error)
        return rows

    async def _refuse(self, post: str, error: DaypartError) -> None:
        found = await sql("SELECT title FROM post WHERE id = ?", post)
        self.refused.append(Refusal(post, found[0]["title"] if found else "", error.code, error.detail))

    async def moved(self, posts: Sequence[str], shift: Shift | None) -> list[Row]:
        """Give all of them other times: each its own, so much away, or the next free slots in their order."""
        moving: dict[str, list[Row]] = {}

        async def keep(happening: Change, post: str, occurrence: str) -> list[Row]:
            rows = await service.act_on(
                happening, post, OPEN, service.MOVE_REFUSED, _moves_later, occurrence, check=service.refuse_unfit
            )
            moving["@".join(filter(None, (post, occurrence)))] = rows
            return rows

        places = await self._places(await self.each(posts, keep))

        async def move(happening: Change, post: str, occurrence: str) -> list[Row]:
            rows = moving["@".join(filter(None, (post, occurrence)))]
            times = [self._shifted(row, shift) for row in rows] if shift else self._next(rows, places)
            for row, when in zip(rows, times, strict=True):
                await self._place(row, when, places)
            return rows

        return await self.each(sorted(moving, key=lambda ref: moving[ref][0]["due_ms"] or 0), move)

    async def _places(self, rows: Sequence[Row]) -> Places:
        """What is taken by others than those that move."""
        channels = list(dict.fromkeys(row["channel"] for row in rows))
        return await Places.look(channels, self._now, zone(self.timezone), but={row["id"] for row in rows})

    @property
    def _now(self) -> datetime:
        return from_ms(self.happening.at_ms)

    def _shifted(self, row: Row, shift: Shift) -> When:
        """The time of a target moved on the wall clock that was meant, or else on the desk's."""
        if row["due_ms"] is None:
            raise Conflict("NO_TIME", "A draft has no time that could be moved. Give it one, or the next free slot.")
        tz = zone(row["timezone"] or self.timezone)
        meant = datetime.fromisoformat(row["wall"]) if row["wall"] else from_ms(row["due_ms"]).astimezone(tz)
        wall = meant.replace(tzinfo=None) + timedelta(days=shift.days, hours=shift.hours)
        if row["wall"]:
            return When.of_wall(Wall(wall.date(), wall.time(), tz.key))
        return When(resolve(wall.date(), wall.time(), tz).at)

    def _next(self, rows: Sequence[Row], places: Places) -> list[When]:
        slot = places.next_free([row["channel"] for row in rows])
        if slot is None:
            raise Invalid("SLOTS_FEW", "No slot of these channels is free within two years.")
        return [slot.when for _ in rows]

    async def _place(self, row: Row, when: When, places: Places) -> None:
        slots.check_time(when.at, self._now)
        if near := places.near(row["channel"], to_ms(when.at)):
            one = await channel(row["channel"])
            free = places.next_free([one.id])
            raise clash(one.title, near, None, free.at if free else None, zone(self.timezone))
        await service.move(self.happening, row, when, "scheduled" if row["due_ms"] is None else "rescheduled")
        await approval.on_scheduled(self.happening, row["post"], approves=self.approves)
        places.take(row["channel"], Taken(row["id"], to_ms(when.at), "scheduled", row["title"], row["asset"]))
