"""What must be quick, each figure measured beside its ceiling in the same run: `python -m tests.benchmarks`."""
