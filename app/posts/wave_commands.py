"""`daypart wave`."""

import click

from app import wording
from app.accounts.desk import desk
from app.accounts.rules import Identity
from app.channels.kinds import Past
from app.clock import from_ms, zone
from app.commands import Local, Said, command, table
from app.posts import groups, resuming, scopes, wave_queries, wave_rules, waves
from app.posts.groups import NewGroup
from app.posts.post_json import when_of
from app.posts.resuming import PASTS
from app.posts.schemas import When
from app.posts.wave_json import done_json, made_json, planned_json, wave_json, whole_wave_json
from app.posts.wave_queries import Wanted
from app.posts.wave_rules import Kind
from app.posts.waves import Done

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")
_KINDS = click.Choice(["simultaneous", "staggered", "independent"])
_key = click.argument("key")
_timezone = click.option("--timezone", help="Zone of a wall-clock time; without one, times need an offset.")


@click.group()
def wave() -> None:
    """Waves: targets on several channels that belong together."""


@wave.command("list")
@command
async def list_waves(local: Local) -> Said:
    """List all waves, the newest first."""
    found = await wave_queries.waves()
    rows = [
        (one.key, one.title, wave_rules.outcome(one.progress) + (", paused" if one.paused else "")) for one in found
    ]
    return Said([wave_json(one) for one in found], table(("WAVE", "TITLE", "OUTCOME"), rows))


@wave.command("show")
@_key
@command
async def show_wave(local: Local, key: str) -> Said:
    """Show how each target of a wave stands."""
    found, targets = await wave_queries.wave(key), await wave_queries.planned(Wanted(wave=key))
    tz = zone(await _zone())
    rows = [
        (one.id, wording.local(from_ms(one.due_ms), tz), one.channel_title, one.state, one.title or "empty slot")
        for one in targets.targets
    ]
    return Said(whole_wave_json(found, targets), table(("TARGET", "TIME", "CHANNEL", "STATE", "VIDEO"), rows))


@wave.command("add")
@_key
@click.argument("channels", nargs=-1, required=True)
@click.option("--kind", type=_KINDS, default="simultaneous", show_default=True)
@click.option("--at", help="Time of all, or of the first channel: an instant with its offset, or with --timezone.")
@_timezone
@click.option("--step", "step_s", type=int, default=0, help="Seconds between channels that follow one another.")
@click.option("--asset", help="The video; without one, the slots wait for it.")
@click.option("--title", default="", help="Title of the post, instead of the video's own.")
@click.option("--wave-title", default="", help="Title of a new wave, instead of its name.")
@click.option("--preview", is_flag=True, help="Only tell what would go where and when.")
@command
async def add_group(
    local: Local, key: str, channels: tuple[str, ...], kind: Kind, at: str | None, timezone: str | None, step_s: int,
    asset: str | None, title: str, wave_title: str, preview: bool,
) -> Said:  # fmt: skip
    """Plan targets on CHANNELS, in their order, in the wave KEY."""
    when = None if at is None else when_of(at, timezone)
    new = NewGroup(
        kind, channels, when, step_s, asset=asset, title=title, wave=wave_rules.checked_key(key), wave_title=wave_title
    )
    plan = await groups.planned(new, clock=local.clock, timezone=await _zone())
    tz = zone(await _zone())
    rows = [
        (wording.local(one.when.at, tz), one.channel.title, wording.count(len(one.clashes), "conflict"))
        for one in plan.lanes
    ]
    shown = table(("TIME", "CHANNEL", ""), rows)
    if preview:
        return Said(planned_json(new, plan), shown)
    made = await groups.save(new, by=OPERATOR, clock=local.clock, timezone=await _zone())
    return Said(made_json(made, await wave_queries.these(made.targets)), shown)


@wave.command("pause")
@_key
@command
async def pause_wave(local: Local, key: str) -> Said:
    """Hold what waits in a wave."""
    return _said(await waves.pause(await scopes.scope("wave", key), by=OPERATOR, clock=local.clock), "paused")


@wave.command("resume")
@_key
@click.option("--past", type=click.Choice(PASTS), help="What becomes of targets whose time passed meanwhile.")
@command
async def resume_wave(local: Local, key: str, past: Past | None) -> Said:
    """Let a wave go on."""
    of = await scopes.scope("wave", key)
    done = await resuming.resume(of, past, by=OPERATOR, clock=local.clock, timezone=await _zone())
    return _said(done, "resumed")


@wave.command("move")
@_key
@click.argument("at")
@_timezone
@command
async def move_wave(local: Local, key: str, at: str, timezone: str | None) -> Said:
    """Move what waits in a wave as a whole: the first of it to AT."""
    when: When = when_of(at, timezone)
    of = await scopes.scope("wave", key)
    done = await waves.move(of, when, by=OPERATOR, clock=local.clock, timezone=await _zone())
    return _said(done, "moved")


@wave.command("cancel")
@_key
@command
async def cancel_wave(local: Local, key: str) -> Said:
    """Cancel what waits in a wave; what went out stays."""
    return _said(await waves.cancel(await scopes.scope("wave", key), by=OPERATOR, clock=local.clock), "cancelled")


@wave.command("retry")
@_key
@command
async def retry_wave(local: Local, key: str) -> Said:
    """Try what failed in a wave again."""
    done = await waves.retry(await scopes.scope("wave", key), by=OPERATOR, clock=local.clock)
    return _said(done, "tried again")


def _said(done: Done, verb: str) -> Said:
    words = f"{wording.count(done.changed, 'target')} {verb}."
    return Said(done_json(done), " ".join([words, *done.notes]))


async def _zone() -> str:
    return (await desk()).timezone
