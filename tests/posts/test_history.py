"""The timeline of a post has everything that happened to it and its targets, once, in plain words."""

from app.clock import zone
from app.posts import approval, editing, history, queries, service
from app.posts.editing import Edit
from app.posts.history import Entry
from app.posts.schemas import When
from tests.fakes.server import Fake
from tests.posts.desk import ZONE, Desk
from tests.posts.review import ADMIN, gated_channel, version


async def timeline(post: str) -> list[Entry]:
    found = await queries.post(post)
    return history.timeline(found, await history.events_of(found), await queries.attempts(post), zone(ZONE))


async def test_whole_life_of_a_post_is_told(desk: Desk, receiver: Fake) -> None:
    channel = await gated_channel(desk, f"{receiver.url}/ok", "Harbour")
    receiver.post("/script", {"path": "/ok", "behaviours": ["429-seconds?after=1", "ok"]})
    made = await desk.schedule(channel, at=desk.at(3600), title="Before")
    desk.wait(1)
    await approval.send_back(made.post, await version(made.post), "Name it.", by=ADMIN, clock=desk.clock)
    desk.wait(1)
    await editing.edit(
        made.post, Edit(title="After"), await version(made.post), by=desk.by, clock=desk.clock, timezone=ZONE
    )
    desk.wait(1)
    await approval.submit(made.post, by=desk.by, clock=desk.clock)
    desk.wait(1)
    await approval.approve(made.post, await version(made.post), by=ADMIN, clock=desk.clock)
    desk.wait(1)
    await service.reschedule(made.post, When(desk.at(1)), by=desk.by, clock=desk.clock, timezone=ZONE)
    async with desk.engine() as engine:
        desk.wait(1)
        await engine.look()
        await desk.wait_for_retry(made.targets[0])
        await engine.look()
    told = [(one.what, one.channel, one.who.split(", 0.")[0], one.text) for one in await timeline(made.post)]
    assert told == [
        ("Posted", "Harbour", "Send, try 2", ""),
        ("Not sent", "Harbour", "Send, try 1", "The receiver answered 429: it is busy."),
        ("Moved", "Harbour", "Edda", "From Thu 14 May, 15:20 to Thu 14 May, 14:20."),
        ("Approved", "", "Ada", ""),
        ("Submitted for review", "", "Edda", ""),
        ("Changed", "", "Edda", "Title. The title was “Before”."),
        ("Changes asked", "", "Ada", "Name it."),
        ("Submitted for review", "", "Edda", ""),
        ("Scheduled", "Harbour", "Edda", "For Thu 14 May, 15:20."),
    ]


async def test_times_are_the_stations(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=desk.at(3600))
    (one,) = await timeline(made.post)
    assert (one.date, one.time, one.iso) == ("Thu 14 May", "14:20:00.000", "2026-05-14T14:20:00+01:00")
