"""Groups of targets: planned as one, looked at before they are stored, and stored all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.accounts.rules import Identity
from app.channels.service import ChannelView
from app.clock import MasterClock
from app.database import new_id, sql
from app.errors import field_error
from app.events import Change, change
from app.posts import approving, conflicts, fitting, service, slots, wave_rules, writing
from app.posts.free_slots import next_free_slots
from app.posts.schemas import When
from app.posts.wave_rules import Clash, Kind, Placed
from app.posts.writing import Written
from app.queue import Queue


@dataclass(frozen=True, slots=True)
class NewGroup:
    """Targets to be made together, on channels in their order.

    `when` is the time of all, or of the first of a staggered group. Independent ones have their `own` times by
    channel, else `when`, else each its channel's next free slot. Without an asset they are slots that wait for it.
    """

    kind: Kind
    channels: Sequence[str]
    when: When | None = None
    step_s: int = 0
    own: Mapping[str, When] = field(default_factory=dict)
    asset: str | None = None
    title: str = ""
    description: str = ""
    hashtags: list[str] | str = ""
    wave: str | None = None
    wave_title: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """What would go where and when, and what it clashes with."""

    channel: ChannelView
    platform: str
    when: When
    clashes: list[Clash]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole group as it would be stored; `free` is a start at which nothing clashes, where something does."""

    kind: Kind
    lanes: list[Lane]
    written: Written | None
    needs_approval: bool
    free: datetime | None

    @property
    def clashes(self) -> list[Clash]:
        """Everything that stands in its way."""
        return [clash for lane in self.lanes for clash in lane.clashes]


@dataclass(frozen=True, slots=True)
class MadeGroup:
    """A group that was stored; independent targets have no group."""

    group: str | None
    wave: str | None
    post: str | None
    targets: list[str]
    notes: list[str]


async def planned(new: NewGroup, *, clock: MasterClock, timezone: str) -> Plan:
    """What saving the group would do; nothing is stored, and what is wrong with it by itself is refused."""
    slots.check_channels(list(new.channels))
    if len(new.channels) > wave_rules.CHANNELS_MOST:
        raise field_error("channels", "CHANNELS_MANY", f"A group has at most {wave_rules.CHANNELS_MOST} channels.")
    if new.wave is not None:
        wave_rules.checked_key(new.wave)
    if new.wave_title:
        wave_rules.checked_wave_title(new.wave_title)
    seen = await fitting.looked_up(new.channels)
    reached = [await fitting.open_channel(key, seen) for key in new.channels]
    channels = [one.channel for one in reached]
    slots.check_channels([one.id for one in channels])
    written = await _written(new, reached)
    whens = await _whens(new, channels, clock, timezone)
    for when in whens:
        slots.check_time(when.at, clock.now())
    wanted = [Placed(one.id, wave_rules.at_of(when), new.asset) for one, when in zip(channels, whens, strict=True)]
    found = wave_rules.clashes(wanted, await conflicts.taken(wanted))
    lanes = [
        Lane(one.channel, one.platform, when, [clash for clash in found if clash.wanted.channel == one.channel.id])
        for one, when in zip(reached, whens, strict=True)
    ]
    free = await conflicts.next_free(wanted, clock.now_ms()) if found else None
    needed = any(one.needs_approval for one in reached)
    return Plan(new.kind, lanes, written, needed, free)


async def _written(new: NewGroup, reached: Sequence[fitting.Reached]) -> Written | None:
    """The texts of the post, which fit each platform; none while there is no video."""
    if new.asset is None:
        for field_name in ("title", "description", "hashtags"):
            if getattr(new, field_name):
                words = "Texts come with the video. Choose one, or leave them empty."
                raise field_error(field_name, "TEXTS_EARLY", words)
        return None
    return await for_video(new.asset, new.title, new.description, new.hashtags, reached)


async def for_video(
    asset: str, title: str, description: str, hashtags: list[str] | str, reached: Sequence[fitting.Reached]
) -> Written:
    """Texts of a video that fit each of the channels; without a title it is the video's own."""
    file = await fitting.ready_asset(asset)
    own = await sql("SELECT title FROM asset WHERE id = ?", asset)
    written = writing.checked(title or own[0]["title"][: wave_rules.TITLE_MOST], description, hashtags, [])
    fitting.refuse_unfit(reached, written.texts, file)
    return written


async def insert_post(happening: Change, asset: str | None, written: Written, *, approves: bool, needed: bool) -> str:
    """Store the post of a group inside of a transaction; where a channel asks for approval, it waits for review."""
    stands = approving.at_first(approves=approves, needed=needed)
    post = await writing.insert_post(happening, asset, written, stands)
    if stands == "waiting":
        await happening.happened("posts", "post", post, "submitted", after={"approval": stands})
    return post


async def _whens(new: NewGroup, channels: Sequence[ChannelView], clock: MasterClock, timezone: str) -> list[When]:
    if new.kind == "independent":
        named = zip(new.channels, channels, strict=True)
        return [new.own.get(key) or new.when or await _slot([one], clock, timezone) for key, one in named]
    if new.kind == "staggered":
        if new.when is None:
            raise field_error("scheduled_time", "TIME_NONE", "Give the time of the first channel.")
        return wave_rules.turns(new.when, len(channels), wave_rules.checked_step(new.step_s))
    when = new.when or await _slot(channels, clock, timezone)
    return [when] * len(channels)


async def _slot(channels: Sequence[ChannelView], clock: MasterClock, timezone: str) -> When:
    (slot,) = await next_free_slots(1, [one.id for one in channels], clock=clock, timezone=timezone)
    return slot.when


async def save(
    new: NewGroup, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> MadeGroup:
    """Store a group, all of it or nothing; a clash is refused with a time that is free for the whole group."""
    async with change(by.actor, clock) as happening:
        plan = await planned(new, clock=clock, timezone=timezone)
        refuse(plan, timezone)
        made = await _store(happening, new, plan, approves=by.can("admin"))
    for target, lane in zip(made.targets, plan.lanes, strict=True):
        await service.wake_soon([(target, 0)], lane.when.at, clock, queue)
    return made


def refuse(plan: Plan, timezone: str) -> None:
    """Refuse a plan that clashes."""
    if plan.clashes:
        titles = {lane.channel.id: lane.channel.title for lane in plan.lanes}
        raise conflicts.refusal(plan.clashes, titles, plan.free, timezone)


async def _store(happening: Change, new: NewGroup, plan: Plan, *, approves: bool) -> MadeGroup:
    wave = None if new.wave is None else await _wave(happening, new.wave, new.wave_title)
    group = None
    if new.kind != "independent":
        group = new_id()
        await sql(
            "INSERT INTO target_group (id, kind, step_s, wave) VALUES (?, ?, ?, ?)",
            group, new.kind, new.step_s if new.kind == "staggered" else 0, wave,
        )  # fmt: skip
    post = None
    if plan.written is not None:
        post = await insert_post(happening, new.asset, plan.written, approves=approves, needed=plan.needs_approval)
    targets = await _insert_targets(new.asset, plan, post, group, wave)
    await _tell(happening, plan, group, targets, new.wave)
    notes = list(dict.fromkeys(lane.when.note for lane in plan.lanes if lane.when.note))
    return MadeGroup(group, new.wave, post, targets, notes)


async def _insert_targets(
    asset: str | None, plan: Plan, post: str | None, group: str | None, wave: str | None
) -> list[str]:
    """As one statement: a group of many channels takes a third of the time so."""
    rows = [
        (
            new_id(),
            post,
            asset,
            one.channel.id,
            wave_rules.at_of(one.when),
            one.when.wall,
            one.when.timezone,
            group,
            wave,
        )
        for one in plan.lanes
    ]
    await sql(
        'INSERT INTO target (id, post, asset, channel, due_ms, wall, timezone, "group", wave, state) VALUES '
        + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, 'scheduled')"] * len(rows)),
        *(value for row in rows for value in row),
    )
    return [row[0] for row in rows]


async def _wave(happening: Change, key: str, title: str) -> str:
    """The wave of that name, made where there is none yet; a title that comes with it names a new one only."""
    rows = await sql("SELECT id FROM wave WHERE key = ?", key)
    if rows:
        return str(rows[0]["id"])
    wave, title = new_id(), wave_rules.checked_wave_title(title or key)
    await sql("INSERT INTO wave (id, key, title, created_ms) VALUES (?, ?, ?, ?)", wave, key, title, happening.at_ms)
    await happening.happened("posts", "wave", wave, "added", after={"key": key, "title": title})
    return wave


async def _tell(happening: Change, plan: Plan, group: str | None, targets: list[str], wave: str | None) -> None:
    """One event for a group, since it is one act; one for each independent target."""
    lanes = [{"channel": one.channel.title, "due": one.when.at} for one in plan.lanes]
    if group is not None:
        after = {"kind": plan.kind, "wave": wave, "targets": lanes}
        await happening.happened("posts", "group", group, "scheduled", after=after)
        return
    for target, lane in zip(targets, lanes, strict=True):
        await happening.happened("posts", "target", target, "scheduled", after={"wave": wave, **lane})
