"""Whether a request that changes something was made by one of our own pages.

Browsers tell where a request comes from: `Sec-Fetch-Site` on secure origins (W3C Fetch Metadata), `Origin` on every
unsafe request (RFC 6454). Scripts of another site can forge neither, so no token needs to travel in forms; OWASP's
CSRF cheat sheet names both checks. A cookie is sent by itself and needs this, an API key is not.
"""

from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.types import HTTPScope

from app.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OWN_SITES = frozenset({"same-origin", "none"})
_PORTS = {"http": 80, "https": 443}


def check(scope: HTTPScope, public_url: str) -> None:
    """Refuse an unsafe request that does not come from our own origin."""
    headers = Headers.from_scope(scope)
    if site := headers.get("sec-fetch-site"):
        allowed = site in OWN_SITES
    else:
        origin = _origin(headers.get("origin", ""))
        own = _origin(f"{scope['scheme']}://{headers.get('host', '')}")
        allowed = origin is not None and origin in (own, _origin(public_url))
    if not allowed:
        raise Forbidden(
            "CSRF",
            "This request did not come from a page of this desk, so nothing was changed. Scripts use an API key.",
        )


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address, with the default port filled in; None for `null` and the like."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
