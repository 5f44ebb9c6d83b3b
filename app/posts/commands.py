"""`daypart post`."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from app import csv_text, wording
from app.accounts.desk import desk
from app.clock import broadcast_day, from_ms, to_ms, zone
from app.commands import Local, Said, command, table
from app.errors import field_error
from app.library.commands import OPERATOR
from app.posts import awaiting, bulk, queries, service, views
from app.posts.awaiting import Source
from app.posts.bulk import Shift
from app.posts.connected import connected
from app.posts.import_api import told
from app.posts.importing import import_csv
from app.posts.post_json import post_json, when_of
from app.posts.queries import Filter
from app.posts.schemas import NewPost, PostView
from app.posts.states import STATES, status_of

HEADS = ("ID", "TITLE", "TIME", "STATUS", "CHANNELS")
STATUSES = list(dict.fromkeys(status_of(state) for state in STATES))


@click.group()
def post() -> None:
    """Videos that are published, and when."""


@post.command("list")
@click.argument("words", nargs=-1)
@click.option("--status", type=click.Choice(STATUSES), default=None)
@click.option("--channel", default="", help="A channel by its short name.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@command
async def list_posts(local: Local, words: tuple[str, ...], status: str | None, channel: str, limit: int) -> Said:
    """List what needs attention and what is planned; with a status that is past, history. WORDS are of titles."""
    tz = zone((await desk()).timezone)
    start, _ = broadcast_day(local.clock.now().astimezone(tz).date(), time(0), tz)
    ids = await queries.matching(Filter(" ".join(words), status or "", channel), to_ms(start), limit)
    found = await queries.named(ids[:limit])
    rows = [await _row(local, one) for one in found]
    now = local.clock.now()
    return Said([post_json(one, now) for one in found], table(HEADS, rows))


async def _row(local: Local, one: PostView) -> tuple[str, ...]:
    stands = views.standing(one.targets, local.clock.now())
    due = _local(None if stands.due_ms is None else from_ms(stands.due_ms), zone((await desk()).timezone))
    return one.id, one.title, due, stands.status_label, ", ".join(target.channel_slug for target in one.targets)


def _local(at: datetime | None, tz: ZoneInfo) -> str:
    return "no time" if at is None else wording.local(at, tz)


async def _said(local: Local, post_id: str, words: str) -> Said:
    found = await queries.post(post_id)
    return Said(post_json(found, local.clock.now()), f"{words}\n{table(HEADS, [await _row(local, found)])}")


@post.command("show")
@click.argument("post_id", metavar="ID")
@command
async def show_post(local: Local, post_id: str) -> Said:
    """One of them, with each of its channels."""
    found, now = await queries.post(post_id), local.clock.now()
    tz = zone((await desk()).timezone)
    facts = [("title", found.title), ("text", found.description), ("hashtags", " ".join(found.hashtags))]
    facts += [
        (target.channel_slug, f"{_local(target.due, tz)} {target.state} {target.error or ''}".rstrip())
        for target in found.targets
    ]
    return Said(post_json(found, now), table(("", ""), facts).lstrip("\n"))


@post.command("create")
@click.option("--title", required=True)
@click.option("--asset", help="A video of the library, by its id.")
@click.option("--path", "place", help="A file below the import folder; a worker brings it in.")
@click.option("--url", help="An address; a worker fetches it.")
@click.option("--channel", "channels", multiple=True, help="By id or short name; several may be given.")
@click.option("--platform", "platforms", multiple=True, help="Its one connected channel.")
@click.option("--text", default="")
@click.option("--hashtags", default="")
@click.option("--at", help="As 2026-05-14T18:00+01:00; without it, the next free slot.")
@click.option("--zone", "timezone", help="Of a time without an offset.")
@command
async def create_post(
    local: Local, title: str, asset: str | None, place: str | None, url: str | None, channels: tuple[str, ...],
    platforms: tuple[str, ...], text: str, hashtags: str, at: str | None, timezone: str | None,
) -> Said:  # fmt: skip
    """Schedule a video on channels."""
    if [asset, place, url].count(None) != 2:
        raise click.UsageError("Give either --asset, --path or --url.")
    when = when_of(at, timezone) if at else None
    new = NewPost(asset or "", title, [*channels, *await connected(platforms)], text, hashtags, when)
    zone_of_desk = (await desk()).timezone
    if asset:
        made = await service.schedule(new, by=OPERATOR, clock=local.clock, timezone=zone_of_desk)
    else:
        source = Source("url", url) if url else Source("folder", place or "")
        made = await awaiting.schedule(
            new, source, settings=local.settings, by=OPERATOR, clock=local.clock, timezone=zone_of_desk
        )
    return await _said(local, made.post, " ".join(filter(None, ("Scheduled.", made.note))))


@post.command("reschedule")
@click.argument("post_id", metavar="ID")
@click.argument("at", metavar="TIME")
@click.option("--zone", "timezone", help="Of a time without an offset.")
@command
async def reschedule_post(local: Local, post_id: str, at: str, timezone: str | None) -> Said:
    """Move one to another time."""
    made = await service.reschedule(
        post_id, when_of(at, timezone), by=OPERATOR, clock=local.clock, timezone=(await desk()).timezone
    )
    return await _said(local, post_id, " ".join(filter(None, ("Moved.", made.note))))


_MANY = click.argument("ids", nargs=-1, required=True, metavar="ID...")


async def _act(local: Local, act: bulk.Act, ids: tuple[str, ...], words: str, shift: Shift | None = None) -> Said:
    done = await bulk.act_on_all(
        ids, act, by=OPERATOR, clock=local.clock, timezone=(await desk()).timezone, shift=shift
    )
    return Said(
        {"act": done.act, "posts": done.posts, "targets": done.targets},
        f"{wording.count(done.posts, 'post')} {words}.",
    )


@post.command("now")
@_MANY
@command
async def post_now(local: Local, ids: tuple[str, ...]) -> Said:
    """Publish now what still waits; a worker does it."""
    return await _act(local, "force", ids, "on the way out")


@post.command("cancel")
@_MANY
@command
async def cancel_posts(local: Local, ids: tuple[str, ...]) -> Said:
    """Cancel what still waits, or failed."""
    return await _act(local, "cancel", ids, "cancelled")


@post.command("retry")
@_MANY
@command
async def retry_posts(local: Local, ids: tuple[str, ...]) -> Said:
    """Try again what failed or was missed."""
    return await _act(local, "retry", ids, "tried again")


@post.command("pause")
@_MANY
@command
async def pause_posts(local: Local, ids: tuple[str, ...]) -> Said:
    """Hold back what still waits."""
    return await _act(local, "pause", ids, "paused")


@post.command("resume")
@_MANY
@command
async def resume_posts(local: Local, ids: tuple[str, ...]) -> Said:
    """Let go what is paused."""
    return await _act(local, "resume", ids, "resumed")


@post.command("shift")
@_MANY
@click.option("--days", type=int, default=0, help="Less than 0 is earlier.")
@click.option("--hours", type=int, default=0)
@command
async def shift_posts(local: Local, ids: tuple[str, ...], days: int, hours: int) -> Said:
    """Move several on the wall clock, the gaps between them kept."""
    return await _act(local, "shift", ids, "moved", Shift(days, hours))


@post.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Tell what it would do, and store nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Store nothing if a row is wrong.")
@command
async def import_posts(local: Local, file: Path, dry_run: bool, all_or_nothing: bool) -> Said:
    """Schedule a post for each new row of a CSV FILE; importing it again adds nothing."""
    if file.stat().st_size > csv_text.BYTES_MOST:
        raise field_error("file", "CSV_LARGE", f"The file has more than {csv_text.BYTES_MOST // 1_000_000} MB.")
    done = await import_csv(
        file.read_bytes(), by=OPERATOR, clock=local.clock, timezone=(await desk()).timezone, dry_run=dry_run,
        all_or_nothing=all_or_nothing,
    )  # fmt: skip
    wrong = [(str(row.line), error.field, error.detail) for row in done.wrong for error in row.errors]
    words = "imported" if done.stored else "would be imported"
    new, known = wording.count(done.count("new"), "post"), done.count("known")
    said = f"{new} {words}, {known} there already, {len(done.wrong)} wrong."
    return Said(told(done), said + ("\n" + table(("LINE", "FIELD", "WHAT IS WRONG"), wrong) if wrong else ""))
