"""A client that asks one thing after the other on a connection that stays open."""

from collections.abc import Iterable
from http.client import HTTPConnection

from app.web.sessions import COOKIE
from tests import cast


class NotAnswered(Exception):
    """An answer is not the one that is measured."""


class Browser:
    """A connection with the session of an editor."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        origin = f"http://127.0.0.1:{port}"
        self._headers = {"cookie": f"{COOKIE}={cast.token('editor')}", "accept": "text/html", "origin": origin}

    def get(self, path: str) -> bytes:
        """A page, which must be there."""
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | Iterable[memoryview] | None = None, **headers: str) -> bytes:
        """The body of an answer that is well."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body=body, headers={**self._headers, **told})
        response = self._connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201):
            raise NotAnswered(f"{path} answers {response.status}: {answer[:200]!r}")
        return answer

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
