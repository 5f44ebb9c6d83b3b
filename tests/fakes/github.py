"""GitHub's REST API, as far as dispatching workflows and looking at their runs goes.

One repository, one token, one workflow; each dispatch that commits starts a run, also one that repeats another. Below
`/api/v3` it is an Enterprise Server, which does not know `return_run_details`.

`POST /script` with `{"path": "/repos/acme/show/dispatches", "behaviours": ["drop-after", "429-date?after=60"]}` decides
the next answers at that path, or anywhere without a path: `ok`, `drop-after` and `drop-before` the commit, or one of
`github_behaviours`. `POST /fate` says how the next runs go (`github_runs.Fate`), `POST /run-name` how the workflow
names them, `POST /repository` what the repository is like (`{"archived": true, "permissions": {"push": false},
"scopes": "gist", "workflows": 0, "state": "disabled_manually"}`). `POST /again` runs all
ended runs again, with such a fate. `GET /requests` and `/counts` tell what came.
"""

import os
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.fakes.exchange import Exchange, parsed
from tests.fakes.github_behaviours import BEHAVIOURS, Refusal
from tests.fakes.github_dispatches import WORKFLOW, repository_dispatch, workflow_dispatch
from tests.fakes.github_runs import Fate, Runs, Wrong, html_url

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive, Send

TOKEN = os.environ.get("FAKE_TOKEN", "github_pat_fake")
REPOSITORY = os.environ.get("FAKE_REPOSITORY", "acme/show")
RUN_NAME = "Publish {schedule_id} {nonce}"
_ANYWHERE = "*"
_ENTERPRISE = "/api/v3"
_REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)(/.*)?")
_WORKFLOW = re.compile(r"/actions/workflows/([^/]+)/dispatches")
_ONE_WORKFLOW = re.compile(r"/actions/workflows/([^/]+)")
_RUN = re.compile(r"/actions/runs/(\d+)")

Answer = tuple[int, dict[str, Any] | None]


@dataclass
class GitHub:
    """The ASGI app and all that it remembers."""

    runs: Runs = field(default_factory=Runs)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    scripts: dict[str, deque[str]] = field(default_factory=dict)
    run_name: str = RUN_NAME
    repository: dict[str, Any] = field(default_factory=dict)

    async def __call__(self, scope: "HTTPScope", receive: "Receive", send: "Send") -> None:
        exchange = Exchange(scope, receive, send)
        if exchange.path in ("/", "/requests", "/counts"):
            await exchange.answer(200, {"/requests": self.requests, "/counts": self._counts()}.get(exchange.path, {}))
        elif exchange.path in ("/script", "/fate", "/run-name", "/repository", "/again", "/reset"):
            self._obey(exchange.path, parsed(await exchange.body()))
            await exchange.answer(200)
        else:
            await self._take(exchange)

    def _counts(self) -> dict[str, Any]:
        """How often the workflow was started, in all and for each schedule."""
        return {"runs": len(self.payloads), "by_schedule": Counter(one["schedule_id"] for one in self.payloads)}

    def _obey(self, path: str, order: Any) -> None:
        match path:
            case "/script":
                self.scripts.setdefault(order.get("path", _ANYWHERE), deque()).extend(order["behaviours"])
            case "/fate":
                self.runs.fate = Fate(**order)
            case "/run-name":
                self.run_name = order["run_name"]
            case "/again":
                self.runs.again(Fate(**order))
            case "/repository":
                self.repository = dict(order)
            case _:
                self.runs, self.run_name, self.repository = Runs(), RUN_NAME, {}
                for memory in (self.payloads, self.requests, self.scripts):
                    memory.clear()

    async def _take(self, exchange: Exchange) -> None:
        path = exchange.path.removeprefix(_ENTERPRISE)
        behaviour, _, options = self._chosen(path).partition("?")
        record: dict[str, Any] = {"method": exchange.method, "path": path, "query": exchange.query}
        self.requests.append({**record, "headers": exchange.headers, "behaviour": behaviour, "body": None})
        told = self.requests[-1]
        if behaviour == "drop-before":
            await exchange.drop()
            return
        told["body"] = parsed(await exchange.body())
        refusal = self._refused(exchange, behaviour, int(dict(parse_qsl(options)).get("after", 2)))
        if refusal is not None:
            await _refuse(exchange, refusal)
            return
        status, content = self._serve(exchange, path, told["body"])
        if behaviour == "drop-after":
            await exchange.drop()
        else:
            await _answer(exchange, status, content, self.repository.get("scopes"))

    def _chosen(self, path: str) -> str:
        for key in (path, _ANYWHERE):
            if self.scripts.get(key):
                return self.scripts[key].popleft()
        return "ok"

    def _refused(self, exchange: Exchange, behaviour: str, after: int) -> Refusal | None:
        if behaviour in BEHAVIOURS:
            return BEHAVIOURS[behaviour](after)
        if not exchange.headers.get("user-agent"):
            return Refusal(403, "Request forbidden by administrative rules.")
        known = exchange.headers.get("authorization") == f"Bearer {TOKEN}"
        return None if known else Refusal(401, "Bad credentials")

    def _serve(self, exchange: Exchange, path: str, body: Any) -> Answer:
        found = _REPOSITORY.fullmatch(path)
        if found is None or found[1].lower() != REPOSITORY:
            return 404, Refusal(404, "Not Found").content
        try:
            return self._route(exchange, found[2] or "", body)
        except Wrong as wrong:
            return wrong.status, Refusal(wrong.status, str(wrong)).content

    def _route(self, exchange: Exchange, path: str, body: Any) -> Answer:
        if exchange.method == "POST":
            if path == "/dispatches":
                self._start("repository_dispatch", repository_dispatch(body), exchange)
                return 204, None
            if workflow := _WORKFLOW.fullmatch(path):
                return self._dispatch_workflow(workflow[1], body, exchange)
        elif path == "":
            told = {"full_name": REPOSITORY, "private": True, "archived": False, "permissions": {"push": True}}
            return 200, told | {name: value for name, value in self.repository.items() if name in told}
        elif path == "/actions/workflows":
            return 200, {"total_count": self.repository.get("workflows", 1), "workflows": []}
        elif (workflow := _ONE_WORKFLOW.fullmatch(path)) and workflow[1] == WORKFLOW:
            return 200, {"path": f".github/workflows/{WORKFLOW}", "state": self.repository.get("state", "active")}
        elif path == "/actions/runs":
            total, runs = self.runs.listed(exchange.query)
            shown = [run.told(exchange.base_url, REPOSITORY) for run in runs]
            return 200, {"total_count": total, "workflow_runs": shown}
        elif (asked := _RUN.fullmatch(path)) and (run := self.runs.one(int(asked[1]))):
            return 200, run.told(exchange.base_url, REPOSITORY)
        raise Wrong(404, "Not Found")

    def _dispatch_workflow(self, workflow: str, body: Any, exchange: Exchange) -> Answer:
        enterprise = exchange.path.startswith(_ENTERPRISE)
        inputs, tell = workflow_dispatch(workflow, body, enterprise=enterprise)
        run = self._start("workflow_dispatch", inputs, exchange)
        if not tell:
            return 204, None
        base = exchange.base_url
        run_url = f"{base}/repos/{REPOSITORY}/actions/runs/{run}"
        return 200, {"workflow_run_id": run, "run_url": run_url, "html_url": html_url(base, REPOSITORY, run)}

    def _start(self, event: str, payload: dict[str, Any], exchange: Exchange) -> int:
        self.payloads.append(payload)
        return self.runs.start(event, self.run_name.format(**payload), exchange.arrived_ms).id


async def _answer(exchange: Exchange, status: int, content: dict[str, Any] | None, scopes: str | None) -> None:
    """Of a classic token, GitHub tells the scopes with each answer."""
    headers = {"x-github-request-id": "8D3A:1F", "x-ratelimit-remaining": "4999"}
    await exchange.answer(status, content, headers if scopes is None else {**headers, "x-oauth-scopes": scopes})


async def _refuse(exchange: Exchange, refusal: Refusal) -> None:
    if refusal.message is None:
        page = b"<html><title>502 Bad Gateway</title></html>"
        await exchange.answer_bytes(refusal.status, page, {"content-type": "text/html"})
    else:
        await exchange.answer(refusal.status, refusal.content, refusal.headers)


app = GitHub()
