"""Requests that come from nowhere, for what only reads them."""

from litestar import Litestar
from litestar.testing import RequestFactory

# The factory's own app would send all logging of the process through a thread, which no forked test survives.
REQUESTS = RequestFactory(Litestar([], openapi_config=None, logging_config=None))
