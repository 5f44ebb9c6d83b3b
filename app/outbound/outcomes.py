"""What a failed call tells about the remote: may it have acted or not?"""

from typing import Literal

import httpx
import idna

from app.outbound.guard import OutboundRefused

Outcome = Literal["never_sent", "unknown", "refused"]
"""never_sent: nothing went out, another try is safe. refused: nothing went out, and nothing will until
somebody changes the address or the settings. unknown: the remote may have acted."""


def outcome_of(error: Exception) -> Outcome:
    """Judge the error of one call; whatever is not known to precede the sending is unknown."""
    # IDNAError: httpx lets a malformed `xn--` host through to the moment it builds the request.
    if isinstance(error, OutboundRefused | httpx.UnsupportedProtocol | httpx.InvalidURL | idna.IDNAError):
        return "refused"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return "never_sent"
    return "unknown"
