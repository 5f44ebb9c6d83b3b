"""Fakes that run as long as the tests do, emptied before each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.fakes.server import Fake


@pytest.fixture(scope="session")
def receiver_process() -> Iterator[Fake]:
    with Fake("tests.fakes.receiver:app") as fake:
        yield fake


@pytest.fixture
def receiver(receiver_process: Fake) -> Fake:
    """A webhook receiver without memory."""
    receiver_process.post("/reset")
    return receiver_process


@pytest.fixture(scope="session")
def github_process() -> Iterator[Fake]:
    with Fake("tests.fakes.github:app") as fake:
        yield fake


@pytest.fixture
def github(github_process: Fake) -> Fake:
    """GitHub without memory."""
    github_process.post("/reset")
    return github_process
