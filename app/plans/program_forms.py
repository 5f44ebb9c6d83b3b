"""Forms of programs: what was typed as a program of a kind, and a program as the values of its form."""

from collections.abc import Awaitable, Callable
from typing import Any, cast, get_args

from msgspec import UNSET

from app.database import sql
from app.errors import field_error
from app.plans import rule_text
from app.plans.naming import asset_named, asset_names, series_named, series_names
from app.plans.program_rows import clock_rows, content_rows, elements_of, rows_typed, sources_typed
from app.plans.programs import WantedProgram
from app.plans.specs import (
    CLOCK_REST_HOURS,
    REST_HOURS,
    AssetSpec,
    ClockSpec,
    Compose,
    Mode,
    PackageSpec,
    RuleSpec,
    SeriesSpec,
    Spec,
    When,
)
from app.plans.values import Program
from app.web.forms import Form

Values = dict[str, Any]
RULE = (
    "rule_series", "genres", "ratings", "not_ratings", "tags", "not_tags", "seasons", "episodes", "shortest", "longest",
    "rest_hours",
)  # fmt: skip
TEXTS = (
    "name", "mode", "slots", "asset", "series", "season", "pick", *RULE, "compose", "count", "intro", "outro",
    "intro_when", "outro_when",
)  # fmt: skip


def blank(kind: str) -> Values:
    """The values of the form of a new program."""
    rest = REST_HOURS if kind == "rule" else CLOCK_REST_HOURS
    return {
        **dict.fromkeys(TEXTS, ""), "kind": kind, "mode": "random" if kind in ("rule", "clock") else "sequential",
        "slots": "1", "bleed": False, "types": [], "rest_hours": str(rest),
        "compose": "block", "count": "2", "intro_when": "always", "outro_when": "always",
        "rows": content_rows(()) if kind == "package" else clock_rows(()),
    }  # fmt: skip


def typed(fields: Form, kind: str) -> Values:
    """What was typed, to be shown again."""
    return {
        **{name: fields.text(name) for name in TEXTS}, "kind": kind, "bleed": fields.flag("bleed"),
        "types": fields.list("types"), "rows": rows_typed(fields, kind),
    }  # fmt: skip


async def wanted(fields: Form, kind: str) -> WantedProgram:
    """The program that a form asks for."""
    read = _SPECS.get(kind)
    if read is None:
        raise field_error("kind", "KIND_UNKNOWN", f"Choose a kind of program: {', '.join(_SPECS)}.")
    mode = cast(Mode, fields.text("mode")) if "mode" in fields else UNSET
    slots = fields.integer("slots", 1)
    return WantedProgram(
        name=fields.text("name"), spec=await read(fields), mode=mode, bleed=fields.flag("bleed"), slots=slots or 0
    )  # fmt: skip


async def _asset(fields: Form) -> AssetSpec:
    return AssetSpec(await asset_named(fields.text("asset"), "asset"))


async def _series(fields: Form) -> SeriesSpec:
    series = await series_named(fields.text("series"), "series")
    pick = fields.text("pick") or None
    # An episode of the series that was chosen before means nothing any more.
    if pick and not await sql("SELECT 1 FROM asset WHERE id = ? AND series = ?", pick, series):
        pick = None
    return SeriesSpec(series, fields.integer("season"), pick)


async def rule(fields: Form) -> RuleSpec:
    """The rule of a form's fields."""
    lines = [line for line in fields.text("rule_series").split("\n") if line.strip()]
    given: Values = {name: rule_text.split(fields.text(name)) for name in ("genres", "ratings", "not_ratings")}
    given |= {name: rule_text.split(fields.text(name).lower()) for name in ("tags", "not_tags")}
    given |= {name: rule_text.range_of(fields.text(name), name) for name in rule_text.RANGES if fields.text(name)}
    given |= {column: rule_text.seconds_of(fields.text(name), name) for name, column in rule_text.LENGTHS.items()}
    given["series"] = tuple([await series_named(line, "rule_series") for line in lines])
    rest = fields.integer("rest_hours", REST_HOURS)
    return RuleSpec(types=tuple(fields.list("types")), rest_hours=REST_HOURS if rest is None else rest, **given)


async def typed_rule(text: str, field: str) -> RuleSpec:
    """A rule that was typed as text; series stand in it by title or id."""
    read = rule_text.read(text, field)
    series = tuple([await series_named(name, field) for name in read.series])
    return RuleSpec(**{name: getattr(read, name) for name in RuleSpec.__struct_fields__} | {"series": series})


async def _package(fields: Form) -> PackageSpec:
    return PackageSpec(
        await sources_typed(fields, typed_rule), cast(Compose, _one_of(fields, "compose", Compose)),
        fields.integer("count", 2) or 0, await _assets(fields, "intro"), await _assets(fields, "outro"),
        cast(When, _one_of(fields, "intro_when", When)), cast(When, _one_of(fields, "outro_when", When)),
    )  # fmt: skip


async def _assets(fields: Form, name: str) -> tuple[str, ...]:
    return tuple([await asset_named(line, name) for line in fields.text(name).split("\n") if line.strip()])


def _one_of(fields: Form, name: str, words: Any) -> str:
    if fields.text(name) not in get_args(words):
        raise field_error(name, "SPEC_BAD", f"Choose one of {', '.join(get_args(words))}.")
    return fields.text(name)


async def _clock(fields: Form) -> ClockSpec:
    rest = fields.integer("rest_hours", CLOCK_REST_HOURS)
    return ClockSpec(elements_of(fields), CLOCK_REST_HOURS if rest is None else rest)


_SPECS: dict[str, Callable[[Form], Awaitable[Spec]]] = {
    "series": _series, "rule": rule, "asset": _asset, "package": _package, "clock": _clock,
}  # fmt: skip


async def values_of(program: Program, kind: str) -> Values:
    """A program as the values of its form."""
    common = {"name": program.name, "mode": program.mode, "slots": str(program.slots), "bleed": program.bleed}
    return {**blank(kind), **common, **await _spec_values(program.spec)}


async def _spec_values(spec: Spec) -> Values:
    if isinstance(spec, AssetSpec):
        return {"asset": (await asset_names([spec.asset])).get(spec.asset, spec.asset)}
    if isinstance(spec, SeriesSpec):
        season = "" if spec.season is None else str(spec.season)
        title = (await series_names([spec.series])).get(spec.series, spec.series)
        return {"series": title, "season": season, "pick": spec.pick or ""}
    if isinstance(spec, RuleSpec):
        return await rule_values(spec)
    if isinstance(spec, ClockSpec):
        return {"rest_hours": str(spec.rest_hours), "rows": clock_rows(spec.elements)}
    names = await asset_names([*spec.intro, *spec.outro])
    return {
        "compose": spec.compose, "count": str(spec.count), "intro_when": spec.intro_when, "outro_when": spec.outro_when,
        "intro": "\n".join(names.get(one, one) for one in spec.intro),
        "outro": "\n".join(names.get(one, one) for one in spec.outro), "rows": await _content_values(spec),
    }  # fmt: skip


async def rule_values(spec: RuleSpec) -> Values:
    """A rule as the values of its fields."""
    names = await series_names(spec.series)
    lists = {
        name: ", ".join(getattr(spec, name)) for name in ("genres", "ratings", "not_ratings", "tags", "not_tags")
    }  # fmt: skip
    return {
        **lists, "types": list(spec.types), "rule_series": "\n".join(names.get(one, one) for one in spec.series),
        **{name: rule_text.written_range(getattr(spec, name)) for name in rule_text.RANGES},
        **{name: rule_text.written_seconds(getattr(spec, column)) for name, column in rule_text.LENGTHS.items()},
        "rest_hours": str(spec.rest_hours),
    }  # fmt: skip


async def _content_values(spec: PackageSpec) -> list[Values]:
    assets = await asset_names([one.asset for one in spec.content if isinstance(one, AssetSpec)])
    rules = [one for one in spec.content if isinstance(one, RuleSpec)]
    series = await series_names(
        [one.series for one in spec.content if isinstance(one, SeriesSpec)] + [id for one in rules for id in one.series]
    )
    return content_rows(spec.content, assets | series)
