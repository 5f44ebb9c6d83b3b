"""How a post stands with those who approve: pure rules.

none -> waiting -> approved | changes -> waiting. On channels that ask for it, only approved posts are published.
"""

from typing import Literal

Approval = Literal["none", "waiting", "changes", "approved"]

LABELS: dict[Approval, str] = {
    "none": "Not submitted", "waiting": "In review", "changes": "Changes asked", "approved": "Approved",
}  # fmt: skip
NOTE_MOST = 1000


def at_first(*, approves: bool, needed: bool, draft: bool = False) -> Approval:
    """How a new post stands: one by somebody who approves is approved, others are submitted by being scheduled."""
    if approves:
        return "approved"
    return "waiting" if needed and not draft else "none"


def scheduled(now: Approval, *, approves: bool, needed: bool) -> Approval:
    """How a post stands once its draft got a time."""
    return at_first(approves=approves, needed=needed) if now == "none" else now


def edited(now: Approval, *, approves: bool, needed: bool, draft: bool) -> Approval:
    """How a post stands once its texts are different: what was approved is another post now."""
    if approves or now != "approved":
        return now
    return at_first(approves=False, needed=needed, draft=draft)


def reason(now: Approval, note: str | None = None) -> str:
    """Why a post that needs approval does not go out."""
    if now == "changes":
        return f"A reviewer asked for changes: {note}" if note else "A reviewer asked for changes."
    if now == "waiting":
        return "It waits for review, and goes out only once it is approved."
    return "It needs approval and was not submitted for review."
