"""What arrived at the receiver, which runs in a process of its own and notes when each request did."""

import time
from datetime import datetime
from typing import Any

from tests.benchmarks.processes import wait_until
from tests.fakes.server import Fake

RECEIVER = "tests.fakes.receiver:app"
PATH = "/ok"


class NotAllArrived(Exception):
    """Some deliveries are missing or came twice, so there is no figure."""


def await_deliveries(receiver: Fake, count: int, due: datetime, seconds: float) -> list[dict[str, Any]]:
    """Wait for so many deliveries, at most some seconds after the last is due; each must have come once."""
    time.sleep(max(0.0, due.timestamp() - time.time()))
    try:
        wait_until(lambda: receiver.get("/counts")["total"] >= count, seconds, every=0.5)
    except TimeoutError:
        raise NotAllArrived(f"{count} deliveries were due, these came: {receiver.get('/counts')}") from None
    found = receiver.requests()
    if len({one["webhook_id"] for one in found}) != len(found):
        raise NotAllArrived(f"Some came twice: {receiver.get('/counts')}")
    return found


def lateness_ms(delivery: dict[str, Any]) -> float:
    """When the receiver had the head of the request, minus when it was due."""
    due = datetime.fromisoformat(delivery["body"]["data"]["due"])
    return float(delivery["arrived_ms"]) - due.timestamp() * 1000
