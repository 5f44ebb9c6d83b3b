"""Changing what is said about assets: one of them under an optimistic lock, or many at once, all or none."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import sql
from app.errors import Conflict, field_error
from app.events import Change, change
from app.library import queries, rules
from app.library.queries import AssetView

AT_ONCE_MOST = 500
_FIELDS = ("title", "type", "tags", "approved", "state")


class Edit(msgspec.Struct, frozen=True):
    """What is to be different about one asset; what is not set stays."""

    title: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    approved: bool | UnsetType = UNSET
    state: str | UnsetType = UNSET


class BulkEdit(msgspec.Struct, frozen=True):
    """What is to be different about several assets; None leaves as it is."""

    type: str | None = None
    add_tags: list[str] = []
    remove_tags: list[str] = []
    approved: bool | None = None
    state: str | None = None


async def edit(asset_id: str, wanted: Edit, version: int, *, by: Identity, clock: MasterClock) -> AssetView:
    """Change an asset, unless somebody else changed it since that version."""
    values = _checked(wanted)
    async with change(by.actor, clock) as happening:
        before = await queries.asset(asset_id)
        if before.version != version:
            raise Conflict("VERSION_STALE", f"{before.title} was changed by someone else meanwhile. Look at it again.")
        await _write(happening, before, values)
    return await queries.asset(asset_id)


async def edit_all(ids: Sequence[str], wanted: BulkEdit, *, by: Identity, clock: MasterClock) -> int:
    """Change several assets, all or none; returns how many of them are different now."""
    ids = list(dict.fromkeys(ids))
    if not 0 < len(ids) <= AT_ONCE_MOST:
        raise field_error("assets", "ASSETS_COUNT", f"Choose from 1 to {AT_ONCE_MOST} assets.")
    values = _checked(Edit(type=_given(wanted.type), approved=_given(wanted.approved), state=_given(wanted.state)))
    add = rules.checked_tags(wanted.add_tags, "add_tags")
    remove = rules.checked_tags(wanted.remove_tags, "remove_tags")
    if not (values or add or remove):
        raise field_error("", "CHANGE_NONE", "Choose what is to change.")
    async with change(by.actor, clock) as happening:
        changed = 0
        for asset_id in ids:
            before = await queries.asset(asset_id)
            tags = rules.checked_tags(set(before.tags) - set(remove) | set(add), "add_tags")
            changed += await _write(happening, before, {**values, "tags": tags})
    return changed


def _given(value: Any) -> Any:
    return UNSET if value is None else value


def _checked(wanted: Edit) -> dict[str, Any]:
    checks: dict[str, Any] = {
        "title": rules.checked_title, "type": rules.checked_type, "tags": rules.checked_tags, "approved": bool,
        "state": rules.checked_state,
    }  # fmt: skip
    given = {name: getattr(wanted, name) for name in _FIELDS}
    return {name: checks[name](value) for name, value in given.items() if value is not UNSET}


async def _write(happening: Change, before: AssetView, values: dict[str, Any]) -> bool:
    """Store what differs, and tell of it; False when nothing does."""
    after = {name: value for name, value in values.items() if getattr(before, name) != value}
    if not after:
        return False
    stored = {name: msgspec.json.encode(value).decode() if name == "tags" else value for name, value in after.items()}
    columns = ", ".join(f"{name} = ?" for name in stored)
    await sql(f"UPDATE asset SET {columns}, version = version + 1 WHERE id = ?", *stored.values(), before.id)
    if "tags" in after:
        await sql("DELETE FROM asset_tag WHERE asset = ?", before.id)
        for tag in after["tags"]:
            await sql("INSERT INTO asset_tag (tag, asset) VALUES (?, ?)", tag, before.id)
    then = {name: getattr(before, name) for name in after}
    await happening.happened("library", "asset", before.id, "changed", before=then, after=after)
    return True
