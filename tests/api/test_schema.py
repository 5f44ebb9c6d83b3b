"""The API answers as its OpenAPI document says, whatever it is asked: schemathesis on a real desk."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media import tone
from tests.system.desk import Desk, open_desk

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "missing_required_header", "ignored_auth", "use_after_free",
    "ensure_resource_availability",
)  # fmt: skip
EXAMPLES = 20
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
    ids = {
        "post_id": post, "target_id": target, "asset_id": assets[1], "key": channel, "key_id": key["id"],
        "user_id": user["id"], "host": "127.0.0.1", "set_id": tags["id"], "kind": "post", "item_id": target,
        "event": 1,
    }  # fmt: skip
    return "[parameters]\n" + "".join(f'"path.{name}" = "{value}"\n' for name, value in ids.items())


@pytest.mark.timeout(240)
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
        cwd=tmp_path, capture_output=True, text=True, timeout=230, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:] + desk.tree.log.read_text()[-5_000:]
    operations = [method for item in desk.ask("GET", "/api/openapi.json")["paths"].values() for method in item]
    assert f"Tested: {len(operations)}\n" in done.stdout
    assert desk.tree.healthy()
