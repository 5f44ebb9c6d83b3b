"""Filling the demo desk: its channels once, and a new round of posts at each start."""

import logging
from datetime import timedelta
from itertools import cycle

from app.accounts import desk
from app.accounts.rules import Identity
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.database import sql
from app.demo.videos import SAMPLES, render
from app.errors import Conflict
from app.library.service import add_file
from app.posts import service, social
from app.posts.schemas import NewPost, When
from app.posts.social import Wanted
from app.settings import Settings

log = logging.getLogger(__name__)

DEMO = Identity("system", "", "demo", "admin")
FIRST_AFTER = timedelta(seconds=75)
EVERY = timedelta(seconds=90)
ZONE = "Europe/Lisbon"
CHANNELS = (
    ("slow-kitchen", "Slow Kitchen", "take"),
    ("workshop-log", "Workshop Log", "think"),
    ("night-shift", "Night Shift", "refuse"),
)


async def fill(settings: Settings, clock: MasterClock, keys: KeyFile, receiver: str) -> None:
    """Make the channels, or give them the receiver's address of this start, and plan a round of posts."""
    await desk.allow_host("127.0.0.1", by=DEMO, clock=clock)
    for slug, title, way in CHANNELS:
        await _channel(slug, Wanted(title, f"{receiver}/{way}", ZONE, slug), clock, keys)
    turn = (await sql("SELECT count(*) AS n FROM post"))[0]["n"]
    slugs = cycle(slug for slug, _, _ in CHANNELS)
    due = clock.now() + FIRST_AFTER
    for number, sample in enumerate(SAMPLES):
        path = await render(sample, turn, settings.data / "rendered")
        added = await add_file(path, progress=lambda _: None, settings=settings, by=DEMO, clock=clock)
        path.unlink()
        channels = [next(slugs)] if number else ["slow-kitchen", "workshop-log"]
        post = NewPost(added.asset.id, sample.title, channels, sample.description, sample.hashtags, When(due))
        await _plan(post, clock)
        due += EVERY
    log.info("the demo station has %s new posts", len(SAMPLES))


async def _channel(slug: str, wanted: Wanted, clock: MasterClock, keys: KeyFile) -> None:
    if not await sql("SELECT 1 FROM channel WHERE slug = ?", slug):
        await social.add(wanted, by=DEMO, clock=clock, keys=keys)
        return
    known = await social.account(slug)
    await social.edit(slug, wanted, known.channel.version, by=DEMO, clock=clock)


async def _plan(post: NewPost, clock: MasterClock) -> None:
    try:
        await service.schedule(post, by=DEMO, clock=clock, timezone=ZONE)
    except Conflict as taken:
        log.info("%s was not planned: %s", post.title, taken.detail)
