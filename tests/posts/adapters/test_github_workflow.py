"""The workflow to copy: what it listens to, and its scripts run as they stand there."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from app.clock import MasterClock
from app.posts import callbacks, social
from app.posts.adapters.base import File, Tools
from app.posts.adapters.github_config import Config
from app.standard_webhooks import new_secret
from tests.fakes.github_dispatches import INPUTS
from tests.fakes.server import Fake
from tests.posts.adapters.githubs import HUB, dispatched, publication
from tests.posts.desk import Desk
from tests.posts.platforms import github_channel

WORKFLOW: dict[Any, Any] = yaml.safe_load((Path(__file__).parents[3] / "docs" / "github-workflow.yml").read_text())
ON = WORKFLOW[True]  # YAML 1.1 reads `on` as a truth
JOB = WORKFLOW["jobs"]["publish"]
STEPS = {step["name"]: step for step in JOB["steps"]}
VIDEO = b"a video, nearly" * 100_000
RUN = {
    "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/show", "GITHUB_RUN_ID": "7",
    "GITHUB_RUN_ATTEMPT": "1",
}  # fmt: skip
PAGE = "https://github.com/acme/show/actions/runs/7"


def test_it_listens_to_what_a_channel_sends_by_default() -> None:
    assert ON["repository_dispatch"]["types"] == [Config(repository="acme/show").event_type]
    assert set(ON["workflow_dispatch"]["inputs"]) == INPUTS
    assert "github.event.client_payload.video_id" in JOB["env"]["VIDEO_ID"]


def test_its_run_is_found_by_the_nonce_and_never_runs_beside_another_of_its_schedule() -> None:
    assert "github.event.client_payload.nonce || inputs.nonce" in WORKFLOW["run-name"]
    assert "github.event.client_payload.schedule_id || inputs.schedule_id" in WORKFLOW["concurrency"]["group"]
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is False


def test_nothing_that_a_person_wrote_gets_into_a_script() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []
    assert WORKFLOW["permissions"] == {}


def test_its_report_comes_whatever_happened_and_decides_nothing_else() -> None:
    assert list(STEPS) == ["Download", "Upload", "Report"]
    assert (STEPS["Report"]["if"], STEPS["Report"]["continue-on-error"]) == ("always()", True)


class Station(ThreadingHTTPServer):
    """Serves the video, refuses so many reports and keeps the next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.refusals = 0
        self.reports: list[tuple[dict[str, str], bytes]] = []


class Door(BaseHTTPRequestHandler):
    server: Station

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(VIDEO)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.refusals > 0:
            self.server.refusals -= 1
            self.send_response(503)
        else:
            self.server.reports.append(({name.lower(): self.headers[name] for name in self.headers}, body))
            self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def station() -> Iterator[Station]:
    with Station() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@dataclass
class Runner:
    """A machine that runs the workflow's scripts for an event."""

    folder: Path
    event: dict[str, Any]

    def run(self, step: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a step by its own shell."""
        script, event = self.folder / "step", self.folder / "event.json"
        script.write_text(STEPS[step]["run"])
        event.write_text(json.dumps(self.event))
        shell = sys.executable if STEPS[step].get("shell") == "python" else "bash"
        return subprocess.run(
            [shell, str(script)],
            env={**os.environ, **RUN, "GITHUB_EVENT_PATH": str(event), "RUNNER_TEMP": str(self.folder), **environment},
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip


@pytest.fixture(params=["repository_dispatch", "workflow_dispatch"])
async def runner(
    request: pytest.FixtureRequest, github: Fake, tools: Tools, station: Station, tmp_path: Path
) -> Runner:
    """One that was dispatched by the adapter, with a video at the station."""
    file = File(f"{station.url}/v", "v.mp4", len(VIDEO), hashlib.sha256(VIDEO).hexdigest(), "video/mp4", 1000)
    made = replace(publication(github.url, mode=request.param), file=file, callback_url=f"{station.url}/callback")
    await HUB.commit(replace(made, prepared=await HUB.prepare(made, tools)), tools)
    (order,) = dispatched(github)
    return Runner(
        tmp_path, {name: order["body"][name] for name in ("client_payload", "inputs") if name in order["body"]}
    )


def test_video_and_texts_arrive_where_the_upload_finds_them(runner: Runner) -> None:
    done = runner.run("Download")
    assert done.returncode == 0, done.stderr
    assert (runner.folder / "video").read_bytes() == VIDEO
    post = json.loads((runner.folder / "post.json").read_text())
    assert (post["title"], post["hashtags"]) == ("Harbour Tonight 🚢", ["boat", "港"])
    assert "/v" not in done.stdout + done.stderr


def test_video_that_is_not_the_one_announced_ends_the_run(runner: Runner) -> None:
    payload = runner.event.get("client_payload") or runner.event["inputs"]
    file = payload["file"] if isinstance(payload["file"], dict) else json.loads(payload["file"])
    payload["file"] = {**file, "sha256": "0" * 64}
    done = runner.run("Download")
    assert (done.returncode, done.stderr) == (1, "The video did not arrive whole.\n")


def test_upload_that_nobody_wrote_yet_fails_rather_than_to_say_that_it_is_out(runner: Runner) -> None:
    done = runner.run("Upload", VIDEO_ID="a1")
    assert (done.returncode, "upload of video a1" in done.stderr) == (1, True)


# what became of the upload -> what the desk makes of it
REPORTS = {
    "success": ("published", None),
    "failure": ("failed", f"The receiver reports: The upload ended as failure: {PAGE}"),
    "cancelled": ("failed", f"The receiver reports: The upload ended as cancelled: {PAGE}"),
    "skipped": ("failed", f"The receiver reports: The upload ended as skipped: {PAGE}"),
}


@pytest.mark.parametrize("outcome", REPORTS)
async def test_desk_believes_its_report(
    desk: Desk, github: Fake, station: Station, runner: Runner, outcome: str
) -> None:
    channel = await github_channel(desk, github)
    (target,) = (await desk.schedule(channel, at=desk.clock.now())).targets
    await desk.put_in_state(target, "confirming", committed_ms=desk.clock.now_ms())
    secret = await social.renew_secret(channel, by=desk.by, clock=desk.clock, keys=desk.keys)
    url = "https://video.example/v7" if outcome == "success" else ""
    done = runner.run("Report", DAYPART_SECRET=secret, OUTCOME=outcome, VIDEO_URL=url)
    assert done.returncode == 0, done.stderr
    ((headers, body),) = station.reports
    assert await callbacks.receive(target, headers, body, keys=desk.keys, clock=MasterClock())
    row = await desk.target(target)
    assert (row["state"], row["error"], row["remote_url"]) == (*REPORTS[outcome], url or None)


def test_report_of_an_upload_without_an_address_names_the_run(station: Station, runner: Runner) -> None:
    runner.run("Report", DAYPART_SECRET=new_secret(), OUTCOME="success", VIDEO_URL="")
    assert json.loads(station.reports[0][1]) == {"status": "published", "id": "7", "url": PAGE}


def test_report_is_repeated_under_the_same_id_while_the_desk_is_away(station: Station, runner: Runner) -> None:
    station.refusals = 1
    done = runner.run("Report", DAYPART_SECRET=new_secret(), OUTCOME="success", VIDEO_URL="")
    assert done.returncode == 0, done.stderr
    assert [headers["webhook-id"] for headers, _ in station.reports] == ["run-7-1"]
    assert "trying again in 1 s" in done.stdout
