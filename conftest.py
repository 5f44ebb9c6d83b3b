"""What holds for all suites."""

from hypothesis import settings

pytest_plugins = ["tests.budgets", "tests.fakes.running"]

# A loaded machine is slow now and then; the time of each suite is watched as a whole.
settings.register_profile("daypart", deadline=None)
settings.load_profile("daypart")
