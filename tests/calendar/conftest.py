"""A running desk with something on its calendar."""

import pytest
from litestar import Litestar

from app.calendar import targets
from app.clock import ManualClock
from app.posts import moving
from app.settings import Settings
from tests.posts.conftest import desk, desk_settings  # noqa: F401 - fixtures
from tests.posts.desk import Desk


@pytest.fixture
def planner(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    """Fills the calendar of the running desk."""
    return Desk(settings, clock)


@pytest.fixture(autouse=True)
def fed() -> None:
    """Areas have told the calendar and the events of themselves, as the app lets them."""
    targets.register()
    moving.register()
