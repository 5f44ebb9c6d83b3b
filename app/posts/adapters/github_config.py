"""What a GitHub channel is told about its repository; none of it is secret."""

import re
from collections.abc import Mapping
from typing import Literal, get_args

import httpx
import msgspec

from app.errors import Invalid, field_error
from app.posts.adapters.github_repository import parsed
from app.posts.adapters.webhook import checked_url

Mode = Literal["repository_dispatch", "workflow_dispatch"]
API = "https://api.github.com"
EVENT_TYPE_MOST = 100
_EVENT_TYPE = f"Give at most {EVENT_TYPE_MOST} characters without spaces."
_ENTERPRISE = "/api/v3"
_TOKEN_MOST = 255
_WORKFLOW = re.compile(r"[A-Za-z0-9._-]{1,100}\.ya?ml", re.ASCII)


class Config(msgspec.Struct, frozen=True):
    """Which repository is called, and how; `workflow` and `ref` matter to `workflow_dispatch`, `event_type` to
    `repository_dispatch`."""

    repository: str
    mode: Mode = "repository_dispatch"
    workflow: str = "publish.yml"
    ref: str = "main"
    event_type: str = "process-video"
    api_url: str = API

    @property
    def is_enterprise_server(self) -> bool:
        """Whether it is a server of somebody's own, which learns new things later than github.com."""
        return self.api_url.endswith(_ENTERPRISE)

    @property
    def web_url(self) -> str:
        """Where people look at the repository."""
        return f"{_web(self.api_url)}/{self.repository}"


def of(stored: Mapping[str, object]) -> Config:
    """A stored configuration."""
    return msgspec.convert(stored, Config)


def checked(wanted: Config) -> Config:
    """The configuration with its repository as owner/name; raises Invalid for what GitHub could not take."""
    api_url = _checked_api(wanted.api_url)
    if wanted.mode not in get_args(Mode):
        raise field_error("mode", "MODE_BAD", f"Choose {' or '.join(get_args(Mode))}.")
    if not _WORKFLOW.fullmatch(wanted.workflow):
        raise field_error("workflow", "WORKFLOW_BAD", "Give the file name of the workflow, such as publish.yml.")
    return Config(
        repository=str(parsed(wanted.repository, _host(_web(api_url)))),
        mode=wanted.mode,
        workflow=wanted.workflow,
        ref=_one_word("ref", wanted.ref, 255, "Give a branch or a tag, such as main."),
        event_type=_one_word("event_type", wanted.event_type, EVENT_TYPE_MOST, _EVENT_TYPE),
        api_url=api_url,
    )


def checked_token(token: str) -> str:
    """A token as it can stand in a header."""
    token, hint = token.strip(), "Paste the token as GitHub shows it."
    if not token.isascii():
        raise field_error("token", "TOKEN_BAD", hint)
    return _one_word("token", token, _TOKEN_MOST, hint)


def _one_word(field: str, value: str, most: int, hint: str) -> str:
    if not 1 <= len(value) <= most or not value.isprintable() or " " in value:
        raise field_error(field, f"{field.upper()}_BAD", hint)
    return value


def _checked_api(url: str) -> str:
    try:
        url = checked_url(url)
    except Invalid as error:
        raise field_error("api_url", error.code, error.detail) from error
    if "?" in url or "#" in url:
        raise field_error("api_url", "URL_BAD", "Give the address without a query.")
    return url.rstrip("/")


def _web(api_url: str) -> str:
    """The pages that belong to an API: api.github.com, api.NAME.ghe.com and HOST/api/v3 are the forms there are."""
    url = httpx.URL(api_url)
    host = _host(api_url)
    return f"{url.scheme}://{host.removeprefix('api.')}{url.path.removesuffix(_ENTERPRISE).rstrip('/')}"


def _host(address: str) -> str:
    return httpx.URL(address).netloc.decode().lower()
