"""Changing what is said about assets: one of them under an optimistic lock, or many at once, all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import sql_many
from app.errors import Conflict, field_error
from app.events import Change, Event, change, record_all
from app.library import operations, queries, rules
from app.library.queries import AssetView
from app.library.series import checked_place

AT_ONCE_MOST = 500
# Where an asset stands in its series, and what else planning chooses by.
PLACE = ("series", "season", "episode", "genre", "rating")
FIELDS = ("title", "type", "tags", "approved", "state", *PLACE, "description")
_STORE = f"UPDATE asset SET {', '.join(f'{name} = ?' for name in FIELDS)}, version = version + 1 WHERE id = ?"


class Edit(msgspec.Struct, frozen=True):
    """What is to be different about one asset; what is not set stays, null takes away."""

    title: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    approved: bool | UnsetType = UNSET
    state: str | UnsetType = UNSET
    series: str | UnsetType | None = UNSET
    season: int | UnsetType | None = UNSET
    episode: int | UnsetType | None = UNSET
    genre: str | UnsetType | None = UNSET
    rating: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET


class BulkEdit(msgspec.Struct, frozen=True):
    """What is to be different about several assets; None leaves the first five, what is not set the others."""

    type: str | None = None
    add_tags: list[str] = []
    remove_tags: list[str] = []
    approved: bool | None = None
    state: str | None = None
    series: str | UnsetType | None = UNSET
    season: int | UnsetType | None = UNSET
    genre: str | UnsetType | None = UNSET
    rating: str | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class Changed:
    """An asset as it was, with the values that are different now."""

    before: AssetView
    after: dict[str, Any]


async def edit(asset_id: str, wanted: Edit, version: int, *, by: Identity, clock: MasterClock) -> AssetView:
    """Change an asset, unless somebody else changed it since that version."""
    values = checked(wanted)
    async with change(by.actor, clock) as happening:
        before = await queries.asset(asset_id)
        refuse_stale(before, version)
        await write(happening, [changed(before, {**values, **await checked_place(wanted)})])
    return await queries.asset(asset_id)


def refuse_stale(before: AssetView, version: int) -> None:
    """Refuse to change what was changed since the version that somebody looked at."""
    if before.version != version:
        raise Conflict("VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.")


async def edit_all(ids: Sequence[str], wanted: BulkEdit, *, by: Identity, clock: MasterClock) -> int:
    """Change several assets, all or none; returns how many of them are different now."""
    ids = list(dict.fromkeys(ids))
    if not 0 < len(ids) <= AT_ONCE_MOST:
        raise field_error("assets", "ASSETS_COUNT", f"Choose from 1 to {AT_ONCE_MOST} assets.")
    one = Edit(
        type=_given(wanted.type), approved=_given(wanted.approved), state=_given(wanted.state), series=wanted.series,
        season=wanted.season, genre=wanted.genre, rating=wanted.rating,
    )  # fmt: skip
    values = {**checked(one), **await checked_place(one)}
    add = rules.checked_tags(wanted.add_tags, "add_tags")
    remove = rules.checked_tags(wanted.remove_tags, "remove_tags")
    if not (values or add or remove):
        raise field_error("", "CHANGE_NONE", "Choose what is to change.")
    async with change(by.actor, clock) as happening:
        found = []
        for asset_id in ids:
            before = await queries.asset(asset_id)
            tags = operations.checked_tags(set(before.tags) - set(remove) | set(add), "add_tags")
            found.append(changed(before, {**values, "tags": tags}))
        return await write(happening, found)


def _given(value: Any) -> Any:
    return UNSET if value is None else value


def checked(wanted: Edit) -> dict[str, Any]:
    """What is set of an edit as values of the asset, except for its place."""
    checks: dict[str, Any] = {
        "title": rules.checked_title, "type": rules.checked_type, "tags": operations.checked_tags, "approved": bool,
        "state": rules.checked_state, "description": rules.checked_description,
    }  # fmt: skip
    given = {name: getattr(wanted, name) for name in checks}
    return {name: checks[name](value) for name, value in given.items() if value is not UNSET}


def changed(before: AssetView, values: dict[str, Any]) -> Changed:
    """What of some checked values is different from an asset; what is approved stays ready, and has a length.

    Retiring withdraws the approval. Raises Invalid where something is approved that could not go to air.
    """
    after = {name: value for name, value in values.items() if getattr(before, name) != value}
    state = after.get("state", before.state)
    if after.get("approved"):
        rules.refuse_unready(before.title, state, before.duration_ms)
    elif before.approved and state != "ready":
        after["approved"] = False
    return Changed(before, after)


async def write(happening: Change, found: Iterable[Changed]) -> int:
    """Store what differs, and tell of it; returns how many assets are different now."""
    real = [one for one in found if one.after]
    await sql_many(_STORE, [[*_stored(one), one.before.id] for one in real])
    tagged = [one for one in real if "tags" in one.after]
    await sql_many("DELETE FROM asset_tag WHERE asset = ?", [[one.before.id] for one in tagged])
    pairs = [[tag, one.before.id] for one in tagged for tag in one.after["tags"]]
    await sql_many("INSERT INTO asset_tag (tag, asset) VALUES (?, ?)", pairs)
    await record_all((event for one in real for event in _events(one, happening.actor)), happening.at_ms)
    return len(real)


def _stored(one: Changed) -> list[Any]:
    values = {name: one.after.get(name, getattr(one.before, name)) for name in FIELDS}
    values["tags"] = msgspec.json.encode(values["tags"]).decode()
    return [values[name] for name in FIELDS]


def _events(one: Changed, actor: str) -> Iterable[Event]:
    """What happened to an asset; that it was approved, or not any more, is an event of its own."""
    apart = {name: one.after[name] for name in one.after if name != "approved"}
    if apart:
        yield _event(one, actor, "changed", apart)
    if "approved" in one.after:
        yield _event(
            one, actor, "approved" if one.after["approved"] else "withdrawn", {"approved": one.after["approved"]}
        )


def _event(one: Changed, actor: str, verb: str, after: dict[str, Any]) -> Event:
    then = {name: getattr(one.before, name) for name in after}
    return Event(actor, "library", "asset", one.before.id, verb, then, after)
