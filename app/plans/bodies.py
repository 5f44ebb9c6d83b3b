"""What enters planning by API."""

from datetime import datetime
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType

from app.plans.layering import Resume
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, ClockSpec, Mode, PackageSpec, RuleSpec, SeriesSpec
from app.plans.zones import WantedZone

W = TypeVar("W", bound=Struct)


class PlanBody(WantedPlan, frozen=True, forbid_unknown_fields=True):
    """A plan: its first and last day as YYYY-MM-DD, or MM-DD for every year; of `cron` only the day fields count."""


class ChangedPlanBody(PlanBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different about a plan; `version` is the one that was read."""

    version: int


class ZoneBody(WantedZone, frozen=True, forbid_unknown_fields=True):
    """A zone: times as HH:MM up to 24:00, days as MON to SUN (none: every day), programs by id or name in order."""


class NewProgramBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A program, and what it is made of."""

    name: str
    spec: AssetSpec | SeriesSpec | RuleSpec | PackageSpec | ClockSpec
    mode: Mode | UnsetType = UNSET
    bleed: bool = False
    slots: int = 1


class ChangedProgramBody(WantedProgram, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different about a program; `version` is the one that was read."""

    version: int


class TryBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What a program could be made of, to be tried for an instant with an offset, or for now."""

    source: AssetSpec | SeriesSpec | RuleSpec | PackageSpec | ClockSpec
    mode: Mode = "random"
    at: datetime | None = None


class CopyBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a copy, and the channel it is for, by id or slug: the same one unless told otherwise."""

    name: str
    channel: str | None = None


class CopyDayBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The weekday whose zones are copied, and those that get them, as MON to SUN."""

    day: str
    to: list[str]


class PresetBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a preset goes: into a plan, by id or name, or as a new one; `dry_run` stores nothing."""

    plan: str | None = None
    name: str | None = None
    dry_run: bool = False


class NextBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The asset that airs next; `seat` is the number of the source within a package."""

    asset: str
    seat: int = 0


class GridBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A grid: blocks of 15, 30 or 60 minutes, how many minutes past the hour they begin, and when the day does."""

    minutes: int
    offset: int = 0
    day_start: str = "06:00"
    filler_asset: str | None = None


class MakeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How to make a day: `force` makes it again, `dry_run` stores nothing."""

    force: bool = False
    dry_run: bool = False


class OverrideBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The plan that a person chooses for a day, by id or name."""

    plan: str
    dry_run: bool = False


class BookingBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An asset at a time with an offset; without an end, for as long as it is.

    `resume` says how a programme that it cuts goes on: `join` where it would be by then, or `filler`.
    """

    asset: str
    start: datetime
    end: datetime | None = None
    resume: Resume = "join"
    dry_run: bool = False


class ChangedBookingBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different about a booking; a new start keeps its length. `version` is what was read."""

    version: int
    start: datetime | None = None
    end: datetime | None = None
    resume: Resume | None = None


def wanted(kind: type[W], body: Struct) -> W:
    """The fields of a body that a use case takes."""
    return kind(**{name: getattr(body, name) for name in kind.__struct_fields__})
