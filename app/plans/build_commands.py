"""`daypart plan` with `build`, whose words are made of the commands of plans, zones, programs and days."""

import asyncio
import sys

import click

from app.commands import Local, json_option, refusals, with_database
from app.plans import drafting
from app.plans.build_session import Loop, Session
from app.plans.build_words import words
from app.plans.commands import plan
from app.plans.drafts import Draft


@plan.command("build")
@click.argument("channel")
@click.argument("name", metavar="PLAN")
@json_option
def build(channel: str, name: str, as_json: bool) -> None:
    """Build a plan in a session: lines on standard input change zones and programs, and save stores all at once.

    Say help for the words. Until save, nothing is stored. Where standard input is no terminal, the first line that is
    refused ends the session with its exit status.
    """
    with refusals(as_json=as_json):
        draft = asyncio.run(with_database(_taken_up, channel, name))
    session = Session(draft, asks=sys.stdin.isatty(), as_json=as_json)
    if session.asks:
        click.echo(
            f"{name} of {draft.of.channel.title}. Nothing is stored before save; help tells the words.", err=True
        )
    sys.exit(Loop(session, words).run())


async def _taken_up(_: Local, channel: str, name: str) -> Draft:
    return await drafting.draft(channel, name)
