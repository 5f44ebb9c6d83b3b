"""Addresses of repositories in the forms that people copy: from the browser, from `git clone`, or by name."""

import re
from dataclasses import dataclass

from app.errors import field_error

HOST = "github.com"
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,38})/([A-Za-z0-9._-]{1,100}?)(?:\.git)?/*", re.ASCII)
_RESERVED = frozenset({".", "..", ".git"})
_FORMS = "Write the repository as owner/name, https://{host}/owner/name or git@{host}:owner/name.git."


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a person or an organisation."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


def parsed(address: str, host: str = HOST) -> Repository:
    """The repository that an address on that host means, with or without `.git` and trailing slashes."""
    address = address.strip()
    for prefix in (f"https://{host}/", f"git@{host}:"):
        if address.lower().startswith(prefix):
            address = address[len(prefix) :]
            break
    found = _NAME.fullmatch(address)
    if found is None or found[2] in _RESERVED:
        raise field_error("repository", "REPOSITORY_BAD", _FORMS.format(host=host))
    return Repository(found[1], found[2])
