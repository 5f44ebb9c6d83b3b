from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.desk import Desk, open_desk
from tests.system.films import Films
from tests.system.tree import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """A desk before its set-up."""
    with Tree(tmp_path / "data") as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that is open for work."""
    with open_desk(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def films(tmp_path: Path) -> Films:
    return Films(tmp_path)
