"""Runs the benchmarks named on the command line, or all, and writes `bench-results.json` beside the Makefile.

    python -m tests.benchmarks [--strict] [NAME ...]

The exit status is 0 whether goals are met or not; with --strict it is 1 when one is not.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

from tests.benchmarks.results import Figure, shown, write

NAMES = (
    "startup", "list_page", "calendar", "next_slot", "library_pages", "csv_import", "upload", "waves", "day", "playlog",
    "guide", "spread", "burst",
)  # fmt: skip
RESULTS = Path(__file__).parents[2] / "bench-results.json"


def main() -> int:
    """Measure what was asked for, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what must be quick.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which benchmark: {', '.join(NAMES)} (all)")
    parser.add_argument("--strict", action="store_true", help="end with status 1 when a goal is not met")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in asked.names or NAMES:
        figures += _measured(name)
        write(figures, RESULTS)  # what was measured stays even if a later one fails
    print(shown(figures))
    return int(asked.strict and any(figure.met is False for figure in figures))


def _measured(name: str) -> list[Figure]:
    began = time.monotonic()
    print(f"measuring {name} ...", file=sys.stderr, end=" ", flush=True)
    figures: list[Figure] = importlib.import_module(f"tests.benchmarks.{name}").run()
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return figures


if __name__ == "__main__":
    sys.exit(main())
