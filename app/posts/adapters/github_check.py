"""Trying a repository without starting anything: what is wrong with the token, the repository or the workflow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import msgspec

from app import wording
from app.posts.adapters.base import Tools, Unknown
from app.posts.adapters.exchange import Heard, Silence
from app.posts.adapters.github_api import ask, limit_s, message
from app.posts.adapters.github_config import Config

# GitHub tells with each answer which scopes a classic token has, and of a fine-grained one nothing.
_SCOPES = "x-oauth-scopes"
_NEEDED = "x-accepted-github-permissions"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, with a stable code and plain words."""

    ok: bool
    code: str
    detail: str


class _Permissions(msgspec.Struct):
    push: bool = True


class _Repository(msgspec.Struct):
    private: bool = True
    archived: bool = False
    permissions: _Permissions = msgspec.field(default_factory=_Permissions)


class _Workflow(msgspec.Struct):
    state: str = "active"


class _Workflows(msgspec.Struct):
    total_count: int = 0


async def examine(config: Config, token: str, tools: Tools) -> list[Finding]:
    """What GitHub says about the repository, its runs and its workflow; it ends where the next question has no use."""
    heard = await ask(config, token, tools, "GET", "")
    found = [_of_repository(heard, config, tools.now)]
    if not found[-1].ok:
        return found
    found.append(_of_runs(await ask(config, token, tools, "GET", "/actions/runs", params={"per_page": 1}), tools.now))
    if found[-1].ok:
        path = f"/{config.workflow}" if config.mode == "workflow_dispatch" else ""
        found.append(
            _of_workflow(await ask(config, token, tools, "GET", f"/actions/workflows{path}"), config, tools.now)
        )
    return found


def _of_repository(heard: Heard | Silence, config: Config, now: datetime) -> Finding:
    if (bad := _general(heard, now)) is not None:
        return bad
    assert isinstance(heard, Heard)
    match heard.status:
        case 200:
            return _of_rights(heard, config)
        case 404:
            return _bad(
                "REPOSITORY_MISSING", f"GitHub finds no repository {config.repository}, or the token may not see it."
            )
        case status if 300 <= status < 400:
            return _bad("MOVED", f"{config.repository} has moved. Give the channel its new address.")
        case _:
            return _unclear(heard)


def _of_rights(heard: Heard, config: Config) -> Finding:
    told = _decoded(heard, _Repository)
    scopes = {scope.strip() for scope in heard.headers.get(_SCOPES, "").split(",") if scope.strip()}
    if told.archived:
        return _bad("ARCHIVED", f"{config.repository} is archived, so no workflow runs there.")
    if _SCOPES in heard.headers and not scopes & ({"repo"} if told.private else {"repo", "public_repo"}):
        return _bad("SCOPE_MISSING", "The token lacks the scope repo. Make a token that has it.")
    if not told.permissions.push:
        right = "Contents" if config.mode == "repository_dispatch" else "Actions"
        return _bad(
            "SCOPE_MISSING",
            f"The token may read {config.repository} but not write to it. It needs write access to {right}.",
        )
    return Finding(True, "REPOSITORY", f"GitHub knows the token and shows {config.repository}.")


def _of_runs(heard: Heard | Silence, now: datetime) -> Finding:
    if (bad := _general(heard, now)) is not None:
        return bad
    assert isinstance(heard, Heard)
    if heard.took_it:
        return Finding(True, "RUNS", "Its runs can be read, so the desk learns what became of a post.")
    if heard.status == httpx.codes.NOT_FOUND:
        return _bad("SCOPE_MISSING", "The token may not read the runs of workflows. It needs read access to Actions.")
    return _unclear(heard)


def _of_workflow(heard: Heard | Silence, config: Config, now: datetime) -> Finding:
    if (bad := _general(heard, now)) is not None:
        return bad
    assert isinstance(heard, Heard)
    by_file = config.mode == "workflow_dispatch"
    if heard.status == httpx.codes.NOT_FOUND or (
        heard.took_it and not by_file and not _decoded(heard, _Workflows).total_count
    ):
        what = f"no {config.workflow}" if by_file else "no workflow"
        return _bad("WORKFLOW_MISSING", f"{config.repository} has {what} yet. Copy the workflow to its default branch.")
    if not heard.took_it:
        return _unclear(heard)
    if by_file and _decoded(heard, _Workflow).state != "active":
        return _bad("WORKFLOW_OFF", f"{config.workflow} is switched off in {config.repository}. Enable it there.")
    return Finding(True, "WORKFLOW", f"{config.workflow if by_file else 'A workflow'} is there.")


def _general(heard: Heard | Silence, now: datetime) -> Finding | None:
    """What may be wrong with any call."""
    if isinstance(heard, Unknown):  # whose words are about a post
        return _bad("UNREACHABLE", "The connection broke before GitHub answered. Try again later.")
    if not isinstance(heard, Heard):
        return _bad("UNREACHABLE", heard.reason)
    wait_s = limit_s(heard, now)
    if wait_s is not None:
        minutes = wording.count(max(1, round(wait_s / 60)), "minute")
        return _bad("LIMITED", f"GitHub limits how often this token may call it. Try again in {minutes}.")
    if heard.status == httpx.codes.UNAUTHORIZED:
        return _bad("TOKEN_BAD", "GitHub does not accept the token. It may have expired; give the channel another one.")
    if heard.status == httpx.codes.FORBIDDEN:
        needed = heard.headers.get(_NEEDED, "").replace("=", ": ").replace(";", " or")
        also = f" It needs {needed}." if needed.isprintable() and needed else ""
        return _bad(
            "SCOPE_MISSING", f"The token may not do this: {message(heard).rstrip('.') or 'GitHub answered 403'}.{also}"
        )
    return None


def _unclear(heard: Heard) -> Finding:
    return _bad("UNCLEAR", f"GitHub answered {heard.status}, which says nothing about the channel. Try again later.")


def _bad(code: str, detail: str) -> Finding:
    return Finding(False, code, detail)


def _decoded(heard: Heard, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(heard.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return kind()
