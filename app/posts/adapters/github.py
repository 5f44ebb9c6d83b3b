"""A workflow in a GitHub repository, which publishes by its own means.

GitHub takes a dispatch without telling what becomes of it, and takes a second one as another order. So a nonce travels
along that the workflow puts in the name of its run; by it the run is found, also where the answer was lost. That GitHub
took it is no publication: the workflow's signed report, or the end of its run, tells that (domain/publishing.md
section 4.8). The workflow to copy is docs/github-workflow.yml.
"""

import hashlib
import secrets
from dataclasses import replace
from typing import Any

import msgspec

from app.posts.adapters.base import (
    Accepted,
    NotSent,
    NotYet,
    Outcome,
    Publication,
    Published,
    Tools,
    Unknown,
)
from app.posts.adapters.exchange import Heard
from app.posts.adapters.github_api import call, declined
from app.posts.adapters.github_config import Config, of
from app.posts.adapters.github_runs import ASK_EVERY_S, NoAnswer, Run, look
from app.posts.issues import Issue

PAYLOAD_MOST = 65_535
NONCE_BYTES = 8
# A run is listed a moment after its dispatch; then it is looked for at intervals that make some minutes of its tries.
_FIRST_LOOK_S = 20.0
_LOOK_AGAIN_S = 90.0


class _RunDetails(msgspec.Struct):
    workflow_run_id: int | None = None


class GitHub:
    """A repository whose workflow publishes."""

    name = "github"
    label = "GitHub"
    icon = "github"

    def validate(self, publication: Publication) -> list[Issue]:
        """The workflow needs the video, and GitHub takes 64 KB."""
        issues = []
        if publication.file is None:
            issues.append(Issue("asset", "VIDEO_MISSING", "A workflow needs a video, and this post has none."))
        length = len(_dispatch(publication, of(publication.config), "0" * 2 * NONCE_BYTES)[1])
        if length > PAYLOAD_MOST:
            detail = f"The texts are too long: {length} of the {PAYLOAD_MOST} bytes that GitHub takes."
            issues.append(Issue("description", "PAYLOAD_LONG", detail))
        return issues

    def pace_key(self, publication: Publication) -> str | None:
        """One token, whatever repositories it is used for."""
        token = f"{of(publication.config).api_url} {publication.secret}"
        return hashlib.sha256(token.encode()).hexdigest()

    async def prepare(self, publication: Publication, tools: Tools) -> dict[str, Any] | Outcome:
        """What the run is found by, stored before anything is sent.

        Where an earlier order failed, its run is looked at first: somebody may have run it again at GitHub.
        """
        if publication.generation > 1 and "nonce" in publication.prepared:
            again = await _run_again(publication, tools)
            if again is not None:
                return again
        return {"nonce": secrets.token_hex(NONCE_BYTES), "since": tools.now.isoformat()}

    async def commit(self, publication: Publication, tools: Tools) -> Outcome:
        """Dispatch, once: GitHub would take a repetition as another order."""
        config = of(publication.config)
        path, body = _dispatch(publication, config, publication.prepared["nonce"])
        heard = await call(publication, tools, "POST", path, content=body)
        outcome: Outcome
        if isinstance(heard, Heard):
            outcome = _accepted(publication, heard) if heard.took_it else declined(heard, config, tools.now)
        else:
            outcome = heard
        return replace(outcome, retry_after_s=_FIRST_LOOK_S) if isinstance(outcome, Unknown) else outcome

    async def confirm(self, publication: Publication, tools: Tools) -> Outcome:
        """Look at the run, and keep its id when it is first seen."""
        match await look(publication, tools):
            case NoAnswer(_, wait_s):
                return NotYet(wait_s)
            case None:
                return NotYet(ASK_EVERY_S)
            case run:
                outcome = run.outcome
                is_new = isinstance(outcome, NotYet) and "run_id" not in publication.prepared
                return _of_run(publication, run) if is_new else outcome

    async def reconcile(self, publication: Publication, tools: Tools) -> Outcome:
        """Look for the run; it is never dispatched again, since a run that does not show may still come."""
        match await look(publication, tools):
            case NoAnswer(reason, wait_s):
                return Unknown(f"{reason} So it is not known whether GitHub took the post.", wait_s)
            case None:
                page = f"{of(publication.config).web_url}/actions"
                reason = f"GitHub shows no run for this post. Look at {page} before you try again."
                return Unknown(reason, _LOOK_AGAIN_S)
            case run:
                # Only the doubt whether GitHub took it ends here; how the run ended is confirmed like any other.
                return run.outcome if isinstance(run.outcome, Published) else _of_run(publication, run)


async def _run_again(publication: Publication, tools: Tools) -> Outcome | None:
    """What became of the run of an order that failed; None where nothing stands in the way of another order."""
    match await look(publication, tools):
        case NoAnswer(reason, wait_s):
            return NotSent(f"{reason} So it is not known whether the earlier run was run again.", wait_s)
        case None:
            return None
        case run if isinstance(run.outcome, Published):
            return run.outcome
        case run:
            return _of_run(publication, run) if isinstance(run.outcome, NotYet) else None


def _of_run(publication: Publication, run: Run) -> Accepted:
    return Accepted({**publication.prepared, "run_id": run.id})


def _accepted(publication: Publication, heard: Heard) -> Accepted:
    try:
        run_id = msgspec.json.decode(heard.body, type=_RunDetails).workflow_run_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        run_id = None
    return Accepted(publication.prepared if run_id is None else {**publication.prepared, "run_id": run_id})


def _dispatch(publication: Publication, config: Config, nonce: str) -> tuple[str, bytes]:
    payload = _payload(publication, nonce)
    if config.mode == "repository_dispatch":
        return "/dispatches", msgspec.json.encode({"event_type": config.event_type, "client_payload": payload})
    body: dict[str, Any] = {"ref": config.ref, "inputs": {name: _input(value) for name, value in payload.items()}}
    if not config.is_enterprise_server:
        body["return_run_details"] = True
    return f"/actions/workflows/{config.workflow}/dispatches", msgspec.json.encode(body)


def _payload(publication: Publication, nonce: str) -> dict[str, Any]:
    """Ten names, as many as GitHub takes at the top of a payload."""
    return {
        "video_id": publication.asset,
        "schedule_id": publication.target_id,
        "attempt": publication.tries,
        "nonce": nonce,
        "title": publication.title,
        "description": publication.description,
        "hashtags": list(publication.hashtags),
        "file": publication.file,
        "callback_url": publication.callback_url,
        "due": msgspec.to_builtins(publication.due),
    }


def _input(value: Any) -> str:
    """The inputs of a workflow are strings; what is none travels as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
