from collections.abc import AsyncIterator

import pytest

from app import outbound
from app.clock import MasterClock
from app.posts.adapters.base import Tools


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    """What the engine lends an adapter; calls may reach this machine."""
    async with outbound.client({"127.0.0.1"}, timeout=2) as http:
        yield Tools(http, MasterClock().now())
