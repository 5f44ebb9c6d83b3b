"""A desk that is open for work: a real tree, its administrator, a key, and a receiver it may reach."""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from tests.fakes.server import Fake
from tests.supervisor.conftest import eventually
from tests.system.tree import Tree
from workers.publishing import LOOK_EVERY_S

STATION, ZONE = "Harbour Media", "Europe/Lisbon"
NAME, PASSWORD = "anna", "correct horse battery"
SETTLED_S = 60.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """What a test does with a desk besides looking at its pages; `api` holds a key of an administrator."""

    tree: Tree
    receiver: Fake
    api: httpx.Client
    key: str
    session: str

    @property
    def url(self) -> str:
        return self.tree.url

    def ask(self, method: str, path: str, content: object = None) -> Any:
        return self.api.request(method, path, json=content).raise_for_status().json()

    def session_of(self, role: str) -> str:
        """Add a person with this role, and sign them in."""
        name = f"{role}-{secrets.token_hex(3)}"
        self.ask("POST", "/api/users", {"name": name, "password": PASSWORD, "role": role})
        form, headers = {"name": name, "password": PASSWORD}, {"origin": self.url}
        answer = httpx.post(f"{self.url}/sign-in", data=form, headers=headers, trust_env=False)
        session: str = answer.cookies["daypart_session"]
        return session

    def channel(self, title: str, behaviour: str = "ok") -> str:
        """Add a channel whose receiver behaves so, and return its slug."""
        url = f"{self.receiver.url}/{behaviour}"
        made: Json = self.ask("POST", "/api/channels", {"title": title, "url": url, "timezone": ZONE})
        self.receiver.post("/secret", {"secret": made["secret"]})
        slug: str = made["channel"]["slug"]
        return slug

    def asset(self, path: Path) -> str:
        """Upload a file and return its asset's id."""
        sent = self.api.post("/api/assets", content=path.read_bytes(), headers={"X-Filename": quote(path.name)})
        asset: str = sent.raise_for_status().json()["id"]
        return asset

    def post(self, asset: str, title: str, *channels: str, minutes: float = 24 * 60, **texts: str) -> str:
        """Schedule a post so many minutes from now and return its id."""
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        wanted = {"asset": asset, "title": title, "channels": channels, "scheduled_time": at.isoformat(), **texts}
        made: Json = self.ask("POST", "/api/schedule/post", wanted)
        post: str = made["post"]["id"]
        return post

    def act(self, post: str, verb: str) -> None:
        """Force or retry a post."""
        self.ask("POST", f"/api/schedule/post/{post}/{verb}")

    def state(self, post: str) -> str:
        found: Json = self.ask("GET", f"/api/schedule/post/{post}")
        state: str = found["state"]
        return state

    def await_state(self, post: str, state: str) -> None:
        assert eventually(lambda: self.state(post) == state, SETTLED_S), self.ask("GET", f"/api/schedule/post/{post}")

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read or change the database behind the desk's back."""
        with closing(sqlite3.connect(self.tree.data / "daypart.sqlite", timeout=10)) as connection, connection:
            return connection.execute(query, values).fetchall()


def set_up(tree: Tree) -> str:
    """Make the administrator through the set-up page, and return their session."""
    token = parse_qs(urlsplit(tree.setup_link).query)["token"][0]
    form = {"token": token, "station": STATION, "timezone": ZONE, "name": NAME, "password": PASSWORD, "again": PASSWORD}
    headers = {"origin": tree.url}
    answer = httpx.post(f"{tree.url}/setup", data=form, headers=headers, trust_env=False)
    assert answer.status_code == 303, answer.text
    session: str = answer.cookies["daypart_session"]
    return session


def new_key(tree: Tree, session: str) -> str:
    cookies, headers = {"daypart_session": session}, {"origin": tree.url}
    wanted = {"name": "tests", "role": "admin"}
    with httpx.Client(base_url=tree.url, cookies=cookies, headers=headers, trust_env=False) as browser:
        key: str = browser.post("/api/keys", json=wanted).raise_for_status().json()["key"]
        return key


@contextmanager
def open_desk(data: Path, **options: Any) -> Iterator[Desk]:
    """Start a tree, set it up, and start a receiver that it may reach."""
    with Fake("tests.fakes.receiver:app") as receiver, Tree(data, **options) as tree:
        session = set_up(tree)
        key = new_key(tree, session)
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=tree.url, headers=headers, trust_env=False, timeout=60) as api:
            api.post("/api/settings/allowed-hosts", json={"host": "127.0.0.1"}).raise_for_status()
            time.sleep(1.2 * LOOK_EVERY_S)  # when the worker knows it, too
            yield Desk(tree, receiver, api, key, session)
