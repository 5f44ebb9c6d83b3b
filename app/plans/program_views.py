"""Finished values for the templates of programs: what each is, airs now and stands at, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app import wording
from app.library.rules import TYPES
from app.plans import reasons, rule_text
from app.plans.choosing import Nothing
from app.plans.composing import Pick, blocks
from app.plans.cursors import Standing, episode_label
from app.plans.grids import Planned
from app.plans.programs import ProgramView, Use
from app.plans.specs import AssetSpec, ClockSpec, PackageSpec, RuleSpec, SeriesSpec, Source, Spec
from app.plans.trying import Fallen, Tried
from app.plans.values import Candidate, Finding

KINDS = {
    "series": ("Series", "film", "Episodes of a series, or of one season."),
    "rule": ("Rule", "filter", "Whatever in the library fits conditions."),
    "asset": ("Video", "play", "One video, always."),
    "package": ("Package", "library", "Intro, content and outro as one programme."),
    "clock": ("Hour clock", "clock", "What an hour is made of, element by element."),
}
MODES = {
    "sequential": "In order", "random": "At random", "least_recently_used": "Longest unseen first",
    "seasonal": "In order, by month", "syndication": "One a day, in a loop", "manual": "Picked by hand",
}  # fmt: skip
KIND_MODES = {
    "asset": (), "series": tuple(MODES), "clock": ("random", "least_recently_used"),
    "rule": tuple(MODES)[:-1], "package": tuple(MODES)[:-1],
}  # fmt: skip
COMPOSE = {"block": "One from each source", "pair": "Several from one source", "sequence": "These videos, in order"}
WHENS = {"always": "Always", "conditional": "Where it takes no further block", "never": "Never"}
SHOWN_MOST = 60


@dataclass(frozen=True, slots=True)
class Names:
    """The titles of what programs name, by id."""

    assets: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)


def options(words: Mapping[str, str], only: Sequence[str] | None = None) -> list[dict[str, str]]:
    """Choices of a select."""
    return [{"value": value, "label": label} for value, label in words.items() if only is None or value in only]


def type_options() -> list[dict[str, str]]:
    """The types of assets to choose from."""
    return [{"value": code, "label": f"{code} · {label}"} for code, label in TYPES.items()]


def kind_links(at: str, chosen: str) -> list[dict[str, Any]]:
    """The kinds of a new program."""
    return [
        {"href": f"{at}/new?kind={kind}", "label": label, "icon": icon, "text": text, "current": kind == chosen}
        for kind, (label, icon, text) in KINDS.items()
    ]


def made_of(spec: Spec, names: Names) -> str:
    """What a program is made of, in a line."""
    if isinstance(spec, ClockSpec):
        return ", ".join(f"{one.count} × {one.type}" if one.count > 1 else one.type for one in spec.elements)
    if isinstance(spec, PackageSpec):
        around = [f"{word} {wording.count(len(ids), 'video')}" for word, ids in _around(spec) if ids]
        return "; ".join([*(source_words(one, names) for one in spec.content), *around])
    return source_words(spec, names)


def _around(spec: PackageSpec) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("intro", spec.intro), ("outro", spec.outro)


def source_words(source: Source, names: Names) -> str:
    """A source in a few words."""
    if isinstance(source, AssetSpec):
        return names.assets.get(source.asset, source.asset)
    if isinstance(source, SeriesSpec):
        season = "" if source.season is None else f", season {source.season}"
        return f"{names.series.get(source.series, source.series)}{season}"
    told = RuleSpec(**{name: getattr(source, name) for name in RuleSpec.__struct_fields__} | {
        "series": tuple(names.series.get(id, id) for id in source.series)
    })  # fmt: skip
    return rule_text.written(told) or "everything that may air"


def row(
    one: ProgramView, now: Pick | Nothing, stands: Sequence[Standing], used: Sequence[Use], names: Names, of: Planned
) -> dict[str, Any]:
    """A program as `plans/programs.html` names it."""
    return {
        "id": one.program.id,
        "name": one.program.name,
        "href": f"/channels/{of.channel.slug}/programs/{one.program.id}",
        "kind": KINDS[one.kind][0],
        "icon": KINDS[one.kind][1],
        "mode": MODES[one.program.mode] if KIND_MODES[one.kind] else "",
        "made_of": made_of(one.program.spec, names),
        "now": pick_told(now, of),
        "next": ", ".join(episode_label(each.next) for each in stands if each.next),
        "used": used_words(used),
    }


def used_words(used: Sequence[Use]) -> str:
    """Where a program is used: `Evening of Week, and 2 more`."""
    if not used:
        return ""
    first = f"{used[0].zone_name} of {used[0].plan_name}"
    return first if len(used) == 1 else f"{first}, and {len(used) - 1} more"


def pick_told(found: Pick | Nothing, of: Planned) -> dict[str, Any]:
    """What airs, or why nothing does."""
    if isinstance(found, Nothing):
        words = "Finds nothing" if found.code == "RULE_EMPTY" else "Nothing fits"
        return {"title": "", "problem": words, "length": "", "parts": [], "findings": findings_told(found.findings)}
    taken = blocks(found.duration_ms, of.grid.block_ms)
    return {
        "title": found.title,
        "problem": "",
        "length": wording.length(found.duration_ms),
        "blocks": f"{wording.count(taken, 'block')} of {of.grid.minutes} min",
        "why": reasons.picked(found.why, of.grid.tz),
        "parts": [
            {
                "at": wording.length(part.at_ms), "title": part.title, "length": wording.length(part.duration_ms),
                "role": part.role.capitalize() if part.role.islower() else part.role,
            }
            for part in found.parts
        ],
        "findings": findings_told(found.findings),
    }  # fmt: skip


def findings_told(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """What people should know, each once."""
    told = {(one.code, one.detail): one for one in findings}
    return [
        {"code": one.code, "detail": one.detail, "tone": "bad" if one.level == "error" else "warn"}
        for one in told.values()
    ]


def standing_told(one: Standing) -> dict[str, Any]:
    """A cursor with the assets that could be next."""
    return {
        "seat": one.seat,
        "next": episode_label(one.next) if one.next else "",
        "next_id": one.next.id if one.next else "",
        "options": [{"value": each.id, "label": episode_label(each)} for each in one.pool],
    }


def tried_told(found: Tried, sources: Sequence[Source], names: Names) -> dict[str, Any]:
    """What `plans/try.html` shows."""
    pairs = zip(found.sources, sources, strict=True)
    return {
        "at": wording.local(found.at, found.of.grid.tz),
        "pick": pick_told(found.chosen, found.of),
        "sources": [
            {
                "words": source_words(source, names),
                "matched": one.matched,
                "matched_label": f"{wording.count(one.matched, 'match', 'matches')}",
                "more": max(0, one.matched - SHOWN_MOST),
                "pool": [_candidate(each, each in one.resting) for each in one.pool[:SHOWN_MOST]],
                "out": [_out(each) for each in sorted(one.out, key=lambda each: each.number)],
            }
            for one, source in pairs
        ],
    }


def _candidate(one: Candidate, resting: bool) -> dict[str, Any]:
    length = wording.length(one.duration_ms) if one.duration_ms else "no length"
    return {"title": episode_label(one), "type": one.type, "length": length, "resting": resting}


def _out(one: Fallen) -> dict[str, Any]:
    return {
        "reason": one.words, "number": one.number, "assets": [episode_label(each) for each in one.assets],
        "more": one.number - len(one.assets),
    }  # fmt: skip
