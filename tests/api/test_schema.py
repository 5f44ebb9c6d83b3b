"""The API answers as its OpenAPI document says, whatever it is asked: schemathesis on a real desk."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.media import tone
from tests.system.desk import Desk, open_desk

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "missing_required_header", "ignored_auth", "use_after_free",
    "ensure_resource_availability",
)  # fmt: skip
EXAMPLES = 8
# The same questions in each run; other seeds are for looking around by hand.
SEED = 1


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of its own, since half of what it has is gone afterwards."""
    with open_desk(tmp_path_factory.mktemp("asked") / "data") as opened:
        yield opened


def known(desk: Desk, folder: Path) -> str:
    """Schemathesis' configuration: ids of things that are there, so that it comes further than 404."""
    channel = desk.channel("Asked About")
    assets = [desk.asset(tone(folder / f"{pitch}.wav", pitch)) for pitch in (440, 550)]
    post = desk.post(assets[0], "Asked about", channel)
    target = desk.ask("GET", f"/api/schedule/post/{post}")["targets"][0]["id"]
    person = {"name": "Nora", "password": "correct horse battery", "role": "viewer"}
    user, key = desk.ask("POST", "/api/users", person), desk.ask("POST", "/api/keys", {"name": "old", "role": "viewer"})
    tags = desk.ask("POST", "/api/hashtag-sets", {"name": "Asked about", "hashtags": "asked"})
    ids = planned(desk, assets[0]) | {
        "post_id": post, "target_id": target, "asset_id": assets[1], "key": channel, "key_id": key["id"],
        "user_id": user["id"], "host": "127.0.0.1", "set_id": tags["id"], "kind": "post", "item_id": target,
        "event": 1, "seq": 1,
    }  # fmt: skip
    return "[parameters]\n" + "".join(f'"path.{name}" = "{value}"\n' for name, value in ids.items())


def planned(desk: Desk, asset: str) -> dict[str, str]:
    """A linear channel with a plan, a program, a day and a booking."""
    linear = {"title": "Planned", "kind": "linear", "timezone": "Europe/Lisbon"}
    slug = desk.ask("POST", "/api/channels", linear)["channel"]["slug"]
    desk.ask("PATCH", f"/api/assets/{asset}", {"version": 1, "approved": True})
    address = f"/api/channels/{slug}"
    desk.ask("POST", f"{address}/programs", {"name": "all", "spec": {"type": "rule"}})
    desk.ask("POST", f"{address}/plans", {"name": "week"})
    zone = {"name": "day", "start": "06:00", "end": "20:00", "programs": ["all"]}
    desk.ask("POST", f"{address}/plans/week/zones", zone)
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    desk.ask("POST", f"{address}/days/{day}", {"force": True})  # the worker may have made it
    booking = desk.ask("POST", f"{address}/bookings", {"asset": asset, "start": f"{day}T20:00:00Z"})["id"]
    desk.ask("POST", f"{address}/playlog/extend", {})
    line = desk.ask("GET", f"{address}/playlog")["events"][-1]["id"]
    return {
        "line": line, "preset": "prime-time", "channel": slug, "plan": "week", "zone": "day", "program": "all",
        "date": str(day), "booking": booking,
        "series_id": desk.ask("POST", "/api/series", {"title": "Asked"})["id"],
    }  # fmt: skip


@pytest.mark.timeout(300)
def test_no_answer_is_undocumented_and_none_is_a_failure_of_the_desk(desk: Desk, tmp_path: Path) -> None:
    config = tmp_path / "schemathesis.toml"
    config.write_text(known(desk, tmp_path))
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run(
        [
            program, "--config-file", config, "run", f"{desk.url}/api/openapi.json",
            "--header", f"Authorization: Bearer {desk.key}", "--checks", ",".join(CHECKS),
            "--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", str(SEED),
            "--generation-database", "none", "--continue-on-failure", "--warnings", "off", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=290, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:] + desk.tree.log.read_text()[-5_000:]
    operations = [method for item in desk.ask("GET", "/api/openapi.json")["paths"].values() for method in item]
    assert f"Tested: {len(operations)}\n" in done.stdout
    assert desk.tree.healthy()
