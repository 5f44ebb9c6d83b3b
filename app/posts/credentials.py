"""The secrets of a social account, kept encrypted in one column.

A webhook has only the secret that signs; what has a token besides is stored as a JSON object of both.
"""

from typing import Self

import msgspec


class Credentials(msgspec.Struct, frozen=True):
    """`signing` proves who sent a delivery or a report, `token` opens the platform's API."""

    signing: str
    token: str = ""

    @property
    def for_calls(self) -> str:
        """What the adapter needs to call its platform."""
        return self.token or self.signing

    @classmethod
    def read(cls, stored: str) -> Self:
        """Credentials as `written` left them, decrypted."""
        return msgspec.json.decode(stored, type=cls) if stored.startswith("{") else cls(stored)

    def written(self) -> str:
        """The text to be encrypted."""
        return msgspec.json.encode(self).decode() if self.token else self.signing
