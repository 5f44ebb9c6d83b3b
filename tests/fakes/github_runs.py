"""Workflow runs: when they show, how they go and how they are listed."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

_PER_PAGE_MOST = 100
_PARTS = (
    "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents",
    "contributors", "deployments", "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks",
    "issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones", "notifications",
    "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams", "trees",
)  # fmt: skip


class Wrong(Exception):
    """A request that GitHub refuses, with its status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Fate:
    """How runs go: not shown for so many looks, then queued and in progress for some, then ended.

    `skew_s` is how far GitHub's clock is ahead.
    """

    hidden: int = 0
    queued: int = 0
    running: int = 0
    conclusion: str = "success"
    skew_s: int = 0


@dataclass
class Run:
    """One run; a look at it brings it on."""

    id: int
    event: str
    title: str
    created: datetime
    fate: Fate
    looks: int = 0

    def look(self) -> bool:
        """Count a look, and say whether the run shows."""
        self.looks += 1
        return self.looks > self.fate.hidden

    def told(self, base_url: str, repository: str) -> dict[str, Any]:
        status, conclusion = self._standing()
        return {
            "id": self.id,
            "name": "Publish",
            "display_title": self.title,
            "event": self.event,
            "status": status,
            "conclusion": conclusion,
            "created_at": f"{self.created:%Y-%m-%dT%H:%M:%SZ}",
            "url": f"{base_url}/repos/{repository}/actions/runs/{self.id}",
            "html_url": html_url(base_url, repository, self.id),
            "repository": _repository(base_url, repository),
            "head_repository": _repository(base_url, repository),
        }

    def _standing(self) -> tuple[str, str | None]:
        seen = self.looks - self.fate.hidden
        if seen <= self.fate.queued:
            return "queued", None
        if seen <= self.fate.queued + self.fate.running:
            return "in_progress", None
        return "completed", self.fate.conclusion


def _repository(base_url: str, full_name: str) -> dict[str, Any]:
    """As long as the one that stands twice in every run."""
    urls = {f"{name}_url": f"{base_url}/repos/{full_name}/{name}" + "{/sha,other}" for name in _PARTS}
    return {"full_name": full_name, "description": None, **urls}


def html_url(base_url: str, repository: str, run: int) -> str:
    return f"{base_url}/{repository}/actions/runs/{run}"


@dataclass
class Runs:
    """All runs of the repository, and how the next ones go."""

    fate: Fate = field(default_factory=Fate)
    every: list[Run] = field(default_factory=list)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(30_433_642))

    def start(self, event: str, title: str, arrived_ms: int) -> Run:
        created = datetime.fromtimestamp(arrived_ms // 1000, UTC) + timedelta(seconds=self.fate.skew_s)
        run = Run(next(self._ids), event, title, created, self.fate)
        self.every.append(run)
        return run

    def again(self, fate: Fate) -> None:
        """Somebody runs all of them again; they keep their ids."""
        for run in self.every:
            run.fate, run.looks = fate, 0

    def one(self, id: int) -> Run | None:
        return next((run for run in self.every if run.id == id and run.look()), None)

    def listed(self, query: dict[str, str]) -> tuple[int, list[Run]]:
        """How many match, and one page of them, the newest first."""
        since = _since(query.get("created"))
        shown = [run for run in reversed(self.every) if _matches(run, query.get("event"), since) and run.look()]
        size, page = min(int(query.get("per_page", 30)), _PER_PAGE_MOST), int(query.get("page", 1))
        return len(shown), shown[(page - 1) * size : page * size]


def _matches(run: Run, event: str | None, since: datetime | None) -> bool:
    return event in (None, run.event) and (since is None or run.created >= since)


def _since(created: str | None) -> datetime | None:
    if created is None:
        return None
    if not created.startswith(">="):
        raise Wrong(422, f"Invalid created filter: {created}")
    return datetime.fromisoformat(created.removeprefix(">="))
