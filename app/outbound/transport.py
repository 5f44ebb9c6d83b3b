"""The httpx transport over our pool: one call, one link, no retry, httpx's own errors."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import cast

import httpcore
import httpx

from app.outbound.pool import Link, Pool

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


class OutboundTransport(httpx.AsyncBaseTransport):
    """Carries httpx's requests to hosts that the guard lets through."""

    def __init__(self, pool: Pool) -> None:
        """Take the pool; closing the transport closes it."""
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request once; raise OutboundRefused, or an httpx error that `outcome_of` can judge."""
        _check_url(request.url)
        core = _core_request(request)
        times = request.extensions.get("timeout", {})
        link = await self._pool.borrow(core.url.origin, wait_s=times.get("pool"), connect_s=times.get("connect"))
        try:
            with _httpx_errors():
                answer = await link.http.handle_async_request(core)
        except BaseException:
            await self._pool.give_back(link)
            raise
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer, link, self._pool),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close the connections that wait for a next call."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closing it hands the link back, read to the end or not."""

    def __init__(self, answer: httpcore.Response, link: Link, pool: Pool) -> None:
        self._answer = answer
        self._link = link
        self._pool = pool
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._answer.aclose()
        finally:
            await self._pool.give_back(self._link)


def _check_url(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol("Only http:// and https:// addresses can be called.")
    if not url.raw_host or not (url.port is None or 0 < url.port < 65_536):
        raise httpx.UnsupportedProtocol("The address needs a host, and a port below 65536 if any.")


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=cast(httpx.AsyncByteStream, request.stream),
        extensions=request.extensions,
    )


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Turn what httpcore raises once sending has begun into httpx's errors."""
    try:
        yield
    except tuple(_ERRORS) as error:
        raise _ERRORS[type(error)](str(error)) from error
    except ssl.SSLError as error:  # a broken TLS record in mid-stream reaches us unwrapped
        raise httpx.ReadError(str(error)) from error
