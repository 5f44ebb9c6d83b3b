"""`daypart guide`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
import msgspec

from app import clock as clocks
from app.accounts.desk import desk
from app.commands import Local, Said, command, table
from app.guide import service, sharing
from app.guide.ical import ical
from app.guide.m3u import m3u
from app.guide.queries import Listing
from app.guide.schemas import guide_text, listing_json
from app.guide.sharing import DAYS_MOST, Sharing
from app.guide.xmltv import xmltv
from app.plans.applying import checked_day
from app.plans.commands import act
from app.wording import day_label

FORMATS = ("xmltv", "m3u", "ical", "json")


@click.group()
def guide() -> None:
    """The guide: what viewers see of the schedule days."""


@guide.command("show")
@click.argument("channel")
@click.option("--date", "date_text", help="A broadcast date, YYYY-MM-DD; today without it.")
@click.option("--days", "count", type=click.IntRange(1, DAYS_MOST), default=1, show_default=True)
@command
async def show(local: Local, channel: str, date_text: str | None, count: int) -> Said:
    """What is on a channel, by its broadcast days."""
    of = await service.guide_channel(channel)
    today = service.today(of, local.clock.now())
    first = checked_day(date_text) if date_text else today
    days = await service.days_of(of, first, count)
    rows = [row for on, found in days for row in _rows(on, found, today)]
    told = [{"date": on.isoformat(), **msgspec.to_builtins(listing_json(found))} for on, found in days]
    return Said(told, table(("DAY", "START", "END", "TITLE", "EPISODE", ""), rows))


def _rows(on: date, found: Listing, today: date) -> Iterable[tuple[str, ...]]:
    tz, label = clocks.zone(found.channel.timezone), day_label(on, today)
    for one in found.programmes:
        start, end = (f"{clocks.from_ms(ms).astimezone(tz):%H:%M}" for ms in (one.start_ms, one.end_ms))
        number = one.facts.onscreen if one.facts else ""
        episode = " ".join(filter(None, (number, one.sub_title)))
        yield label, start, end, one.heading, episode, "booked" if one.kind == "booking" else ""
        label = ""


@guide.command("export")
@click.argument("form", type=click.Choice(FORMATS), metavar="FORMAT")
@click.option("--days", type=click.IntRange(1, DAYS_MOST), help="Full days beyond today; otherwise as it is shared.")
@click.option("--channel", "slug", default="", help="Only this one.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write, instead of printing.")
@command
async def export(local: Local, form: str, days: int | None, slug: str, output: Path | None) -> Said:
    """Write the guide as xmltv, m3u, ical or json, as its addresses have it."""
    now, url, at = local.clock.now(), local.settings.url, await desk()
    shown = await service.shown(now, days or (await sharing.sharing()).days, slug)
    if form == "xmltv":
        text = "".join(xmltv(shown.listings, url))
    elif form == "ical":
        text = "".join(ical(shown.listings, url, name=at.name, zone=at.timezone, now=now))
    elif form == "m3u":
        text = m3u(shown.channels, url, sharing.addresses(url)["xmltv"])
    else:
        text = guide_text(shown.listings)
    programmes = sum(len(one.programmes) for one in shown.listings)
    told = {"format": form, "channels": len(shown.channels), "programmes": programmes}
    if output is None:
        return Said({**told, "content": text}, text.rstrip("\n"))
    output.write_text(text, encoding="utf-8", newline="")
    return Said({**told, "output": str(output)}, f"{output}: {len(shown.channels)} channels, {programmes} programmes.")


@guide.command("share")
@click.option("--open/--closed", "opened", default=None, help="To everybody, or by secret links only.")
@click.option("--days", type=int, help="Full days beyond today that the files hold.")
@command
async def share(local: Local, opened: bool | None, days: int | None) -> Said:
    """Tell or change how the guide's files are shared."""
    have = await sharing.sharing()
    wanted = Sharing(have.open if opened is None else opened, have.days if days is None else days)
    made = await sharing.share(wanted, **act(local))
    to = "open to everybody" if made.open else "open by secret links only"
    return Said(
        {"open": made.open, "days": made.days}, f"The guide is {to}; its files hold {made.days} days beyond today."
    )


@guide.command("links")
@command
async def list_links(local: Local) -> Said:
    """List the secret links of players."""
    found = await sharing.links()
    rows = [(row["name"], f"{clocks.from_ms(row['created_ms']):%Y-%m-%d}", row["id"]) for row in found]
    return Said(found, table(("NAME", "MADE", "ID"), rows))


@guide.command("link")
@click.argument("name")
@command
async def add_link(local: Local, name: str) -> Said:
    """Make a secret link for a player, and print its addresses this once."""
    made = sharing.addresses(local.settings.url, await sharing.add_link(name, **act(local)))
    return Said(made, "\n".join(made.values()))


@guide.command("unlink")
@click.argument("link_id", metavar="ID")
@command
async def end_link(local: Local, link_id: str) -> Said:
    """End a secret link for good."""
    await sharing.end_link(link_id, **act(local))
    return Said({"ended": link_id}, "The link has ended.")
