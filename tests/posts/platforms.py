"""How each platform's fake may behave while a target is published; a new adapter joins by adding its cases."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.database import Row
from app.posts import github_channels
from app.posts.adapters.github_config import Config
from tests.fakes.github import REPOSITORY, TOKEN
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk


@dataclass(frozen=True)
class Case:
    """A platform's fake that behaves in one way; `script` scripts it anew."""

    platform: str
    name: str
    fake: str
    script: Callable[[Fake], None]
    channel: Callable[[Desk, Fake], Awaitable[str]]
    counts: Callable[[Fake], dict[str, int]]
    """`distinct`: how many publications were asked for; `published`: how many were made."""
    takes_repetitions: bool = True
    """Whether an order whose fate is unknown may be sent again; else it may stay unknown although it never left."""

    def check(self, fake: Fake, row: Row, told: object) -> None:
        """Published once, or shown as unknown with a reason; never twice, never lost."""
        counts, state = self.counts(fake), row["state"]
        assert state == "published" or (state == "unconfirmed" and not self.takes_repetitions), told
        assert bool(row["error"]) == (state == "unconfirmed"), told
        assert counts["published"] == 1 or (state, counts["published"]) == ("unconfirmed", 0), told
        assert counts["distinct"] <= 1, told


def _webhook(name: str, *behaviours: str) -> Case:
    def script(receiver: Fake) -> None:
        receiver.post("/reset")
        receiver.post("/script", {"path": "/ok", "behaviours": list(behaviours)})

    return Case(
        "webhook", name, "tests.fakes.receiver:app", script,
        channel=lambda desk, receiver: desk.channel(f"{receiver.url}/ok"),
        counts=lambda receiver: dict(receiver.get("/counts")),
    )  # fmt: skip


def _github(name: str, *behaviours: str, hidden: int = 0) -> Case:
    def script(github: Fake) -> None:
        github.post("/reset")
        github.post("/fate", {"hidden": hidden})
        github.post("/script", {"path": f"/repos/{REPOSITORY}/dispatches", "behaviours": list(behaviours)})

    def counts(github: Fake) -> dict[str, int]:
        counted = github.get("/counts")
        return {"distinct": len(counted["by_schedule"]), "published": counted["runs"]}

    return Case("github", name, "tests.fakes.github:app", script, github_channel, counts, takes_repetitions=False)


async def github_channel(desk: Desk, github: Fake, title: str = "Show", **config: str) -> str:
    """A channel on the fake's repository."""
    wanted = github_channels.Wanted(
        title,
        Config(**{"repository": REPOSITORY, "api_url": github.url, **config}),  # type: ignore[arg-type]
        ZONE,
        TOKEN,
    )
    return (await github_channels.add(wanted, by=desk.by, clock=desk.clock, keys=desk.keys)).channel


CASES = [
    _webhook("takes it"),
    _webhook("drops the connection after taking it", "drop-after"),
    _webhook("drops the connection before reading it", "drop-before"),
    _webhook("accepts it and tells later", "accepted?pending=1", "accepted?pending=1"),
    _webhook("is busy at first", "429-seconds?after=1"),
    _webhook("fails in the middle", "500", "502-html"),
    _github("takes it"),
    _github("drops the connection after taking it", "drop-after", hidden=1),
    _github("drops the connection before reading it", "drop-before"),
    _github("is busy at first", "429-date?after=1"),
]
