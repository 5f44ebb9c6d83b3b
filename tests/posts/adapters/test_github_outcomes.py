"""What the GitHub adapter makes of every way in which GitHub may answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.posts.adapters.base import Accepted, NotSent, NotYet, Outcome, Published, Refused, Tools, Unknown
from app.posts.adapters.github_runs import ASK_EVERY_S
from tests.fakes.github import REPOSITORY
from tests.fakes.github_behaviours import BEHAVIOURS
from tests.fakes.server import Fake
from tests.outbound.conftest import answering, raw_server
from tests.posts.adapters.githubs import DISPATCHES, HUB, RUNS, committed, prepared, publication

BROKE = "The connection broke before GitHub answered, so it may have the post."
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
LIMITS = "GitHub limits how often it may be called"
SPAM = "GitHub answered 422 and may be taking this for spam"
FIRST_LOOK_S = 20.0


def about(seconds: float) -> Callable[[Outcome], bool]:
    """Not sent, to be tried again about then."""
    return lambda found: isinstance(found, NotSent) and abs((found.retry_after_s or 0) - seconds) <= 1.5


def failed_in_the_middle(status: int) -> Outcome:
    reason = f"GitHub answered {status}: it failed in the middle, so the workflow may have started."
    return Unknown(reason, FIRST_LOOK_S)


# how GitHub behaves -> what that means, and how many runs there are then
EXPECTED: dict[str, tuple[Outcome | Callable[[Outcome], bool], int]] = {
    "ok": (lambda found: isinstance(found, Accepted), 1),
    "drop-after": (Unknown(BROKE, FIRST_LOOK_S), 1),
    "drop-before": (Unknown(BROKE, FIRST_LOOK_S), 0),
    "401": (Refused("GitHub does not accept the token. Give the channel another one.", True), 0),
    "403": (
        Refused(f"The token may not do this in {REPOSITORY}: Resource not accessible by personal access token.", True),
        0,
    ),
    "403-needs": (
        Refused(f"The token may not do this in {REPOSITORY}: Resource not accessible by personal access token.", True),
        0,
    ),
    "404": (Refused(f"GitHub finds no repository {REPOSITORY}, or the token may not write to it.", True), 0),
    "307": (Refused(f"{REPOSITORY} has moved. Give the channel its new address.", True), 0),
    "422": (Refused("GitHub answered 422 and refused the post: Actions has been disabled for this repository."), 0),
    "422-errors": (Refused("GitHub answered 422 and refused the post: Validation Failed."), 0),
    "422-spam": (NotSent(f"{SPAM}: Validation failed, or the endpoint has been spammed."), 0),
    "422-bare": (NotSent(f"{SPAM}: Validation Failed."), 0),
    "429-seconds?after=7": (NotSent(f"{LIMITS}: {SECONDARY}", 7.0), 0),
    "429-date?after=70": (about(70), 0),
    "429-reset?after=1800": (about(1800), 0),
    "429-bare": (NotSent(f"{LIMITS}: Too many requests.", 60.0), 0),
    "403-primary?after=1800": (about(1800), 0),
    "403-secondary?after=45": (NotSent(f"{LIMITS}: {SECONDARY}", 45.0), 0),
    "403-secondary-bare": (NotSent(f"{LIMITS}: {SECONDARY}", 60.0), 0),
    "500": (failed_in_the_middle(500), 0),
    "502-html": (failed_in_the_middle(502), 0),
}  # fmt: skip


@pytest.mark.parametrize("behaviour", EXPECTED)
async def test_answer_to_a_dispatch(github: Fake, tools: Tools, behaviour: str) -> None:
    github.post("/script", {"path": DISPATCHES, "behaviours": [behaviour]})
    expected, runs = EXPECTED[behaviour]
    _, found = await committed(github, tools)
    assert expected(found) if callable(expected) else found == expected
    assert github.get("/counts")["runs"] == runs


def test_every_behaviour_is_expected() -> None:
    assert {name.partition("?")[0] for name in EXPECTED} == {*BEHAVIOURS, "ok", "drop-after", "drop-before"}


# what GitHub says word for word -> what that means
ANSWERS: list[tuple[str, str, Outcome]] = [
    ("200 OK", "no json", Accepted({"nonce": "n", "since": "s"})),
    ("202 Accepted", "", Accepted({"nonce": "n", "since": "s"})),
    ("200 OK", '{"workflow_run_id": 7}', Accepted({"nonce": "n", "since": "s", "run_id": 7})),
    ("429 Busy\r\nretry-after: soon", "", NotSent(f"{LIMITS}.", 60.0)),
    ("403 No\r\nx-ratelimit-remaining: 0", "", NotSent(f"{LIMITS}.", 60.0)),
    ("403 No\r\nx-ratelimit-remaining: 12", "", Refused(f"The token may not do this in {REPOSITORY}.", True)),
    ("409 Conflict", '{"message": 7}', Refused("GitHub answered 409 and refused the post.")),
    ("422 No", '{"message": "was submitted too quickly"}', NotSent(f"{SPAM}: was submitted too quickly.")),
    ("408 Request Timeout", "", failed_in_the_middle(408)),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
async def test_answer_to_a_dispatch_word_for_word(tools: Tools, status: str, body: str, expected: Outcome) -> None:
    answer = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    async with raw_server(answering(answer.encode())) as server:
        wanted = replace(publication(server.url), prepared={"nonce": "n", "since": "s"})
        assert await HUB.commit(wanted, tools) == expected


async def test_dispatch_that_never_left_is_sent_again(tools: Tools) -> None:
    async with raw_server(answering()) as server:
        gone = server.url
    found = await HUB.commit(replace(publication(gone), prepared={"nonce": "n", "since": "s"}), tools)
    assert isinstance(found, NotSent)
    assert found.reason.startswith("GitHub could not be reached: ")


RUN = f"/{REPOSITORY}/actions/runs/30433642"
# how a run ends -> what that means
ENDS: dict[str, Callable[[str], Outcome]] = {
    "success": lambda url: Published("30433642", url),
    "failure": lambda url: Refused(f"The workflow ended as failure: {url}"),
    "cancelled": lambda url: Refused(f"The workflow ended as cancelled: {url}"),
    "skipped": lambda url: Refused(f"The workflow ended as skipped: {url}"),
    "startup_failure": lambda url: Refused(f"The workflow ended as startup_failure: {url}"),
    "timed_out": lambda url: Unknown(f"The workflow ended as timed_out: {url} shows how far it came.", ASK_EVERY_S),
    "neutral": lambda url: Unknown(f"The workflow ended as neutral: {url} shows how far it came.", ASK_EVERY_S),
}


@pytest.mark.parametrize("conclusion", ENDS)
async def test_end_of_a_run(github: Fake, tools: Tools, conclusion: str) -> None:
    github.post("/fate", {"conclusion": conclusion})
    made, _ = await committed(github, tools)
    assert await HUB.confirm(made, tools) == ENDS[conclusion](github.url + RUN)


# how GitHub answers when it is asked about a run -> how long it is left alone then
SILENCES: dict[str, float] = {
    "401": ASK_EVERY_S,
    "403": ASK_EVERY_S,
    "404": ASK_EVERY_S,
    "307": ASK_EVERY_S,
    "500": ASK_EVERY_S,
    "502-html": ASK_EVERY_S,
    "drop-before": ASK_EVERY_S,
    "429-seconds?after=7": 7.0,
    "403-secondary?after=300": 300.0,
    "403-secondary-bare": 60.0,
}


@pytest.mark.parametrize(("behaviour", "wait_s"), SILENCES.items())
async def test_refused_question_says_nothing_about_the_post(
    github: Fake, tools: Tools, behaviour: str, wait_s: float
) -> None:
    made, _ = await committed(github, tools)
    github.post("/script", {"path": RUNS, "behaviours": [behaviour, behaviour]})
    assert await HUB.confirm(made, tools) == NotYet(wait_s)
    doubt = await HUB.reconcile(made, tools)
    assert isinstance(doubt, Unknown)
    assert doubt.reason.endswith("So it is not known whether GitHub took the post.")
    assert doubt.retry_after_s == wait_s


async def test_run_that_was_deleted_says_nothing(github: Fake, tools: Tools) -> None:
    made, _ = await committed(github, tools)
    made = replace(made, prepared={**made.prepared, "run_id": 1})
    assert await HUB.confirm(made, tools) == NotYet(ASK_EVERY_S)


@pytest.mark.parametrize("body", ["fine", "[]", "{}", '{"workflow_runs": 7}', '{"workflow_runs": [{"id": "x"}]}'])
async def test_list_that_cannot_be_read_says_nothing(tools: Tools, body: str) -> None:
    answer = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    async with raw_server(answering(answer.encode())) as server:
        made = publication(server.url)
        made = replace(made, prepared=await HUB.prepare(made, tools))
        assert await HUB.confirm(made, tools) == NotYet(ASK_EVERY_S)


async def test_limit_that_names_an_instant_is_measured_by_githubs_clock(github: Fake, tools: Tools) -> None:
    made = await prepared(github, tools)
    github.post("/script", {"path": DISPATCHES, "behaviours": ["429-date?after=70", "403-primary?after=70"]})
    ahead = replace(tools, now=tools.now.replace(year=tools.now.year + 1))
    for _ in range(2):
        assert about(70)(await HUB.commit(made, ahead))
