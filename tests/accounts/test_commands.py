"""`daypart key`, `daypart user` and what all commands share."""

import stat
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from app.settings import Settings
from tests.commands import daypart, told


async def test_key_is_made_while_the_desk_runs(app: Litestar, settings: Settings, stranger: httpx.AsyncClient) -> None:
    made = told(daypart(settings.data, "key", "create", "robot", "--role", "editor", "--json"))
    assert (made["name"], made["role"]) == ("robot", "editor")
    mine = {"authorization": f"Bearer {made['key']}"}
    assert (await stranger.get("/api/desk", headers=mine)).status_code == 200
    listed = {row["id"]: row for row in told(daypart(settings.data, "key", "list", "--json"))}
    assert listed[made["id"]]["role"] == "editor"
    assert "key" not in listed[made["id"]]
    assert daypart(settings.data, "key", "revoke", made["id"]).returncode == 0
    assert (await stranger.get("/api/desk", headers=mine)).status_code == 401


def test_key_is_made_on_a_fresh_folder(tmp_path: Path) -> None:
    made = daypart(tmp_path / "new", "key", "create", "robot", process=True)
    assert made.returncode == 0
    assert made.stdout.startswith("dp_")
    assert made.stderr == ""


def test_refusal_tells_its_code(settings: Settings) -> None:
    plain = daypart(settings.data, "key", "revoke", "nothing")
    assert (plain.returncode, plain.stdout) == (1, "")
    assert plain.stderr == "error: KEY_UNKNOWN There is no such key in use.\n"
    problem = told(daypart(settings.data, "key", "revoke", "nothing", "--json"), status=1)
    assert problem == {"code": "KEY_UNKNOWN", "detail": "There is no such key in use.", "errors": {}}


@pytest.mark.parametrize(
    "arguments", [("key", "create"), ("key", "create", "x", "--role", "boss"), ("nothing",), ("key", "nothing")]
)
def test_wrong_usage_is_status_2(settings: Settings, arguments: tuple[str, ...]) -> None:
    assert daypart(settings.data, *arguments).returncode == 2


def test_wrong_setting_is_refused(settings: Settings) -> None:
    done = daypart(settings.data, "doctor", DAYPART_PORT="x")
    assert (done.returncode, done.stderr.split()[1]) == (1, "BAD_SETTING")


async def test_person_is_added_changed_and_removed(
    app: Litestar, settings: Settings, stranger: httpx.AsyncClient
) -> None:
    typed = "nina has a password\n"
    added = daypart(settings.data, "user", "add", "Nina", "--role", "editor", "--password-stdin", "--json", typed=typed)
    assert told(added)["role"] == "editor"
    form = {"name": "Nina", "password": typed.strip()}
    assert (await stranger.post("/sign-in", data=form)).status_code == 303
    assert told(daypart(settings.data, "user", "role", "nina", "viewer", "--json"))["role"] == "viewer"
    changed = daypart(settings.data, "user", "password", "Nina", "--password-stdin", typed="another password\n")
    assert changed.returncode == 0
    assert (await stranger.get("/guide")).status_code == 303
    assert daypart(settings.data, "user", "remove", "Nina").returncode == 0
    names = [row["name"] for row in told(daypart(settings.data, "user", "list", "--json"))]
    assert names == ["Ada", "Ed", "Vera"]
    assert daypart(settings.data, "user", "remove", "Nina").stderr.startswith("error: USER_UNKNOWN")


def test_migration_is_made_once(tmp_path: Path) -> None:
    first, second = (told(daypart(tmp_path / "new", "migrate", "--json")) for _ in range(2))
    assert first == second
    assert first["copies"] == []


def test_doctor_finds_a_healthy_machine(settings: Settings, redis_url: str) -> None:
    for env in ({}, {"REDIS_URL": redis_url}):
        found = told(daypart(settings.data, "doctor", "--json", **env))
        assert found["ok"] is True
        assert {check["name"] for check in found["checks"]} >= {"data folder", "database", "redis", "ffmpeg"}


def test_doctor_names_what_is_wrong(settings: Settings, tmp_path: Path) -> None:
    settings.key_file.write_text("broken")
    found = told(daypart(settings.data, "doctor", "--json", REDIS_URL="unix:///nowhere"), status=1)
    assert {check["name"] for check in found["checks"] if not check["ok"]} == {"redis", "key file"}


def test_doctor_finds_a_key_that_others_can_read(settings: Settings) -> None:
    told(daypart(settings.data, "doctor", "--json"))
    assert not settings.key_file.exists()  # nothing is changed
    from app.accounts.secrets import KeyFile

    KeyFile(settings.key_file)
    settings.key_file.chmod(settings.key_file.stat().st_mode | stat.S_IROTH)
    found = daypart(settings.data, "doctor")
    assert found.returncode == 1
    assert "chmod 600" in found.stdout
