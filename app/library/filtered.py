"""Which assets an address asks for, wherever programs ask for some: in lists and in files."""

from typing import Annotated

from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from app.library.listing import Filter


def _wanted(
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    tag: FromQuery[str] = "",
    approved: FromQuery[bool | None] = None,
    used: FromQuery[bool | None] = None,
    series: Annotated[str, QueryParameter(description="Id or title.")] = "",
    genre: FromQuery[str] = "",
    rating: FromQuery[str] = "",
) -> Filter:
    return Filter(q, type, in_state, tag, approved, used, series, genre, rating)


Wanted = NamedDependency[Filter]
FILTERED = {"wanted": Provide(_wanted, sync_to_thread=False)}
"""The `dependencies=` of a route that takes `wanted`: its fields as parameters of the query."""
