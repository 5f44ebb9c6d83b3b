"""What a program airs at one time: an asset, or a package of several in a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.plans.choosing import Choice, Draw, Fits, Nothing, Slot, choose
from app.plans.matching import Library
from app.plans.specs import PackageSpec, Source, When
from app.plans.values import Candidate, CursorKey, Finding, Part, Program
from app.wording import count


@dataclass(frozen=True, slots=True)
class Pick:
    """What airs, with everything that is to be remembered once it is placed."""

    title: str
    duration_ms: int
    parts: tuple[Part, ...]
    why: Mapping[str, Any]
    cursors: Mapping[CursorKey, str]
    asset: str | None = None
    findings: tuple[Finding, ...] = ()


_Side = tuple[str, When, list[Candidate], list[Finding]]
"""Intro or outro, when it airs, its assets, and what is to be said where it airs without some of them."""


def single(draw: Draw, program: Program, source: Source, at_ms: int, fits: Fits) -> Pick | Nothing:
    """One asset of a source."""
    found = choose(draw, Slot(program.id, at_ms, 0, program.mode), source, fits)
    if isinstance(found, Nothing):
        return found
    one = found.asset
    cursors = {(program.id, 0): found.cursor} if found.cursor else {}
    return Pick(one.title, _length(one), _parts([(one, "content")]), found.why, cursors, one.id, found.findings)


def package(draw: Draw, program: Program, spec: PackageSpec, at_ms: int, fits: Fits, block_ms: int) -> Pick | Nothing:
    """Intro, content and outro in a row; a conditional one of the two only within the blocks that it takes anyway."""
    sides: list[_Side] = [
        ("intro", spec.intro_when, *_fixed(draw.library, spec.intro, at_ms)),
        ("outro", spec.outro_when, *_fixed(draw.library, spec.outro, at_ms)),
    ]
    around = sum(_length(one) for _, when, assets, _ in sides if when == "always" for one in assets)
    if not fits(around):
        return Nothing("NOTHING_FITS")
    made = _content(draw, program, spec, at_ms, lambda length: fits(around + length))
    if isinstance(made, Nothing):
        return made
    choices, cursors, told = made
    content = [choice.asset for choice in choices]
    kept, length, missing = _kept(sides, around + sum(map(_length, content)), block_ms)
    parts = _parts([*_as(kept["intro"], "intro"), *_as(content, "content"), *_as(kept["outro"], "outro")])
    findings = (*told, *missing, *(one for choice in choices for one in choice.findings))
    why = {"by": spec.compose, "content": [dict(choice.why) for choice in choices]}
    return Pick(content[0].title, length, parts, why, cursors, content[0].id, findings)


def _kept(sides: list[_Side], length: int, block_ms: int) -> tuple[dict[str, list[Candidate]], int, list[Finding]]:
    """What airs beside the content by its role, the length of all in milliseconds, and what is missing.

    `length` is that of the content and of what airs always.
    """
    kept: dict[str, list[Candidate]] = {"intro": [], "outro": []}
    told: list[Finding] = []
    for role, when, assets, missing in sides:
        more = 0 if when == "always" else sum(map(_length, assets))
        if when == "never" or (when == "conditional" and blocks(length + more, block_ms) > blocks(length, block_ms)):
            continue
        kept[role], length = assets, length + more
        told += missing
    return kept, length, told


def blocks(length_ms: int, block_ms: int) -> int:
    """How many blocks a length takes."""
    return -(-length_ms // block_ms)


def filled_up(program: Program, length_ms: int, block_ms: int, at_ms: int) -> Finding | None:
    """What to say of a package that leaves nothing of the blocks it asks for, or takes more of them."""
    if not isinstance(program.spec, PackageSpec) or length_ms < program.slots * block_ms:
        return None
    taken, asked = blocks(length_ms, block_ms), program.slots
    detail = f"{program.name} fills {count(taken, 'block')} to the end" if taken == asked else (
        f"{program.name} takes {count(taken, 'block')}, though it asks for {asked}"
    )  # fmt: skip
    return Finding("PACKAGE_LONG", "warning", f"{detail}; nothing is left for breaks.", at_ms)


def _as(assets: list[Candidate], role: str) -> list[tuple[Candidate, str]]:
    return [(one, role) for one in assets]


_Made = tuple[list[Choice], dict[CursorKey, str], list[Finding]]


def _fixed(library: Library, ids: tuple[str, ...], at_ms: int) -> tuple[list[Candidate], list[Finding]]:
    found = [(id, library.eligible(id)) for id in ids]
    missing = [id for id, one in found if one is None]
    told = [
        Finding("PART_MISSING", "warning", f"{id} may not air, so the package goes without.", at_ms) for id in missing
    ]
    return [one for _, one in found if one is not None], told


def _content(draw: Draw, program: Program, spec: PackageSpec, at_ms: int, fits: Fits) -> _Made | Nothing:
    if spec.compose == "pair":
        return _several(draw, program, spec, at_ms, fits)
    choices: list[Choice] = []
    cursors: dict[CursorKey, str] = {}
    for seat, source in enumerate(spec.content):
        taken = sum(_length(choice.asset) for choice in choices)
        found = choose(draw, Slot(program.id, at_ms, seat, program.mode), source, _less(fits, taken))
        if isinstance(found, Nothing):
            return found
        choices.append(found)
        if found.cursor:
            cursors[program.id, seat] = found.cursor
    return choices, cursors, []


def _less(fits: Fits, taken: int) -> Callable[[int], bool]:
    return lambda length: fits(taken + length)


def _several(draw: Draw, program: Program, spec: PackageSpec, at_ms: int, fits: Fits) -> _Made | Nothing:
    """`count` different assets from one source; those left over at the end of a series are skipped."""
    source = spec.content[0]
    pool = draw.library.pool(source)
    if len(pool) < spec.count:
        return Nothing("RULE_EMPTY", f"{len(pool)} of {spec.count} that a package needs")
    tried = Draw(draw.channel, draw.day, draw.library, dict(draw.cursors), dict(draw.used))
    choices: list[Choice] = []
    told: list[Finding] = []
    while len(choices) < spec.count:
        taken = sum(_length(choice.asset) for choice in choices)
        slot = Slot(program.id, at_ms, 0, program.mode)
        found = choose(tried, slot, source, _less(fits, taken))
        if isinstance(found, Nothing):
            return found
        if choices and found.why.get("wrapped"):
            if told:  # once around already: a month may have fewer than the whole pool
                return Nothing("RULE_EMPTY", f"fewer than the {spec.count} that a package needs")
            told.append(Finding("LEFT_OVER", "warning", f"{len(choices)} left over, too few for a set.", at_ms))
            choices = []
        if any(choice.asset.id == found.asset.id for choice in choices):
            return Nothing("NOTHING_FITS")
        choices.append(found)
        tried.used[found.asset.id] = at_ms
        if found.cursor:
            tried.cursors[program.id, 0] = found.cursor
    cursors = {(program.id, 0): choices[-1].cursor} if choices[-1].cursor else {}
    return choices, cursors, told


def _length(one: Candidate) -> int:
    return one.duration_ms or 0


def _parts(assets: list[tuple[Candidate, str]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = 0
    for one, role in assets:
        parts.append(Part(one.id, one.title, at, _length(one), role))
        at += _length(one)
    return tuple(parts)
