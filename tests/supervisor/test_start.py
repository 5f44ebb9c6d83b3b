"""What keeps `daypart up` from starting is told in plain words, with exit status 1 and nothing started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.supervisor.conftest import ROOT, Drive


def refusal(data: Path, **env: str) -> str:
    """What a start on this data folder says when it is refused."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "up"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DAYPART_DATA": str(data), **env},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_second_start_on_a_data_folder_is_refused_naming_the_first(drive: Drive, tmp_path: Path) -> None:
    driver = drive("web=quiet")
    assert refusal(tmp_path) == (
        f"error: DATA_IN_USE The data folder {tmp_path} is in use by another Daypart (process {driver.process.pid}). "
        "Stop that one first, or set DAYPART_DATA to another folder.\n"
    )


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_data_folder_is_free_again_however_the_first_ended(drive: Drive, end: str) -> None:
    first = drive("web=quiet")
    first.stop() if end == "stop" else first.process.kill()
    first.process.wait()
    assert drive("web=quiet").process.poll() is None


def test_start_on_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refusal(tmp_path / "data", DAYPART_PORT=port)
    assert said == (
        f"error: PORT_IN_USE Port {port} of 127.0.0.1 is in use by another program. "
        "Stop it, or set DAYPART_PORT to another port.\n"
    )


def test_start_on_a_foreign_address_is_refused(tmp_path: Path) -> None:
    assert "error: ADDRESS_UNUSABLE " in refusal(tmp_path / "data", DAYPART_HOST="192.0.2.1")


def test_start_on_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert "error: DATA_UNUSABLE " in refusal(tmp_path / "data")


def test_new_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    refusal(tmp_path / "data", DAYPART_HOST="192.0.2.1")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
