"""What keeps a stored target from going out as it is planned: asked of what was right when it was made."""

from app.posts import approving, checking, claims, conflicts, fitting, wave_rules
from app.posts.issues import Issue
from app.posts.publication import texts_of
from app.posts.states import CHANGEABLE, RETRYABLE
from app.posts.wave_queries import Planned


async def issues(target: Planned, now_ms: int, timezone: str) -> list[Issue]:
    """What keeps a stored target from going out as it is planned, as things stand now."""
    if target.state not in CHANGEABLE | RETRYABLE:
        return [Issue("state", "STATE", f"It is {target.state}, so nothing of it is planned any more.")]
    found = [*_standing(target, now_ms), *await _clashes(target, timezone)]
    if not target.empty:
        found += await _fit(target)
    return found


def _standing(target: Planned, now_ms: int) -> list[Issue]:
    found = []
    if target.state in RETRYABLE:
        found.append(Issue("state", "STATE", target.error or f"It {target.state}."))
    elif max(target.due_ms, target.retry_ms or 0) < now_ms:
        found.append(Issue("scheduled_time", "TIME_PAST", "Its time has passed."))
    if target.empty:
        found.append(Issue("asset", "ASSET_NONE", "It has no video yet."))
    if not target.channel_active:
        found.append(Issue("channel", "CHANNEL_OFF", f"{target.channel_title} is switched off."))
    if target.needs_reconnect:
        found.append(Issue("channel", "CHANNEL_RECONNECT", target.needs_reconnect))
    if target.held_by:
        found.append(Issue("paused", "PAUSED", f"It is held: {', '.join(target.held_by)} paused."))
    return found


async def _clashes(target: Planned, timezone: str) -> list[Issue]:
    wanted = [wave_rules.Placed(target.channel, target.due_ms, None if target.occurrence else target.asset, target.id)]
    found = wave_rules.clashes(wanted, await conflicts.taken(wanted))
    return [
        Issue(
            "asset" if clash.same_video else "scheduled_time", "VIDEO_TWICE" if clash.same_video else "SLOT_TAKEN",
            conflicts.words(clash, target.channel_title, timezone),
        )
        for clash in found
    ]  # fmt: skip


async def _fit(target: Planned) -> list[Issue]:
    """Whether its platform would take it and it may go out: as at its making, but what was right may have changed."""
    row = await claims.load(target.id)
    assert row is not None
    found = []
    if row["asset"] is None or row["asset_state"] != "ready":
        found.append(Issue("asset", "ASSET_NOT_READY", "This video is not ready."))
    if checking.is_unapproved(row):
        found.append(Issue("approval", "NOT_APPROVED", approving.reason(row["approval"], row["approval_note"])))
    return [*found, *fitting.issues(row["platform"], texts_of(row), row if row["asset"] is not None else None)]
