"""README says what is so: its settings, its commands, and its examples as they stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from app.cli import main
from app.settings import Settings
from tests.fakes.server import Fake
from tests.system.films import Films
from tests.system.tree import Tree

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.metadata["env"])
def test_each_setting_stands_in_readme_with_its_default_and_meaning(setting):
    env, default = setting.metadata["env"], setting.metadata["default"]
    row = next(line for line in README.splitlines() if line.startswith(f"| `{env}` |"))
    assert not default or f"`{default}`" in row
    assert setting.metadata["meaning"].split(";")[0].rstrip(".") in row


def test_readme_names_no_setting_that_is_not_read():
    read = {setting.metadata["env"] for setting in fields(Settings)}
    assert set(re.findall(r"^\| `((?:DAYPART_|REDIS_)\w+)` \|", README, re.M)) == read


def _commands(group: click.Group, *path: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from _commands(found, *path, name)
        else:
            yield " ".join((*path, name))


@pytest.mark.parametrize("command", [name for name in _commands(main) if name != "demo"])
def test_each_command_stands_in_readme(command):
    assert f"`daypart {command}" in README or re.search(rf"`{command}[ `]", README)


def test_the_commands_that_start_everything_are_targets_of_the_makefile():
    targets = re.findall(r"^([a-z]+)(?: [a-z]+)*:", (ROOT / "Makefile").read_text(), re.M)
    for wanted in re.findall(r"make ([a-z]+)", README):
        assert wanted in targets


def test_the_example_of_a_delivery_is_json():
    example = re.search(r"```json\n(.*?)```", README, re.S)
    assert example is not None
    assert json.loads(example[1])["type"] == "post.publish"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    with Tree(tmp_path_factory.mktemp("desk") / "data") as tree:
        yield tree


def test_the_api_examples_run_as_they_stand_in_readme(desk: Tree, tmp_path: Path):
    example = re.search(r"```sh\n(api\(\).*?)```", README, re.S)
    assert example is not None
    made = subprocess.run(
        [sys.executable, "-m", "app.cli", "key", "create", "readme", "--role", "admin", "--json"],
        cwd=ROOT, env=desk.environment(), check=True, capture_output=True,
    )  # fmt: skip
    Films(tmp_path).film("barley")
    with Fake("tests.fakes.receiver:app") as receiver:
        names = {"DESK": desk.url, "KEY": json.loads(made.stdout)["key"], "RECEIVER": f"{receiver.url}/ok"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", example[1]],
            cwd=tmp_path, env={**desk.environment(), **names}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"title":"One-pot barley"' in done.stdout


def test_the_workflow_to_copy_stands_in_readme_as_the_desk_hands_it_out():
    workflow = (ROOT / "docs" / "github-workflow.yml").read_text()
    assert f"```yaml\n{workflow}```" in README
