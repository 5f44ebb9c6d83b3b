"""JSON bodies: whatever cannot be read is refused as such, where the framework's own reader would break."""

from typing import Any

from litestar.connection import Request

from app.errors import Malformed


class JsonRequest(Request[Any, Any, Any]):
    """A request whose broken UTF-8 and endless nesting are the sender's mistake, not ours."""

    async def json(self) -> Any:
        """The body, decoded."""
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise Malformed("MALFORMED_JSON", "The body is not valid JSON.") from error
