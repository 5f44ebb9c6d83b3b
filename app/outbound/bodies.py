"""Reading answers from remotes that may never stop talking."""

import httpx


async def read_limited(response: httpx.Response, limit: int = 65_536) -> bytes:
    """Give at most the first `limit` bytes of a streamed body and close it; the caller sets a time limit.

    A slow body keeps every single read within its timeout, so wrap this in `asyncio.timeout`.
    """
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) >= limit:
            break
    await response.aclose()
    return bytes(body[:limit])
