"""Hashtag sets are named once, changed by one person at a time, and forgotten without a trace in posts."""

import pytest

from app.database import sql
from app.errors import DaypartError
from app.posts import hashtag_sets
from app.posts.hashtag_sets import HashtagSet
from tests.posts.desk import Desk


async def add(desk: Desk, name: str = "Market", hashtags: list[str] | str = "#market, harbour market") -> HashtagSet:
    return await hashtag_sets.add(name, hashtags, by=desk.by, clock=desk.clock)


async def test_set_is_kept_without_signs_and_repetitions(desk: Desk) -> None:
    made = await add(desk, "  Market  day ")
    assert (made.name, made.hashtags, made.text) == ("Market day", ["market", "harbour"], "market harbour")
    await add(desk, "autumn", ["東京"])
    assert [one.name for one in await hashtag_sets.all_sets()] == ["autumn", "Market day"]


async def test_set_is_changed_and_removed(desk: Desk) -> None:
    made = await add(desk)
    changed = await hashtag_sets.edit(made.id, "market", "bus", 1, by=desk.by, clock=desk.clock)
    assert (changed.name, changed.hashtags, changed.version) == ("market", ["bus"], 2)
    with pytest.raises(DaypartError) as refused:
        await hashtag_sets.edit(made.id, "Market", "bus", 1, by=desk.by, clock=desk.clock)
    assert refused.value.code == "VERSION_STALE"
    await hashtag_sets.remove(made.id, by=desk.by, clock=desk.clock)
    with pytest.raises(DaypartError) as refused:
        await hashtag_sets.one(made.id)
    assert refused.value.code == "HASHTAG_SET_UNKNOWN"


@pytest.mark.parametrize(
    ("name", "hashtags", "code"),
    [
        ("MARKET", "bus", "NAME_TAKEN"), ("", "bus", "NAME_BAD"), ("x" * 61, "bus", "NAME_BAD"),
        ("a\u202eb", "bus", "NAME_BAD"), ("Bus", "", "HASHTAGS_NONE"), ("Bus", "12", "HASHTAG_BAD"),
        ("Bus", [f"t{n}" for n in range(31)], "HASHTAGS_MANY"),
    ],
)  # fmt: skip
async def test_bad_set_is_refused(desk: Desk, name: str, hashtags: list[str] | str, code: str) -> None:
    await add(desk)
    before = await sql("SELECT * FROM event")
    with pytest.raises(DaypartError) as refused:
        await add(desk, name, hashtags)
    assert refused.value.code == code
    assert await sql("SELECT * FROM event") == before
    assert len(await hashtag_sets.all_sets()) == 1
