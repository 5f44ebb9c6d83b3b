"""Posts from a CSV file: what is read, what is refused row by row, and that twice adds nothing."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.csv_text import BYTES_MOST, ROWS_MOST, write
from app.errors import Invalid, TooLarge
from app.posts.csv_import import COLUMNS, Row, Values, plan, read, write_wrong
from app.posts.schemas import When

HEADER = "title,description,hashtags,channels,scheduled_time,timezone,asset,file,key"
NOW = datetime(2026, 5, 14, 13, 37, tzinfo=UTC)
FULL = 'Harbour,"Two\nlines","#boat, night",tube;clips,2026-06-01 18:00,,boat.mp4,,'
TIMES = [
    ("2026-06-01 18:00", "", "2026-06-01T17:00Z", "2026-06-01T18:00", "Europe/Lisbon"),
    ("2026-06-01T18:00:00", "", "2026-06-01T17:00Z", "2026-06-01T18:00", "Europe/Lisbon"),
    ("2026-06-01 18:00", "America/New_York", "2026-06-01T22:00Z", "2026-06-01T18:00", "America/New_York"),
    ("2026-06-01T18:00:30+01:00", "America/New_York", "2026-06-01T17:00:30Z", None, None),
    ("2026-06-01T18:00Z", "", "2026-06-01T18:00Z", None, None),
    ("2027-03-28 01:30", "", "2027-03-28T01:00Z", "2027-03-28T01:30", "Europe/Lisbon"),
]
BAD = [
    ({"title": ""}, "title", "TITLE_EMPTY"),
    ({"title": "x" * 101}, "title", "TITLE_LONG"),
    ({"description": "x" * 5001}, "description", "DESCRIPTION_LONG"),
    ({"hashtags": "#a-b"}, "hashtags", "HASHTAG_BAD"),
    ({"channels": " ; "}, "channels", "CHANNELS_NONE"),
    ({"channels": "tube;tube"}, "channels", "CHANNEL_TWICE"),
    ({"timezone": "Lisbon"}, "timezone", "UNKNOWN_ZONE"),
    ({"scheduled_time": "1/6/2026 18:00"}, "scheduled_time", "TIME_BAD"),
    ({"scheduled_time": "2026-06-01"}, "scheduled_time", "TIME_BAD"),
    ({"scheduled_time": "2026-06-01 18:00:30"}, "scheduled_time", "TIME_BAD"),
    ({"scheduled_time": "0001-01-01 00:00", "timezone": "Asia/Tokyo"}, "scheduled_time", "BAD_TIME"),
    ({"asset": ""}, "file", "FILE_OR_ASSET"),
    ({"file": "night.mp4"}, "file", "FILE_OR_ASSET"),
    ({"asset": "x" * 2001}, "asset", "FILE_LONG"),
    ({"key": "x" * 201}, "key", "KEY_LONG"),
]
UNREADABLE = [
    (b"", "CSV_HEADER"),
    (b"\n\n", "CSV_HEADER"),
    (b"title,description\n", "CSV_HEADER"),
    (b"title,channels\n", "CSV_HEADER"),
    (b"title,channels,asset,Title\n", "CSV_HEADER"),
    ("title,channels,asset\nBoot für Zwei,a,b".encode("cp1252"), "CSV_ENCODING"),
    ("title,channels,asset\n".encode("utf-16"), "CSV_ENCODING"),
    ("title,channels,asset\n".encode("utf-16-le"), "CSV_ENCODING"),
    (b'title,channels,asset\nHarbour,"tube,boat.mp4\n', "CSV_BROKEN"),
    (b'title,channels,asset\n"Har"bour,tube,boat.mp4\n', "CSV_BROKEN"),
    (b"title,channels,asset\n" + b"x" * 200_000 + b",tube,boat.mp4\n", "CSV_BROKEN"),
]
# Two rows that ask for the same post, however they are written.
SAME = [
    ({}, {}),
    ({"title": "Harbour"}, {"title": "  Harbour "}),
    ({"hashtags": "#boat night"}, {"hashtags": "boat,#night"}),
    ({"channels": "tube;clips"}, {"channels": "Clips | tube"}),
    ({"scheduled_time": "2026-06-01 18:00"}, {"scheduled_time": "2026-06-01T17:00Z"}),
    ({"key": "june-1", "title": "Harbour"}, {"key": "june-1", "title": "Night"}),
]
DIFFERENT = [
    ({"title": "Harbour"}, {"title": "harbour"}),
    ({"channels": "tube"}, {"channels": "clips"}),
    ({"scheduled_time": "2026-06-01 18:00"}, {"scheduled_time": "2026-06-01 18:01"}),
    ({"scheduled_time": ""}, {"scheduled_time": "2026-06-01 18:01"}),
    ({"asset": "boat.mp4"}, {"asset": "", "file": "boat.mp4"}),
    ({"key": "june-1"}, {"key": "june-2"}),
    ({"key": ""}, {"key": "june-2"}),
]
FORMULAS = ["=1+1", "+1", "-1", "@sum", "'=1+1", "''=1", "＝1", " =1", '=HYPERLINK("http://x","y")']
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(FORMULAS)


def sheet(*rows: dict[str, str], columns: Iterable[str] = COLUMNS) -> bytes:
    plain = {"title": "Harbour", "channels": "tube", "asset": "boat.mp4"}
    return write(list(columns), [{**plain, **row} for row in rows])


def rows_of(data: bytes) -> list[Row]:
    return read(data, "Europe/Lisbon").rows


def only(data: bytes) -> Row:
    [row] = rows_of(data)
    return row


def test_row_is_read_with_its_quoted_lines() -> None:
    row = only(f"{HEADER}\n{FULL}\n".encode())
    at = datetime(2026, 6, 1, 17, tzinfo=UTC)
    assert row.values == Values(
        "Harbour", "Two\nlines", ["boat", "night"], ["tube", "clips"], When(at, "2026-06-01T18:00", "Europe/Lisbon"),
        "boat.mp4", "",
    )  # fmt: skip
    assert (row.line, row.errors) == (2, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_file_may_begin_with_a_mark_and_end_its_lines_either_way(encoding: str, end: str) -> None:
    text = end.join(["title,channels,asset", "Harbour 🚢 ميناء,tube,boat.mp4", "", "Night,tube,night.mp4"])
    assert [row.values and row.values.title for row in rows_of(text.encode(encoding))] == ["Harbour 🚢 ميناء", "Night"]


def test_semicolons_are_found_out() -> None:
    row = only(b'Title;Channels;"Scheduled time";File\n"Harbour; tonight";a,b;;x.mp4')
    assert row.values
    assert (row.values.title, row.values.channels, row.values.file) == ("Harbour; tonight", ["a", "b"], "x.mp4")


def test_columns_stand_in_any_order_and_unknown_ones_are_told() -> None:
    found = read(b"Notes,asset,CHANNELS,title,\nbring it,boat.mp4,tube,Harbour,", "Europe/Lisbon")
    assert found.ignored == ["notes"]
    assert found.rows[0].values
    assert found.rows[0].values.when is None


@pytest.mark.parametrize(("written", "zone", "instant", "wall", "wall_zone"), TIMES)
def test_time_is_read_on_the_wall_clock_or_by_its_offset(
    written: str, zone: str, instant: str, wall: str | None, wall_zone: str | None
) -> None:
    values = only(sheet({"scheduled_time": written, "timezone": zone})).values
    assert values
    assert values.when
    assert values.when.at == datetime.fromisoformat(instant)
    assert (values.when.wall, values.when.timezone) == (wall, wall_zone)


def test_time_that_the_clock_skips_is_moved_with_a_note() -> None:
    values = only(sheet({"scheduled_time": "2027-03-28 01:30"})).values
    assert values
    assert values.when
    assert values.when.note == "01:30 does not exist that day in Europe/Lisbon; it is 02:00 instead."


@pytest.mark.parametrize(("cells", "field", "code"), BAD)
def test_bad_cell_is_told_with_its_line_and_field(cells: dict[str, str], field: str, code: str) -> None:
    good, bad = rows_of(sheet({"title": "Fine"}, cells))
    assert (good.errors, good.line) == ((), 2)
    assert [(bad.line, error.field, error.code) for error in bad.errors] == [(3, field, code)]
    assert (bad.values, bad.key) == (None, "")


def test_every_bad_cell_of_a_row_is_told() -> None:
    row = only(sheet({"title": "", "channels": "", "scheduled_time": "soon"}))
    assert [error.field for error in row.errors] == ["title", "channels", "scheduled_time"]


def test_lines_are_those_of_the_file_where_rows_have_several() -> None:
    data = b'title,channels,asset,description\n"a",t,x,"1\n2\n3"\n\nb,,y,\nc,t,z,\n'
    assert [row.line for row in rows_of(data)] == [2, 6, 7]


def test_cells_beyond_the_columns_are_told() -> None:
    row = only(b"title,channels,asset\nHarbour, tonight,tube,boat.mp4")
    assert "CELLS_MANY" in [error.code for error in row.errors]
    assert only(b"title,channels,asset\nHarbour,tube,boat.mp4,,").errors == ()


def test_missing_cells_at_the_end_are_empty() -> None:
    row = only(b"title,channels,asset,description,key\nHarbour,tube,boat.mp4")
    assert row.values
    assert row.values.description == ""


@pytest.mark.parametrize(("data", "code"), UNREADABLE)
def test_file_that_cannot_be_read_is_refused_as_a_whole(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rows_of(data)
    assert (refused.value.code, set(refused.value.errors)) == (code, {"file"})


def test_missing_columns_are_named() -> None:
    with pytest.raises(Invalid, match="lacks channels, asset or file"):
        rows_of(b"title,description\n")


def test_broken_quotes_are_told_with_the_line_they_begin_on() -> None:
    with pytest.raises(Invalid, match="Line 3 cannot be read"):
        rows_of(b'title,channels,asset\na,b,c\n"d,e,f\ng,h,i\n')


def test_file_and_rows_have_their_limits() -> None:
    head = b"title,channels,asset\n"
    assert len(rows_of(head + b"a,b,c\n" * ROWS_MOST)) == ROWS_MOST
    with pytest.raises(TooLarge) as refused:
        rows_of(head + b"a,b,c\n" * (ROWS_MOST + 1))
    assert refused.value.code == "CSV_ROWS"
    assert rows_of((head + b"a,b,c\n").ljust(BYTES_MOST, b"\n"))
    with pytest.raises(TooLarge) as refused:
        rows_of((head + b"a,b,c\n").ljust(BYTES_MOST + 1, b"\n"))
    assert refused.value.code == "CSV_LARGE"


@pytest.mark.parametrize(("one", "other"), SAME)
def test_rows_that_ask_for_the_same_post_have_one_key(one: dict[str, str], other: dict[str, str]) -> None:
    assert only(sheet(one)).key == only(sheet(other)).key
    first, second = rows_of(sheet(one, other))
    assert (first.errors, second.values) == ((), None)
    assert [(error.code, second.line) for error in second.errors] == [("ROW_TWICE", 3)]
    assert "line 2" in second.errors[0].detail


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_rows_that_ask_for_different_posts_have_different_keys(one: dict[str, str], other: dict[str, str]) -> None:
    keys = [row.key for row in rows_of(sheet(one, other))]
    assert all(keys)
    assert len(set(keys)) == 2


def test_importing_twice_adds_nothing() -> None:
    data = sheet({"title": "A"}, {"title": "B", "key": "b"}, {"title": ""})
    first = plan(rows_of(data), (), NOW)
    assert [len(part) for part in (first.new, first.known, first.wrong)] == [2, 0, 1]
    again = plan(rows_of(data), {row.key for row in first.new}, NOW)
    assert [len(part) for part in (again.new, again.known, again.wrong)] == [0, 2, 1]


def test_new_row_in_the_past_is_wrong_but_a_known_one_is_not() -> None:
    rows = rows_of(sheet({"scheduled_time": "2026-05-14T13:36Z"}, {"scheduled_time": "2026-05-14T13:37Z"}))
    first = plan(rows, (), NOW)
    assert [row.line for row in first.new] == [3]
    assert [(row.line, error.field, error.code) for row in first.wrong for error in row.errors] == [
        (2, "scheduled_time", "TIME_PAST")
    ]
    assert plan(rows, {row.key for row in rows}, NOW).wrong == []


def test_time_too_far_ahead_is_wrong() -> None:
    made = plan(rows_of(sheet({"scheduled_time": "2036-05-14T13:36Z"})), (), NOW)
    assert [error.code for row in made.wrong for error in row.errors] == ["TIME_FAR"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_written_cell_is_no_formula_and_is_read_as_it_was(formula: str) -> None:
    data = sheet({"title": formula, "description": f"{formula} x"})
    assert not any(cell.strip().startswith(("=", "+", "-", "@", "＝")) for cell in data.decode("utf-8-sig").split(","))
    values = only(data).values
    assert values
    assert (values.title, values.description) == (formula.strip(), f"{formula} x".strip())


def test_wrong_rows_are_written_to_be_mended_and_read_again() -> None:
    rows = rows_of(sheet({"title": "Fine"}, {"title": "", "description": "=x"}, {"title": "Late", "channels": ""}))
    written = write_wrong(rows)
    assert written.decode("utf-8-sig").splitlines()[0] == f"{HEADER},errors"
    found = read(written, "Europe/Lisbon")
    assert found.ignored == []
    assert [row.cells["errors"] for row in found.rows] == ["Give the post a title.", "Choose at least one channel."]
    assert found.rows[0].cells["description"] == "=x"
    assert [row.errors[0].code for row in found.rows] == ["TITLE_EMPTY", "CHANNELS_NONE"]


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("title", "description", "key"), cells)), max_size=5))
def test_what_is_written_is_read_as_it_was(rows: list[dict[str, str]]) -> None:
    found = rows_of(sheet(*rows))
    for row, read_row in zip(rows, found, strict=True):
        assert {name: read_row.cells[name] for name in row} == {name: cell.strip() for name, cell in row.items()}


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"{HEADER}\n{text}".encode("utf-8", "ignore")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    rows, code = list[Row](), "CSV_"
    try:
        rows = rows_of(data)
    except Invalid as refused:
        code = refused.code
    assert code.startswith("CSV_")
    assert all((row.values is None) == bool(row.errors) for row in rows)


def test_ten_thousand_rows_are_read_and_compared_within_two_seconds() -> None:
    data = sheet(
        *({"title": f"Episode {n}", "description": f"Part {n} of many.\n" * 12, "hashtags": "#boat #night",
           "channels": "tube;clips", "scheduled_time": f"2026-{n % 6 + 6:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}",
           "asset": f"{n}.mp4"} for n in range(ROWS_MOST))
    )  # fmt: skip
    started = time.process_time()
    rows = rows_of(data)
    made = plan(rows, {row.key for row in rows[::2]}, NOW)
    assert time.process_time() - started < 2
    assert (len(made.new), len(made.known), made.wrong) == (ROWS_MOST // 2, ROWS_MOST // 2, [])
