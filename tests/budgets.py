"""A pytest plugin: each suite, a folder of tests, has a budget of seconds, and the run fails when it is exceeded."""

from collections import defaultdict

import pytest

# Room for a loaded machine of two cores, where two suites run side by side.
BUDGETS_S = {"browser": 1200, "posts": 500, "library": 300, "api": 300, "system": 200}
OTHERS_S = 150


class Budgets:
    """Adds up the time of each suite."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent[_suite(report.nodeid)] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.exceeded() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time of each suite")
        for suite, seconds in sorted(self.spent.items()):
            terminalreporter.line(f"{suite:12} {seconds:6.1f} s of {_budget(suite)} s")
        for suite in self.exceeded():
            terminalreporter.line(f"suite {suite} is over its budget", red=True)

    def exceeded(self) -> list[str]:
        return [suite for suite, seconds in self.spent.items() if seconds > _budget(suite)]


def _suite(nodeid: str) -> str:
    parts = nodeid.partition("::")[0].split("/")
    return parts[1] if len(parts) > 2 else ""


def _budget(suite: str) -> int:
    return BUDGETS_S.get(suite, OTHERS_S)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Budgets(), "budgets")
