"""How a post stands with those who approve, after each thing that may happen to it."""

from itertools import product
from typing import get_args

import pytest

from app.posts import approving
from app.posts.approving import Approval

ALL: tuple[Approval, ...] = get_args(Approval)
BOTH = (True, False)


@pytest.mark.parametrize(
    ("approves", "needed", "draft", "stands"),
    [
        (True, True, False, "approved"),
        (True, True, True, "approved"),
        (True, False, False, "approved"),
        (False, True, False, "waiting"),
        (False, True, True, "none"),
        (False, False, False, "none"),
        (False, False, True, "none"),
    ],
)
def test_new_post(approves: bool, needed: bool, draft: bool, stands: Approval) -> None:
    assert approving.at_first(approves=approves, needed=needed, draft=draft) == stands


@pytest.mark.parametrize(("now", "needed", "approves", "draft"), list(product(ALL, BOTH, BOTH, BOTH)))
def test_approval_outlives_no_change_by_somebody_who_does_not_approve(
    now: Approval, needed: bool, approves: bool, draft: bool
) -> None:
    stands = approving.edited(now, approves=approves, needed=needed, draft=draft)
    assert (stands == "approved") == (approves and now == "approved")
    if now != "approved":
        assert stands == now
    elif not approves:
        assert stands == ("waiting" if needed and not draft else "none")


@pytest.mark.parametrize(("now", "needed", "approves"), list(product(ALL, BOTH, BOTH)))
def test_draft_that_gets_a_time_is_submitted_once(now: Approval, needed: bool, approves: bool) -> None:
    stands = approving.scheduled(now, approves=approves, needed=needed)
    first = "approved" if approves else "waiting" if needed else "none"
    assert stands == (first if now == "none" else now)


@pytest.mark.parametrize("now", [one for one in ALL if one != "approved"])
def test_reason_is_told_in_a_sentence(now: Approval) -> None:
    assert approving.reason(now).endswith(".")
    assert approving.reason("changes", "Name the village.") == "A reviewer asked for changes: Name the village."
