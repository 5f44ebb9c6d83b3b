"""Calls to GitHub's REST API: their form, and what its refusals and limits mean."""

from datetime import datetime
from typing import Any

import httpx
import msgspec

from app.posts.adapters.base import NotSent, Publication, Refused, Tools, Unknown
from app.posts.adapters.exchange import Heard, Remote, Silence, quoted, remote_now, retry_after_s
from app.posts.adapters.github_config import Config, of

_HEADERS = {
    "accept": "application/vnd.github+json",
    "content-type": "application/json",
    "x-github-api-version": "2022-11-28",
}
# A page of a hundred runs comes with the whole repository in each.
GITHUB = Remote("GitHub", body_most=8 * 1024 * 1024, body_within_s=10)
# What GitHub asks for where it limits calls and does not say for how long.
_LIMITED_S = 60.0


class _Refusal(msgspec.Struct):
    message: Any = None
    errors: Any = None


async def call(publication: Publication, tools: Tools, method: str, path: str, **request: Any) -> Heard | Silence:
    """Call the API below the channel's repository, for a publication."""
    return await ask(of(publication.config), publication.secret, tools, method, path, **request)


async def ask(config: Config, token: str, tools: Tools, method: str, path: str, **request: Any) -> Heard | Silence:
    """Call the API below a repository."""
    url = f"{config.api_url}/repos/{config.repository}{path}"
    headers = {**_HEADERS, "authorization": f"Bearer {token}"}
    return await GITHUB.exchange(tools, method, url, headers=headers, **request)


def limit_s(heard: Heard, now: datetime) -> float | None:
    """Seconds for which GitHub wants no more calls; None where the answer is about something else.

    Both of its limits answer 403 or 429; a 403 that mentions neither is about rights.
    """
    if heard.status not in (httpx.codes.FORBIDDEN, httpx.codes.TOO_MANY_REQUESTS):
        return None
    asked = retry_after_s(heard.headers, now)
    if asked is not None:
        return asked
    if heard.headers.get("x-ratelimit-remaining") == "0":
        return _until_reset_s(heard.headers, now)
    is_limit = heard.status == httpx.codes.TOO_MANY_REQUESTS or "rate limit" in message(heard).lower()
    return _LIMITED_S if is_limit else None


def _until_reset_s(headers: httpx.Headers, now: datetime) -> float:
    reset = headers.get("x-ratelimit-reset", "")
    if not reset.isdecimal():
        return _LIMITED_S
    return max(0.0, int(reset) - remote_now(headers, now).timestamp())


def message(heard: Heard) -> str:
    """What a refusal says; empty where it is none of GitHub's own."""
    said = _refusal(heard).message
    return said if isinstance(said, str) else ""


def _refusal(heard: Heard) -> _Refusal:
    try:
        return msgspec.json.decode(heard.body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Refusal()


def declined(heard: Heard, config: Config, now: datetime) -> NotSent | Refused | Unknown:
    """What it means that GitHub did not take a dispatch."""
    wait_s = limit_s(heard, now)
    if wait_s is not None:
        return NotSent(_said("GitHub limits how often it may be called", heard), wait_s)
    match heard.status:
        case 401:
            return Refused("GitHub does not accept the token. Give the channel another one.", reconnect=True)
        case 403:
            return Refused(_said(f"The token may not do this in {config.repository}", heard), reconnect=True)
        case 404:
            return Refused(_not_found(config), reconnect=True)
        case 422 if _may_pass(heard):
            return NotSent(_said("GitHub answered 422 and may be taking this for spam", heard))
        case status if 300 <= status < 400:
            return Refused(f"{config.repository} has moved. Give the channel its new address.", reconnect=True)
        case status if status >= 500 or status == httpx.codes.REQUEST_TIMEOUT:
            return Unknown(f"GitHub answered {status}: it failed in the middle, so the workflow may have started.")
        case status:
            return Refused(_said(f"GitHub answered {status} and refused the post", heard))


def _said(reason: str, heard: Heard) -> str:
    return f"{reason}{quoted(message(heard).encode())}".rstrip(".") + "."


def _not_found(config: Config) -> str:
    if config.mode == "repository_dispatch":
        return f"GitHub finds no repository {config.repository}, or the token may not write to it."
    return f"GitHub finds no {config.workflow} in {config.repository}, or the token may not run it."


def _may_pass(heard: Heard) -> bool:
    """Whether a 422 may be about too many calls, for which GitHub has no status of its own.

    Its documents give one line for both a body that is wrong and an address that was called too often; a wrong body is
    told by its errors, or by a message of its own.
    """
    said = message(heard).lower()
    if any(word in said for word in ("spam", "abuse", "too quickly")):
        return True
    return said.startswith("validation failed") and not _refusal(heard).errors
