"""Runs of workflows: finding the one that a dispatch started, and what its end means."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from app.posts.adapters.base import NotYet, Publication, Published, Refused, Tools, Unknown
from app.posts.adapters.exchange import Heard, Silence
from app.posts.adapters.github_api import call, limit_s
from app.posts.adapters.github_config import of

ASK_EVERY_S = 60.0
PER_PAGE = 100
_PAGES_MOST = 10  # GitHub lists no more than a thousand
# Clocks differ, and the nonce tells runs apart anyway.
_MARGIN = timedelta(minutes=10)
_NOTHING_CAME_OF_IT = frozenset({"failure", "cancelled", "skipped", "startup_failure"})


class Run(msgspec.Struct, frozen=True):
    """A run, as far as it matters here; `display_title` is what the workflow's `run-name` makes of the payload."""

    id: int
    html_url: str
    status: str | None = None
    conclusion: str | None = None
    display_title: str = ""

    @property
    def outcome(self) -> Published | Refused | Unknown | NotYet:
        """What the run says about its post: success alone means that it is out."""
        if self.status != "completed":
            return NotYet(ASK_EVERY_S)
        if self.conclusion == "success":
            return Published(str(self.id), self.html_url)
        ended = f"The workflow ended as {self.conclusion}: {self.html_url}"
        if self.conclusion in _NOTHING_CAME_OF_IT:
            return Refused(ended)
        return Unknown(f"{ended} shows how far it came.", ASK_EVERY_S)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """GitHub could not be asked; `wait_s` is how long it wants to be left alone."""

    reason: str
    wait_s: float


class _Page(msgspec.Struct):
    workflow_runs: list[Run]


async def look(publication: Publication, tools: Tools) -> Run | NoAnswer | None:
    """The run of a publication, by its id where it is known and else by its nonce; None where GitHub shows none."""
    run_id = publication.prepared.get("run_id")
    if run_id is None:
        return await _search(publication, tools)
    heard = await call(publication, tools, "GET", f"/actions/runs/{run_id}")
    if isinstance(heard, Heard) and heard.status == 404:
        return None
    return _decoded(heard, Run, tools)


async def _search(publication: Publication, tools: Tools) -> Run | NoAnswer | None:
    since = datetime.fromisoformat(publication.prepared["since"]).astimezone(UTC) - _MARGIN
    params = {
        "event": of(publication.config).mode,
        "created": f">={since:%Y-%m-%dT%H:%M:%SZ}",
        "per_page": PER_PAGE,
        "exclude_pull_requests": "true",
    }
    nonce = publication.prepared["nonce"]
    for number in range(1, _PAGES_MOST + 1):
        heard = await call(publication, tools, "GET", "/actions/runs", params={**params, "page": number})
        page = _decoded(heard, _Page, tools)
        if isinstance(page, NoAnswer):
            return page
        found = next((run for run in page.workflow_runs if nonce in run.display_title), None)
        if found is not None or len(page.workflow_runs) < PER_PAGE:
            return found
    return None


_Kind = TypeVar("_Kind", Run, _Page)


def _decoded(heard: Heard | Silence, kind: type[_Kind], tools: Tools) -> _Kind | NoAnswer:
    if not isinstance(heard, Heard):
        return NoAnswer(heard.reason, ASK_EVERY_S)
    if not heard.took_it:
        reason = f"GitHub answered {heard.status} when it was asked about the run."
        return NoAnswer(reason, limit_s(heard, tools.now) or ASK_EVERY_S)
    try:
        return msgspec.json.decode(heard.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NoAnswer("GitHub's answer about the run could not be read.", ASK_EVERY_S)
