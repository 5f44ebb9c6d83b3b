"""What came of a folder tree gets said what its name said."""

import msgspec

from app.events import Change
from app.library import editing, queries
from app.library.naming import Named
from app.library.series import ensured

_TYPES = {"episode": "EPI", "movie": "MOV"}


async def place(happening: Change, asset_id: str, told: str) -> None:
    """Say it of an asset inside of a change; one that somebody said something of before stays as it is."""
    asset = await queries.asset(asset_id)
    if asset.version != 1 or asset.series is not None:
        return
    said = msgspec.json.decode(told, type=Named)
    values = {"type": _TYPES[said.kind], "title": said.title, "season": said.season, "episode": said.episode}
    if said.series is not None:
        values["series"] = await ensured(happening, said.series)
    await editing.write(happening, [editing.changed(asset, values)])
