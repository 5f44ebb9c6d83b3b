"""Whether what is planned is there: files may go from disk behind the library's back."""

from collections.abc import Sequence

from app.library import presence
from app.plans.values import Event, Finding


async def gone(events: Sequence[Event]) -> list[Finding]:
    """Assets of a day whose files are gone, each told once, where it first airs; one without a file lives elsewhere."""
    first = {part.asset: (part.title, one.start_ms + part.at_ms) for one in reversed(events) for part in one.parts}
    told = sorted((first[asset] for asset in await presence.missing(first)), key=lambda one: one[1])
    return [
        Finding("MEDIA_GONE", "error", f"The file of {title} is gone from disk; something else airs for it.", at_ms)
        for title, at_ms in told
    ]
