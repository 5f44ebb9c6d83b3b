"""JSON bodies: whatever cannot be read is refused as such, where the framework's own reader would break or guess."""

from typing import Any

import msgspec
from litestar.connection import Request
from litestar.exceptions import ValidationException

from app.errors import Malformed


class JsonRequest(Request[Any, Any, Any]):
    """A request whose broken UTF-8, endless nesting and wrong types are the sender's mistake, not ours."""

    async def json(self) -> Any:
        """The body, decoded."""
        try:
            body = await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise Malformed("MALFORMED_JSON", "The body is not valid JSON.") from error
        self._refuse_wrong_types(body)
        return body

    def _refuse_wrong_types(self, body: Any) -> None:
        """The framework would take "60" for 60 and 1 for true: JSON has types, so they are held to."""
        wanted = self.route_handler.parsed_data_field
        if wanted is None or body is None:
            return
        try:
            msgspec.convert(body, wanted.annotation)
        except msgspec.ValidationError as error:
            raise ValidationException(extra=[{"message": str(error), "key": "data"}]) from error
