"""Changing what a post says while it still waits, in one transaction, unless somebody else changed it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, sql
from app.errors import Conflict, field_error
from app.events import Change, change
from app.posts import approval, approving, clashes, drafting, fitting, overriding, queries, writing
from app.posts.overriding import Own
from app.posts.schemas import PostView, TargetView
from app.posts.states import OPEN
from app.posts.writing import Written

REFUSAL = "Only a post that still waits, or failed, can be changed."


@dataclass(frozen=True, slots=True)
class Edit:
    """What a post is to say; what is not set stays. `overrides` replaces the own texts of the channels it names."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    hashtags: list[str] | str | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET
    overrides: Mapping[str, Own] | UnsetType = UNSET
    asset: str | UnsetType = UNSET


def editable(targets: Sequence[TargetView]) -> bool:
    """Whether a post is still to go out somewhere, or may be; what is under way keeps the words that were sent."""
    return any(target.state in OPEN for target in targets)


async def edit(post: str, wanted: Edit, version: int, *, by: Identity, clock: MasterClock, timezone: str) -> PostView:
    """Change a post's texts, tags and own texts of channels; a draft may get another video.

    What an editor changes loses its approval where a channel asks for one. Raises Conflict when it was changed since
    `version` or is out everywhere, Invalid when it would not fit a platform that it is planned for.
    """
    async with change(by.actor, clock) as happening:
        before = await queries.post(post)
        row = await approval.standing(post)
        approval.refuse_stale(row, version)
        if not editable(before.targets):
            raise Conflict("STATE", REFUSAL, states=[target.state for target in before.targets])
        written = _written(before, wanted)
        own = _own(before, wanted)
        asset = await _asset(before, wanted, timezone)
        await _refuse_unfit(asset, written, own, before)
        if _differs(before, written, own, asset):
            await _store(happening, before, written, own, asset)
            await _withdraw(happening, before, written, own, asset, row, by)
    return await queries.post(post)


def _given(value: Any, otherwise: Any) -> Any:
    return otherwise if value is UNSET else value


def _written(before: PostView, wanted: Edit) -> Written:
    return writing.checked(
        _given(wanted.title, before.title), _given(wanted.description, before.description),
        _given(wanted.hashtags, before.hashtags), _given(wanted.tags, before.tags),
    )  # fmt: skip


def _own(before: PostView, wanted: Edit) -> dict[str, Own]:
    """The own texts of the channels that the post is still to go to."""
    still = [target for target in before.targets if target.state in OPEN]
    found = {target.channel: target.own for target in still if target.own is not None}
    if isinstance(wanted.overrides, UnsetType):
        return found
    named = {name for target in still for name in (target.channel, target.channel_slug)}
    asked = {name: one for name, one in wanted.overrides.items() if name in named or one != Own()}
    given = overriding.by_channel(asked, [(target.channel, target.channel_slug) for target in still])
    replaced = {t.channel for t in still if t.channel in asked or t.channel_slug in asked}
    return {channel: one for channel, one in found.items() if channel not in replaced} | given


async def _asset(before: PostView, wanted: Edit, timezone: str) -> str | None:
    if wanted.asset is UNSET or (wanted.asset or None) == before.asset:
        return before.asset
    if any(target.state != "draft" for target in before.targets):
        raise field_error("asset", "ASSET_FIXED", "Only a draft can get another video. Cancel this post and make one.")
    asset = await drafting.chosen_asset(str(wanted.asset))
    for reached in await fitting.reached_by([target.channel for target in before.targets]):
        if asset is not None:
            await clashes.refuse_same_video(reached.channel, asset, timezone)
    return asset


async def _refuse_unfit(asset: str | None, written: Written, own: Mapping[str, Own], before: PostView) -> None:
    """What is planned must fit; a draft need not, yet. A video that is away is no reason against other words."""
    planned = [t.channel for t in before.targets if t.state in OPEN and t.state != "draft"]
    if planned:
        fitting.refuse_unfit(await fitting.reached_by(planned), written.texts, await fitting.known_asset(asset), own)


def _told(before: PostView) -> dict[str, Any]:
    own = {t.channel_title: t.own for t in before.targets if t.state in OPEN and t.own is not None}
    said = {name: getattr(before, name) for name in ("title", "description", "hashtags", "tags", "asset")}
    return {**said, "overrides": own}


def _becomes(before: PostView, written: Written, own: Mapping[str, Own], asset: str | None) -> dict[str, Any]:
    texts, titles = written.texts, {target.channel: target.channel_title for target in before.targets}
    return {
        "title": texts.title, "description": texts.description, "hashtags": list(texts.hashtags),
        "tags": written.tags, "asset": asset, "overrides": {titles[channel]: one for channel, one in own.items()},
    }  # fmt: skip


def _differs(before: PostView, written: Written, own: Mapping[str, Own], asset: str | None) -> dict[str, Any]:
    was = _told(before)
    return {name: value for name, value in _becomes(before, written, own, asset).items() if was[name] != value}


async def _store(
    happening: Change, before: PostView, written: Written, own: Mapping[str, Own], asset: str | None
) -> None:
    after, was = _differs(before, written, own, asset), _told(before)
    await sql(
        "UPDATE post SET asset = ?, title = ?, description = ?, hashtags = ?, tags = ?, version = version + 1"
        " WHERE id = ?",
        asset, written.texts.title, written.texts.description, written.hashtags,
        msgspec.json.encode(written.tags).decode(), before.id,
    )  # fmt: skip
    if "tags" in after:
        await sql("DELETE FROM post_tag WHERE post = ?", before.id)
        await writing.insert_tags(before.id, written.tags)
    for target in before.targets:
        if target.state in OPEN:
            await _store_target(target.id, asset, own.get(target.channel))
        else:  # What it is said again from, should the post go out again; what went out is kept beside it.
            kept = overriding.stored(own.get(target.channel, target.own))
            await sql("UPDATE target SET overrides = ? WHERE id = ?", kept, target.id)
    await happening.happened(
        "posts", "post", before.id, "edited", before={name: was[name] for name in after}, after=after
    )


async def _store_target(target: str, asset: str | None, own: Own | None) -> None:
    """A worker that has begun with the old words is stopped: they must not go out any more."""
    await sql(
        "UPDATE target SET asset = ?, overrides = ?, problem = NULL, attempt = attempt + 1, lease_owner = NULL,"
        " lease_until_ms = NULL, state = CASE WHEN state IN ('preparing', 'ready') THEN 'scheduled' ELSE state END,"
        " version = version + 1 WHERE id = ?",
        asset, overriding.stored(own), target,
    )  # fmt: skip


async def _withdraw(
    happening: Change, before: PostView, written: Written, own: Mapping[str, Own], asset: str | None, row: Row,
    by: Identity,
) -> None:  # fmt: skip
    """Take the approval back of words that nobody approved; tags are not read by anybody else."""
    if not _differs(before, written, own, asset).keys() - {"tags"}:
        return
    draft = all(target.state == "draft" for target in before.targets)
    stands = approving.edited(row["approval"], approves=by.can("admin"), needed=bool(row["needed"]), draft=draft)
    if stands != row["approval"]:
        await approval.put(happening, row, stands, "approval withdrawn")
