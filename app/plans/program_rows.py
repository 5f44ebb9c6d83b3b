"""Rows of the forms of programs: the sources of a package, the elements of an hour clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from app.errors import field_error
from app.plans import rule_text
from app.plans.naming import asset_named, series_named
from app.plans.specs import AssetSpec, Element, RuleSpec, SeriesSpec, Source
from app.web.forms import Form

Row = dict[str, Any]
ROWS_MOST = 100
_SPARE = 2
_CONTENT = ("kind", "what", "season")
_ELEMENT = ("type", "count", "at", "tags", "fallback")


def _spared(rows: list[Row], blank: Row) -> list[Row]:
    return [*rows, *(dict(blank) for _ in range(_SPARE))]


def content_rows(sources: Sequence[Source], names: Mapping[str, str] | None = None) -> list[Row]:
    """The sources of a package as rows, with empty ones after them; `names` are those of assets and series."""
    return _spared([_content_row(one, names or {}) for one in sources], {"kind": "series", "what": "", "season": ""})


def _content_row(one: Source, names: Mapping[str, str]) -> Row:
    if isinstance(one, AssetSpec):
        return {"kind": "asset", "what": names.get(one.asset, one.asset), "season": ""}
    if isinstance(one, SeriesSpec):
        season = "" if one.season is None else str(one.season)
        return {"kind": "series", "what": names.get(one.series, one.series), "season": season}
    told = msgspec.structs.replace(one, series=tuple(names.get(id, id) for id in one.series))
    return {"kind": "rule", "what": rule_text.written(told), "season": ""}


def clock_rows(elements: Sequence[Element]) -> list[Row]:
    """The elements of an hour clock as rows, with empty ones after them."""
    rows = [
        {
            "type": one.type, "count": str(one.count), "at": rule_text.written_seconds(one.at_s), "hard": one.hard,
            "tags": ", ".join(one.tags), "fallback": ", ".join(one.fallback),
        }
        for one in elements
    ]  # fmt: skip
    return _spared(rows, {"type": "", "count": "1", "at": "", "hard": False, "tags": "", "fallback": ""})


def rows_typed(fields: Form, kind: str) -> list[Row]:
    """The rows as they were typed, after what a button beside them asked for: another row, or one moved or gone."""
    rows = _rows(fields, kind)
    act, _, number = fields.text("act").partition("-")
    if act == "more":
        empty = content_rows(()) if kind == "package" else clock_rows(())
        return [*rows, empty[0]][:ROWS_MOST]
    at = int(number) if number.isascii() and number.isdigit() else len(rows)
    if act == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    if act == "drop" and at < len(rows):
        del rows[at]
    return rows


def is_asked(fields: Form) -> bool:
    """Whether a button asks only for other rows, and nothing is to be stored."""
    return fields.text("act").partition("-")[0] in ("more", "up", "drop")


def _rows(fields: Form, kind: str) -> list[Row]:
    names = _CONTENT if kind == "package" else _ELEMENT
    if kind not in ("package", "clock"):
        return []
    number = min(max(fields.integer("rows", 0) or 0, 0), ROWS_MOST)
    return [
        {name: fields.text(f"{name}-{row}") for name in names} | {"hard": fields.flag(f"hard-{row}")}
        for row in range(number)
    ]  # fmt: skip


async def sources_typed(
    fields: Form, typed_rule: Callable[[str, str], Awaitable[RuleSpec]]
) -> tuple[Source, ...]:  # fmt: skip
    """The sources of a package's rows; rows where nothing is named are left out."""
    found: list[Source] = []
    for number, row in enumerate(_rows(fields, "package")):
        field = f"what-{number}"
        if not row["what"]:
            continue
        if row["kind"] == "asset":
            found.append(AssetSpec(await asset_named(row["what"], field)))
        elif row["kind"] == "rule":
            found.append(await typed_rule(row["what"], field))
        else:
            season = fields.integer(f"season-{number}")
            found.append(SeriesSpec(await series_named(row["what"], field), season))
    if not found:
        raise field_error("what-0", "SPEC_BAD", "A package is made of at least one series, rule or video.")
    return tuple(found)


def elements_of(fields: Form) -> tuple[Element, ...]:
    """The elements of an hour clock's rows; rows without a type are left out."""
    found = [
        Element(
            row["type"], fields.integer(f"count-{number}", 1) or 0, rule_text.seconds_of(row["at"], f"at-{number}"),
            row["hard"], rule_text.split(row["tags"].lower()), rule_text.split(row["fallback"].upper()),
        )
        for number, row in enumerate(_rows(fields, "clock"))
        if row["type"]
    ]  # fmt: skip
    if not found:
        raise field_error("type-0", "SPEC_BAD", "An hour clock has at least one element.")
    return tuple(found)
