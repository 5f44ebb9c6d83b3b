"""The web server process: uvicorn, told to end its streams as soon as it is asked to stop."""

import contextlib
import socket

import uvicorn
from litestar import Litestar

from app.settings import Settings
from app.web.live import Feed

_GRACE_S = 1


class Server(uvicorn.Server):
    """Uvicorn waits for open streams when it stops; this one ends them first."""

    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        feed: Feed = self._app.state.feed
        feed.close()
        await super().shutdown(sockets)


def serve(app: Litestar, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; ends within a second."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="none",
        lifespan="on",
        proxy_headers=False,  # app/web/proxies.py believes only the proxies that are named
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_S,
    )
    with contextlib.suppress(KeyboardInterrupt):  # raised again once everything has ended
        Server(config, app).run()
