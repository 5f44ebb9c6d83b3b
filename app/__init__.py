"""Daypart: one self-hosted desk for everything that airs."""

__version__ = "0.1.0"
