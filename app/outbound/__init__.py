"""Every HTTP call Daypart makes goes out through here, so that none reaches a private network by accident.

`client` gives an httpx client that resolves names itself, refuses private addresses unless an administrator
allows the host, connects to the very address it checked, follows no redirect and never retries by itself.
"""

import functools
import ssl
from http.cookiejar import CookieJar
from typing import Any

import httpx

from app.outbound.addresses import is_public
from app.outbound.bodies import read_limited
from app.outbound.dialing import Dialer, Resolve, resolve_name
from app.outbound.guard import Allowed, Guard, OutboundRefused
from app.outbound.outcomes import Outcome, outcome_of
from app.outbound.pool import Pool
from app.outbound.transport import OutboundTransport

__all__ = ["Allowed", "OutboundRefused", "Outcome", "client", "is_public", "outcome_of", "read_limited"]

# Compressed answers are not asked for: a small hostile body could otherwise unpack to gigabytes.
_HEADERS = {"user-agent": "Daypart", "accept-encoding": "identity"}


class _NoCookies(CookieJar):
    """A jar that keeps nothing: one remote's cookies must not tie calls for different channels together."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Forget what the answer set."""


@functools.cache
def _tls() -> ssl.SSLContext:
    """One for all clients: to load the certificates takes longer than many a call."""
    return httpx.create_ssl_context(trust_env=False)


def client(
    allowed: Allowed,
    *,
    timeout: float = 20.0,
    connections: int = 100,
    resolve: Resolve = resolve_name,
) -> httpx.AsyncClient:
    """Give a guarded httpx client; `timeout` is in seconds for each phase, `allowed` is asked at each use.

    Read the answers of strangers with `client.stream(...)` and `read_limited`: a plain `get` reads to the end.
    """
    dialer = Dialer(Guard(allowed), resolve)
    return httpx.AsyncClient(
        transport=OutboundTransport(Pool(dialer, _tls(), connections)),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        headers=_HEADERS,
        cookies=_NoCookies(),
    )
