"""Gzip for answers that are text; media is compressed already, and event streams must not wait in a buffer."""

from typing import Any

from litestar.config.compression import CompressionConfig
from litestar.datastructures import Headers
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import HTTPResponseStartEvent, Message, Scope, Send

_TEXT = (
    "text/html",
    "application/json",
    "application/problem+json",
    "text/plain",
    "application/xml",
    "text/calendar",
)
_LEVEL = 5


class TextOnly(CompressionMiddleware):
    """Litestar's compression, kept away from everything that is not text or is encoded already."""

    def create_compression_send_wrapper(self, send: Send, compression_encoding: Any, scope: Scope) -> Send:
        """Decide by the headers of the answer."""
        compressed = super().create_compression_send_wrapper(send, compression_encoding, scope)
        chosen = send

        async def wrapped(message: Message) -> None:
            nonlocal chosen
            if message["type"] == "http.response.start":
                chosen = compressed if _is_text(message) else send
            await chosen(message)

        return wrapped


def _is_text(start: HTTPResponseStartEvent) -> bool:
    headers = Headers.from_scope({"headers": start["headers"]})  # type: ignore[arg-type]
    return headers.get("content-type", "").startswith(_TEXT) and "content-encoding" not in headers


CONFIG = CompressionConfig(backend="gzip", gzip_compress_level=_LEVEL, middleware_class=TextOnly)
