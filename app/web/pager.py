"""The ways from one page of a list to those beside it; lists are paged by a cursor, without counting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pager:
    """Addresses of the pages before and after, where there are such, and what is said beside them."""

    previous: str | None
    next: str | None
    info: str = ""
