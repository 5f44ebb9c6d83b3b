"""One file a platform, registered by name."""

from app.errors import NotFound
from app.posts.adapters.base import Adapter
from app.posts.adapters.github import GitHub
from app.posts.adapters.webhook import Webhook

ADAPTERS: dict[str, Adapter] = {adapter.name: adapter for adapter in (Webhook(), GitHub())}


def adapter(name: str) -> Adapter:
    """The adapter of a platform."""
    try:
        return ADAPTERS[name]
    except KeyError:
        raise NotFound("PLATFORM_UNKNOWN", f"There is no platform {name!r}.") from None
