"""What a card says of how a post stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import EPOCH, to_ms
from app.posts.schemas import TargetView
from app.posts.views import standing

NOW = EPOCH + timedelta(days=1)
TARGET = TargetView(
    id="t", channel="01", channel_slug="c", channel_title="C", channel_open=True, platform="webhook", state="scheduled",
    paused=False, due_ms=to_ms(NOW), retry_ms=None, attempt=0, tries=0, committed_ms=None, published_ms=None,
    remote_url=None, error=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "label", "note"),
    [
        ({"due_ms": to_ms(NOW) + 90_000}, "Pending", "in 1 min"),
        ({}, "Pending", "due"),
        ({"state": "retry_wait", "retry_ms": to_ms(NOW) + 45_000, "tries": 1}, "Trying again", "in 45 s"),
        ({"state": "scheduled", "channel_open": False}, "Paused", "due"),
        ({"state": "published", "committed_ms": to_ms(NOW) + 4_000}, "Posted", "4 s late"),
        ({"state": "failed", "tries": 5}, "Failed", "5 tries"),
        ({"state": "unconfirmed", "tries": 1}, "Unknown", "1 try"),
        ({"state": "cancelled"}, "Cancelled", "not sent"),
    ],
)
def test_a_target_is_told_in_words(changed, label, note):
    stands = standing([replace(TARGET, **changed)], NOW)
    assert (stands.status_label, stands.due_note) == (label, note)


def test_a_target_that_is_tried_again_counts_down_to_that():
    retry = replace(TARGET, state="retry_wait", retry_ms=to_ms(NOW) + 45_000)
    assert standing([retry], NOW).due_ms == to_ms(NOW) + 45_000
