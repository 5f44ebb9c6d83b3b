"""The web server's address: free before the start, answering after it."""

import errno
import select
import socket
from http.client import HTTPConnection, HTTPException

from app.errors import Conflict, Unavailable
from app.settings import Settings
from app.supervisor.tree import Supervisor

_HEALTH_S = 60.0


def require_free(settings: Settings, tree: Supervisor, patience: float) -> None:
    """Refuse to start where the web server could not listen; PORT_IN_USE or ADDRESS_UNUSABLE.

    The patience, in seconds, is for the children of a killed supervisor, which need a moment to end.
    """
    if tree.run(lambda: _obstacle(settings) is None, patience) or tree.stopping:
        return
    error = _obstacle(settings)
    if error is not None and error.errno == errno.EADDRINUSE:
        raise Conflict(
            "PORT_IN_USE",
            f"Port {settings.port} of {settings.host} is in use by another program. "
            "Stop it, or set DAYPART_PORT to another port.",
        )
    if error is not None:
        detail = f"Daypart cannot listen on {settings.host}, port {settings.port}: {error.strerror}."
        raise Unavailable("ADDRESS_UNUSABLE", detail)


def _obstacle(settings: Settings) -> OSError | None:
    where = (settings.host, settings.port)
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(*where, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        return error
    return None


class Health:
    """Asks the web server whether it is ready, without waiting: meanwhile children need looking after."""

    def __init__(self, settings: Settings) -> None:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - not bound
        self._connection = HTTPConnection(host, settings.port, timeout=_HEALTH_S)

    def good(self) -> bool:
        """Whether the answer is there, and says 200."""
        try:
            if self._connection.sock is None:
                self._connection.request("GET", "/health", headers={"Connection": "close"})
            if not select.select([self._connection.sock], [], [], 0)[0]:
                return False
            good = self._connection.getresponse().status == 200
        except (OSError, HTTPException):
            good = False  # not listening yet, or ended while answering
        self._connection.close()
        return good
