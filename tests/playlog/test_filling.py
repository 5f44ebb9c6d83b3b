"""What fills a break: type, cooldown, daily cap and order; then pads, filler or the slate, to the millisecond."""

from hypothesis import given
from hypothesis import strategies as st

from app.clock import HOUR_MS
from app.playlog.filling import Spots, Stamp, Traffic, filled, looped
from tests.plans.values import MIN, asset
from tests.playlog.values import START, adverts, airings, covers, spots, told

FILLER = asset("waves", 20 / 60, type="FIL")
STAMP = Stamp(START)


def ids(chosen) -> list[str]:
    return [one.id for one in chosen]


def test_only_spots_are_taken_and_no_commercials_around_a_movie():
    pool = spots([*adverts(2), *adverts(2, type="PSA"), asset("film", 0.5, type="MOV")])
    assert sorted(ids(pool.packed(10 * MIN, START, airings(), commercials=True))) == [
        "adv-0",
        "adv-1",
        "psa-0",
        "psa-1",
    ]
    assert sorted(ids(pool.packed(10 * MIN, START, airings(), commercials=False))) == ["psa-0", "psa-1"]


def test_spots_rest_and_the_least_recent_goes_first():
    pool = spots(adverts(4))
    aired = airings(("adv-0", START - 10 * MIN), ("adv-1", START - 90 * MIN), ("adv-2", START - 60 * MIN))
    assert ids(pool.packed(10 * MIN, START, aired, commercials=True)) == ["adv-3", "adv-1", "adv-2"]


def test_a_spot_that_airs_soon_after_rests_too():
    assert spots(adverts(1)).packed(MIN, START, airings(("adv-0", START + 5 * MIN)), commercials=True) == []


def test_a_daily_cap_holds_for_the_broadcast_day_alone():
    day = 24 * HOUR_MS
    pool = spots(adverts(1), Traffic(daily_cap={"ADV": 2}))
    noon = START // day * day + day // 2
    aired = airings(("adv-0", noon - 5 * HOUR_MS), ("adv-0", noon - 3 * HOUR_MS))
    assert pool.packed(MIN, noon, aired, commercials=True) == []
    assert ids(pool.packed(MIN, noon + day, aired, commercials=True)) == ["adv-0"]


def test_packing_goes_on_until_nothing_fits():
    pool = spots([*adverts(1, 50), *adverts(1, 20, type="PSA")])
    aired = airings(("psa-0", START - 2 * HOUR_MS))
    assert ids(pool.packed(75_000, START, aired, commercials=True)) == ["adv-0", "psa-0"]
    assert ids(pool.packed(45_000, START, aired, commercials=True)) == ["psa-0"]


def test_another_spot_does_not_change_the_order_of_those_that_are_there():
    few, more = (ids(spots(adverts(number)).all) for number in (5, 9))
    assert [one for one in more if one in few] == few
    assert ids(Spots("other", adverts(9), Traffic()).all) != more


def test_little_that_is_left_is_slate_between_spots_with_the_remainder_last():
    made = filled(START, START + 91_001, adverts(3), FILLER, STAMP, 1)
    assert told(made) == [
        ("spot", "adv-0", 30), ("pad", None, 0.5), ("spot", "adv-1", 30), ("pad", None, 0.501), ("spot", "adv-2", 30),
    ]  # fmt: skip


def test_more_is_filler_that_is_looped_and_cut_and_without_one_it_is_slate():
    assert told(filled(START, START + 85_000, adverts(1), FILLER, STAMP, 1)) == [
        ("spot", "adv-0", 30), ("filler", "waves", 20), ("filler", "waves", 20), ("filler", "waves", 15),
    ]  # fmt: skip
    assert told(filled(START, START + 85_000, adverts(1), None, STAMP, 1)) == [("spot", "adv-0", 30), ("pad", None, 55)]
    assert told(filled(START, START + 85_000, [], None, STAMP, 1)) == [("pad", None, 85)]


def test_filler_goes_on_where_it_was():
    assert [(one.in_ms, one.out_ms) for one in looped(0, 30_000, FILLER, STAMP, 1, 45_000)] == [
        (5_000, 20_000), (0, 15_000),
    ]  # fmt: skip


@given(
    st.integers(1, 20 * MIN),
    st.lists(st.integers(1, 90_000), max_size=40),
    st.none() | st.integers(1_000, 600_000),
)
def test_every_break_is_exact_to_the_millisecond(budget, lengths, filler_ms):
    pool = spots(asset(f"s{number}", length / MIN, type="ADV") for number, length in enumerate(lengths))
    filler = asset("waves", filler_ms / MIN, type="FIL") if filler_ms else None
    chosen = pool.packed(budget, START, airings(), commercials=True)
    made = filled(START, START + budget, chosen, filler, STAMP, 1)
    assert covers(made, START, START + budget)
    assert [one.asset for one in made if one.kind == "spot"] == ids(chosen)
    assert all(one.length_ms == lengths[int(one.asset[1:])] for one in made if one.kind == "spot")
