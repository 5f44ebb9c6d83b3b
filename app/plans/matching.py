"""Which assets a source of a program means, and why others fall out."""

from collections import defaultdict
from collections.abc import Iterable

from app.plans.specs import AssetSpec, RuleSpec, SeriesSpec, Source
from app.plans.values import Candidate

REASONS = {
    "not_ready": "not ready", "not_approved": "not approved for broadcast", "no_duration": "no known length",
    "type": "another type", "series": "another series", "season": "another season", "episode": "another episode",
    "genre": "another genre", "rating": "rating", "tags": "lacks a tag", "not_tags": "has an excluded tag",
    "too_short": "too short", "too_long": "too long", "asset": "another asset",
}  # fmt: skip


def unfit_for_air(one: Candidate) -> str | None:
    """Why an asset may not be scheduled at all; None where it may: ready, approved, of a known length."""
    if one.state != "ready":
        return "not_ready"
    if not one.approved:
        return "not_approved"
    return None if one.duration_ms and one.duration_ms > 0 else "no_duration"


def falls_out(source: Source, one: Candidate) -> str | None:
    """Why an asset is not among those of a source, as a key of REASONS; None where it is."""
    if isinstance(source, AssetSpec):
        return unfit_for_air(one) if one.id == source.asset else "asset"
    if isinstance(source, SeriesSpec):
        return _outside_series(source, one) or unfit_for_air(one)
    return _outside_rule(source, one) or unfit_for_air(one) or _unfit_length(source, one)


def _outside_series(source: SeriesSpec, one: Candidate) -> str | None:
    if one.series != source.series:
        return "series"
    return "season" if source.season is not None and one.season != source.season else None


def _outside_rule(rule: RuleSpec, one: Candidate) -> str | None:
    if rule.types and one.type not in rule.types:
        return "type"
    if rule.series and one.series not in rule.series:
        return "series"
    if rule.seasons and not _between(one.season, rule.seasons):
        return "season"
    if rule.episodes and not _between(one.episode, rule.episodes):
        return "episode"
    if rule.genres and (one.genre or "").casefold() not in {genre.casefold() for genre in rule.genres}:
        return "genre"
    if (rule.ratings and one.rating not in rule.ratings) or one.rating in rule.not_ratings:
        return "rating"
    if rule.tags and not one.tags.issuperset(rule.tags):
        return "tags"
    return "not_tags" if not one.tags.isdisjoint(rule.not_tags) else None


def _between(number: int | None, ends: tuple[int, int]) -> bool:
    return number is not None and ends[0] <= number <= ends[1]


def _unfit_length(rule: RuleSpec, one: Candidate) -> str | None:
    length = one.duration_ms or 0
    if rule.shortest_s is not None and length < rule.shortest_s * 1000:
        return "too_short"
    return "too_long" if rule.longest_s is not None and length > rule.longest_s * 1000 else None


class Library:
    """The assets that planning may choose from; each source is looked up once, a series among its own."""

    def __init__(self, assets: Iterable[Candidate]) -> None:
        self.all = tuple(sorted(assets, key=lambda one: one.key))
        self.by_id = {one.id: one for one in self.all}
        self._by_series: dict[str | None, list[Candidate]] = defaultdict(list)
        for one in self.all:
            self._by_series[one.series].append(one)
        self._pools: dict[Source, tuple[Candidate, ...]] = {}
        self._longest: dict[Source, int] = {}

    def pool(self, source: Source) -> tuple[Candidate, ...]:
        """The eligible assets of a source, in order of series, season, episode and title."""
        if source not in self._pools:
            found = tuple(one for one in self._near(source) if falls_out(source, one) is None)
            self._pools[source] = found
            self._longest[source] = max((one.duration_ms or 0 for one in found), default=0)
        return self._pools[source]

    def longest(self, source: Source) -> int:
        """The length of the longest asset of a source, in milliseconds: where it fits, all do."""
        self.pool(source)
        return self._longest[source]

    def _near(self, source: Source) -> Iterable[Candidate]:
        if isinstance(source, AssetSpec):
            return filter(None, [self.by_id.get(source.asset)])
        return self._by_series.get(source.series, ()) if isinstance(source, SeriesSpec) else self.all

    def eligible(self, asset: str) -> Candidate | None:
        """That asset, if it may be scheduled."""
        found = self.by_id.get(asset)
        return found if found is not None and unfit_for_air(found) is None else None
