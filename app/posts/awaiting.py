"""Posts that are made before their video is here: a worker brings it in, and only then they are scheduled.

Until then their targets are drafts, so nothing can go out; what refuses the file, or keeps it away, is told at them.
"""

from dataclasses import dataclass

import msgspec

from app.accounts.desk import desk
from app.accounts.rules import Identity
from app.clock import MasterClock, zone
from app.database import Row, sql
from app.errors import Conflict, DaypartError
from app.events import Change, change
from app.library import arrivals, folder, rules
from app.library.arrivals import Kind
from app.posts import fitting, overriding, service
from app.posts.clashes import clash
from app.posts.places import videos_on
from app.posts.rendering import Texts
from app.posts.schemas import NewPost, Scheduled
from app.settings import Settings

_ACTOR = "worker"
_OVER = """
  SELECT p.id, p.title, p.description, p.hashtags, a.state, s.id AS asset, a.note FROM post p
  LEFT JOIN arrival a ON a.id = p.arrival LEFT JOIN asset s ON s.id = a.asset
  WHERE p.arrival IS NOT NULL AND p.asset IS NULL
  AND (s.id IS NOT NULL OR coalesce(a.state, 'gone') NOT IN ('waiting', 'running')
    AND EXISTS (SELECT 1 FROM target t WHERE t.post = p.id AND t.state = 'draft')) LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a video is to come from: an address, or a path below the import folder."""

    kind: Kind
    place: str


async def schedule(
    new: NewPost, source: Source, *, settings: Settings, by: Identity, clock: MasterClock, timezone: str
) -> Scheduled:
    """Make a post whose video is still to come, and have a worker bring that in."""
    place, tag, size = source.place, None, None
    if source.kind == "url":
        place = rules.checked_url(place)
    else:
        tag, size = await folder.stamped(place, settings)
    async with change(by.actor, clock) as happening:
        arrival = await arrivals.ask(source.kind, place, tag, size, by=by.actor, happening=happening)
        return await service.plan_in(
            happening, new, clock=clock, timezone=timezone, arrival=arrival.id, approves=by.can("admin")
        )


async def settle(clock: MasterClock) -> None:
    """Schedule the posts whose video has come, and tell at the others why it does not."""
    for row in await sql(_OVER):
        async with change(_ACTOR, clock) as happening:
            try:
                if row["asset"] is None:
                    raise Conflict("VIDEO_MISSING", _missing(row))
                await _refuse(row)
            except DaypartError as error:
                await _failed(happening, row, error.detail)
            else:
                await _came(happening, row)


def _missing(row: Row) -> str:
    reasons = {"failed": row["note"], "cancelled": "Its fetching was stopped."}
    return f"The video did not come. {reasons.get(row['state']) or 'It is not there any more.'}"


async def _refuse(row: Row) -> None:
    """Refuse what could not be known before the file was here."""
    drafts = await _drafts(row)
    reached = [await fitting.open_channel(draft["channel"], {}) for draft in drafts]
    texts = Texts(row["title"], row["description"], msgspec.json.decode(row["hashtags"]))
    own = {draft["channel"]: has for draft in drafts if (has := overriding.read(draft["overrides"]))}
    fitting.refuse_unfit(reached, texts, await fitting.ready_asset(row["asset"]), own)
    taken = await videos_on([one.channel.id for one in reached], [row["asset"]]) if reached else {}
    for one in reached:
        if other := taken.get((one.channel.id, row["asset"])):
            raise clash(one.channel.title, [other], row["asset"], None, zone((await desk()).timezone))


async def _drafts(row: Row) -> list[Row]:
    return [one for one in await service.targets(row["id"]) if one["state"] == "draft"]


async def _came(happening: Change, row: Row) -> None:
    drafts = await _drafts(row)
    await sql("UPDATE post SET asset = ?, version = version + 1 WHERE id = ?", row["asset"], row["id"])
    await sql(
        "UPDATE target SET asset = ?, state = CASE state WHEN 'draft' THEN 'scheduled' ELSE state END,"
        " version = version + 1 WHERE post = ?",
        row["asset"], row["id"],
    )  # fmt: skip
    for draft in drafts:
        await happening.happened("posts", "target", draft["id"], "video came", after={"post": row["id"]})


async def _failed(happening: Change, row: Row, why: str) -> None:
    drafts = await _drafts(row)
    await sql("UPDATE target SET state = 'failed', error = ? WHERE post = ? AND state = 'draft'", why, row["id"])
    if row["asset"] is not None:  # it is in the library, and may be mended there
        await sql("UPDATE post SET asset = ? WHERE id = ?", row["asset"], row["id"])
        await sql("UPDATE target SET asset = ? WHERE post = ?", row["asset"], row["id"])
    for draft in drafts:
        await happening.happened("posts", "target", draft["id"], "failed", after={"post": row["id"], "error": why})
