"""Drafts: posts without a time, which may still lack their video and be too long for a platform."""

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.events import change
from app.posts import approving, clashes, fitting, writing
from app.posts.schemas import NewPost


async def save_draft(new: NewPost, *, by: Identity, clock: MasterClock, timezone: str) -> str:
    """Keep a post without a time; returns its id. A time in `new` is left aside."""
    written = writing.checked(new.title, new.description, new.hashtags, new.tags)
    async with change(by.actor, clock) as happening:
        reached, own = await writing.reached(new, {})
        asset = await chosen_asset(new.asset)
        for one in reached:
            if asset is not None:
                await clashes.refuse_same_video(one.channel, asset, timezone)
        needed = any(one.needs_approval for one in reached)
        approval = approving.at_first(approves=by.can("admin"), needed=needed, draft=True)
        post = await writing.insert_post(happening, asset, written, approval)
        for one in reached:
            await writing.insert_target(happening, post, asset, one, None, own.get(one.channel.id))
    return post


async def chosen_asset(asset: str) -> str | None:
    """The id of an asset that is there, ready or not; none is none."""
    if asset:
        await fitting.known_asset(asset)
    return asset or None
