"""What holds for all suites."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.budgets"]

# A loaded machine is slow now and then; the time of each suite is watched as a whole.
settings.register_profile("daypart", deadline=None)
settings.load_profile("daypart")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file share a process; all in a browser do, since two browsers at once are too much for two cores."""
    for item in items:
        suite = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(suite if suite == "browser" else str(item.path)))
