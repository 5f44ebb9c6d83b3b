"""Kill -9 of worker, web and Redis in the middle of 200 due targets: all end published, once."""

import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.supervisor.conftest import eventually
from tests.system.desk import ZONE, Desk
from tests.system.films import Films
from tests.system.test_tree import CHILDREN

TARGETS = 200
DUE_IN = timedelta(seconds=6)
# Long enough that every kill comes while deliveries are under way.
SLOW = "slow?ms=1500"
ALL_WITHIN_S = 120.0


def channels(desk: Desk) -> list[str]:
    """As many channels as there are targets, since one takes a post a minute."""
    made = []
    for number in range(TARGETS):
        wanted = {"title": f"Channel {number}", "url": f"{desk.receiver.url}/{SLOW}", "timezone": ZONE}
        made.append(desk.ask("POST", "/api/channels", wanted))
    for one in made:
        desk.receiver.post("/secret", {"secret": one["secret"]})
    return [one["channel"]["slug"] for one in made]


def states(desk: Desk) -> Counter[str]:
    return Counter(dict(desk.sql("SELECT state, count(*) FROM target GROUP BY state")))


def test_targets_are_published_once_whatever_is_killed(desk: Desk, films: Films) -> None:
    asset, where = desk.asset(films.film("burst")), channels(desk)
    due = datetime.now(UTC) + DUE_IN
    wanted = {"asset": asset, "title": "Burst", "channels": where, "scheduled_time": due.isoformat()}
    desk.ask("POST", "/api/schedule/post", wanted)

    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 0.3))
    seen = []
    for name in ("worker-1", "web", "redis", "worker-1"):
        seen.append(states(desk)["published"])
        pid = desk.tree.child(CHILDREN[name])
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: desk.tree.child(CHILDREN[name]) not in {pid, None})  # noqa: B023
        time.sleep(0.4)
    assert max(seen) < TARGETS
    assert desk.receiver.get("/counts")["total"] > 0

    assert eventually(lambda: states(desk) == {"published": TARGETS}, ALL_WITHIN_S), states(desk)
    assert eventually(desk.tree.healthy)
    counts = desk.receiver.get("/counts")
    # A delivery whose answer was lost is repeated under its id, which the receiver takes once.
    assert (counts["distinct"], counts["published"]) == (TARGETS, TARGETS)
    assert all(record["verified"] for record in desk.receiver.requests())
    ids = desk.sql("SELECT count(DISTINCT remote_id) FROM target WHERE remote_id IS NOT NULL")
    assert ids == [(TARGETS,)]
