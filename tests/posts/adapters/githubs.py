"""A publication for the GitHub adapter, and its way there step by step."""

from dataclasses import replace
from typing import Any

from app.posts.adapters.base import Accepted, Outcome, Publication, Tools
from app.posts.adapters.github import GitHub
from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake
from tests.posts.adapters import webhooks

HUB = GitHub()
DISPATCHES = f"/repos/{REPOSITORY}/dispatches"
RUNS = f"/repos/{REPOSITORY}/actions/runs"


def publication(api_url: str, **config: str) -> Publication:
    made = webhooks.publication("")
    wanted = {"repository": REPOSITORY, "api_url": api_url, **config}
    return replace(made, config=wanted, secret=TOKEN, asset="a1", tries=1)


async def prepared(github: Fake, tools: Tools, **config: str) -> Publication:
    made = publication(**{"api_url": github.url, **config})
    return replace(made, prepared=await HUB.prepare(made, tools))


async def committed(github: Fake, tools: Tools, **config: str) -> tuple[Publication, Outcome]:
    """A publication that was dispatched, with what is kept of it."""
    made = await prepared(github, tools, **config)
    outcome = await HUB.commit(made, tools)
    return (replace(made, prepared=outcome.prepared) if isinstance(outcome, Accepted) else made), outcome


def asked(github: Fake) -> list[dict[str, Any]]:
    """What GitHub was asked about runs."""
    return [one for one in github.requests() if one["method"] == "GET"]


def dispatched(github: Fake) -> list[dict[str, Any]]:
    """What GitHub was told to start."""
    return [one for one in github.requests() if one["method"] == "POST"]
