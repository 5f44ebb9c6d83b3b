"""What fills a zone: the kinds of programs, and what each says of its content."""

from typing import Literal

import msgspec

Mode = Literal["sequential", "random", "least_recently_used", "manual", "seasonal", "syndication"]
When = Literal["always", "never", "conditional"]
Compose = Literal["sequence", "block", "pair"]
REST_HOURS = 24
CLOCK_REST_HOURS = 3


class AssetSpec(msgspec.Struct, frozen=True, tag="asset", forbid_unknown_fields=True):
    """One asset, always."""

    asset: str


class SeriesSpec(msgspec.Struct, frozen=True, tag="series", forbid_unknown_fields=True):
    """The episodes of a series, or of one of its seasons; `pick` is the operator's choice in manual mode."""

    series: str
    season: int | None = None
    pick: str | None = None


class RuleSpec(msgspec.Struct, frozen=True, tag="rule", forbid_unknown_fields=True):
    """A query of the library: all fields must hold, of a list any entry (of tags all of them).

    In random mode, what was used within `rest_hours` waits.
    """

    types: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    seasons: tuple[int, int] | None = None
    episodes: tuple[int, int] | None = None
    genres: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()
    not_ratings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    shortest_s: int | None = None
    longest_s: int | None = None
    rest_hours: int = REST_HOURS


Source = AssetSpec | SeriesSpec | RuleSpec


class PackageSpec(msgspec.Struct, frozen=True, tag="package", forbid_unknown_fields=True):
    """Content between an intro and an outro, aired as one programme.

    `compose` says how content is made of its sources: `sequence` all of the named assets in order, `block` one from
    each source, `pair` `count` from the only source. Intro and outro are ids of assets; a conditional one airs only
    where the package takes no further block for it.
    """

    content: tuple[Source, ...]
    compose: Compose = "block"
    count: int = 2
    intro: tuple[str, ...] = ()
    outro: tuple[str, ...] = ()
    intro_when: When = "always"
    outro_when: When = "always"


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of item in an hour: `count` of a type, soft in order, or at `at_s` seconds of the hour; `hard` is kept."""

    type: str
    count: int = 1
    at_s: int | None = None
    hard: bool = False
    tags: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()


class ClockSpec(msgspec.Struct, frozen=True, tag="clock", forbid_unknown_fields=True):
    """An hour clock: what each hour is made of, in order."""

    elements: tuple[Element, ...]
    rest_hours: int = CLOCK_REST_HOURS


Spec = AssetSpec | SeriesSpec | RuleSpec | PackageSpec | ClockSpec

KINDS: dict[type, str] = {
    AssetSpec: "asset", SeriesSpec: "series", RuleSpec: "rule", PackageSpec: "package", ClockSpec: "clock",
}  # fmt: skip


def kind_of(spec: Spec) -> str:
    """The word for the kind of a program."""
    return KINDS[type(spec)]


def sources_of(spec: Spec) -> tuple[Source, ...]:
    """What a program chooses from: of a package one source each seat, of an hour clock one each element."""
    if isinstance(spec, PackageSpec):
        return spec.content
    if isinstance(spec, ClockSpec):
        return tuple(element_source(spec, one, one.type) for one in spec.elements)
    return (spec,)


def element_source(clock: ClockSpec, element: Element, type: str) -> RuleSpec:
    """What an element of an hour clock chooses from when it takes a type: its own, or one to fall back to."""
    return RuleSpec(types=(type,), tags=element.tags, rest_hours=clock.rest_hours)


def encoded(spec: Spec) -> str:
    """As it is stored."""
    return msgspec.json.encode(spec).decode()


def decoded(text: str) -> Spec:
    """From how it is stored."""
    spec: Spec = msgspec.json.decode(text, type=Spec)
    return spec


def named_assets(spec: Spec) -> list[str]:
    """The assets that a program names."""
    if isinstance(spec, AssetSpec):
        return [spec.asset]
    if isinstance(spec, SeriesSpec):
        return [spec.pick] if spec.pick else []
    if isinstance(spec, PackageSpec):
        return [*spec.intro, *spec.outro, *(asset for source in spec.content for asset in named_assets(source))]
    return []


def named_series(spec: Spec) -> list[str]:
    """The series that a program names."""
    if isinstance(spec, SeriesSpec):
        return [spec.series]
    if isinstance(spec, RuleSpec):
        return list(spec.series)
    if isinstance(spec, PackageSpec):
        return [series for source in spec.content for series in named_series(source)]
    return []
