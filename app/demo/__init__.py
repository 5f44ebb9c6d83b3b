"""The demo station: linear channels and posts, with videos it renders itself and a receiver of its own."""

import asyncio
import logging
import socket

import uvicorn

from app import database
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.demo import linear, station
from app.demo.receiver import Receiver
from app.errors import DaypartError
from app.settings import Settings

log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Fill the desk, then receive what it publishes until told to stop."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(Receiver(url), log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    receiving = asyncio.create_task(server.serve(sockets=[listening]))
    async with database.opened(settings.database):
        filling = asyncio.create_task(_fill(settings, url))
        await receiving
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)


async def _fill(settings: Settings, url: str) -> None:
    clock, keys = MasterClock(), KeyFile(settings.key_file)
    try:
        await linear.fill(settings, clock, keys, station.DEMO)
        await station.fill(settings, clock, keys, url)
    except DaypartError as error:
        log.warning("the demo station is not complete: %s", error.detail)
