"""`daypart series`."""

import click
from msgspec import UNSET

from app.accounts.rules import Identity
from app.commands import Local, Said, command, table
from app.library import series as use
from app.library.seasons import seasons, spans_text
from app.library.series import Place, SeriesEdit
from app.library.series_api import episode_json, season_json, series_json
from app.wording import count

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")


@click.group()
def series() -> None:
    """Series and their episodes. SERIES is an id or title."""


@series.command("list")
@command
async def list_series(local: Local) -> Said:
    """List the series."""
    found = await use.all_series()
    rows = [(one.title, str(one.episodes), one.id) for one in found]
    return Said([series_json(one) for one in found], table(("TITLE", "EPISODES", "ID"), rows))


@series.command("add")
@click.argument("title")
@click.option("--home-channel", help="Where it airs unless told otherwise.")
@command
async def add_series(local: Local, title: str, home_channel: str | None) -> Said:
    """Add a series."""
    made = await use.add_series(title, home_channel, by=OPERATOR, clock=local.clock)
    return Said(series_json(made), f"{made.id}  {made.title}")


@series.command("edit")
@click.argument("key", metavar="SERIES")
@click.option("--title")
@click.option("--home-channel", help="By id or slug; '' for none.")
@click.option("--description", help="'' for none.")
@command
async def edit_series(
    local: Local, key: str, title: str | None, home_channel: str | None, description: str | None
) -> Said:
    """Change a series."""
    given = {"title": title, "home_channel": home_channel, "description": description}
    wanted = SeriesEdit(**{name: UNSET if value is None else value for name, value in given.items()})
    version = (await use.series(key)).version
    made = await use.edit_series(key, wanted, version, by=OPERATOR, clock=local.clock)
    return Said(series_json(made), f"{made.id}  {made.title}")


@series.command("merge")
@click.argument("key", metavar="SERIES")
@click.argument("into")
@command
async def merge_series(local: Local, key: str, into: str) -> Said:
    """Make the episodes of SERIES those of INTO, and delete SERIES."""
    kept = await use.merge(key, into, by=OPERATOR, clock=local.clock)
    return Said(series_json(kept), f"{kept.title} has {count(kept.episodes, 'episode')} now.")


@series.command("seasons")
@click.argument("key", metavar="SERIES")
@command
async def list_seasons(local: Local, key: str) -> Said:
    """List the seasons of a series, with the episodes that are missing."""
    found = seasons(await use.episodes(key))
    rows = [
        ("" if one.number is None else str(one.number), str(len(one.episodes)), spans_text(one.missing))
        for one in found
    ]  # fmt: skip
    return Said([season_json(one) for one in found], table(("SEASON", "EPISODES", "MISSING"), rows))


@series.command("episodes")
@click.argument("key", metavar="SERIES")
@command
async def list_episodes(local: Local, key: str) -> Said:
    """List the episodes of a series, in order."""
    found = await use.episodes(key)
    rows = [(str(one.season or ""), str(one.episode or ""), one.title, one.asset) for one in found]
    return Said([episode_json(one) for one in found], table(("SEASON", "EPISODE", "TITLE", "ASSET"), rows))


@series.command("place")
@click.argument("asset_id", metavar="ASSET")
@click.option("--series", "key", help="By id or title; '' takes it out.")
@click.option("--season", type=int)
@click.option("--episode", type=int)
@click.option("--genre", help="'' for none.")
@click.option("--rating", help="'' for none.")
@command
async def place_asset(
    local: Local,
    asset_id: str,
    key: str | None,
    season: int | None,
    episode: int | None,
    genre: str | None,
    rating: str | None,
) -> Said:
    """Say what an asset is within a series; its genre and rating."""
    given = {"series": key, "season": season, "episode": episode, "genre": genre, "rating": rating}
    asked = Place(**{name: UNSET if value is None else value for name, value in given.items()})  # type: ignore[arg-type]
    before = await use.episode(asset_id)
    placed = await use.place(asset_id, asked, before.version, by=OPERATOR, clock=local.clock)
    return Said(episode_json(placed), f"{placed.title}  season {placed.season}, episode {placed.episode}")


@series.command("delete")
@click.argument("key", metavar="SERIES")
@command
async def delete_series(local: Local, key: str) -> Said:
    """Delete a series without episodes that no program names."""
    await use.remove_series(key, by=OPERATOR, clock=local.clock)
    return Said({"deleted": key}, f"{key} is deleted.")
