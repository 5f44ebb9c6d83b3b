"""How what aired differs from what was planned: tags only, nothing is put right and nothing inferred."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.asrun.rules import MARKS, SLIP_MS, Recorded, Status

Tag = Literal[
    "MISSING_BLOCK", "EXTRA_BLOCK", "BLOCK_TIME_MISMATCH", "SEGMENT_SEQUENCE_MISMATCH", "PHANTOM_SEGMENT",
    "RUNTIME_RECOVERY",
]  # fmt: skip
RECOVERED: tuple[Status, ...] = ("SKIPPED", "SUBSTITUTED", "ERROR")


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing in a block; `key` is the same in plan and as-run."""

    key: str
    status: Status = "AIRED"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together; instants are integer UTC milliseconds, an end that nobody saw is None."""

    id: str
    start_ms: int
    end_ms: int | None
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its tag, the block it is in, and plain words."""

    tag: Tag
    block: str
    detail: str


def blocks(rows: Iterable[Recorded]) -> list[Block]:
    """What aired, by block and in order of time; rows outside of any block are left out."""
    held: dict[str, list[Recorded]] = {}
    for row in sorted(rows, key=lambda one: (one.start_ms, one.seq)):
        if row.block is not None:
            held.setdefault(row.block, []).append(row)
    return [_block(id, found) for id, found in held.items()]


def _block(id: str, rows: Sequence[Recorded]) -> Block:
    fences = [row.start_ms for row in rows if row.status == "FENCE"]
    ends = fences or [row.end_ms for row in rows if row.end_ms is not None]
    segments = tuple(Segment(row.asset or row.kind, row.status, row.reason) for row in rows if row.status not in MARKS)
    return Block(id, rows[0].start_ms, max(ends, default=None), segments)


def reconcile(planned: Sequence[Block], aired: Sequence[Block], tolerance_ms: int = SLIP_MS) -> list[Difference]:
    """All differences, in the order of the plan, with blocks that nobody planned at the end."""
    seen = {one.id: one for one in aired}
    known = {one.id for one in planned}
    found: list[Difference] = []
    for one in planned:
        if one.id in seen:
            found += _inside(one, seen[one.id], tolerance_ms)
        else:
            found.append(Difference("MISSING_BLOCK", one.id, "It was planned and never began."))
    return [
        *found,
        *(Difference("EXTRA_BLOCK", one.id, "It aired without being planned.") for one in aired if one.id not in known),
    ]


def _inside(planned: Block, aired: Block, tolerance_ms: int) -> Iterator[Difference]:
    late = [aired.start_ms - planned.start_ms]
    if planned.end_ms is not None and aired.end_ms is not None:
        late.append(aired.end_ms - planned.end_ms)
    if max(map(abs, late)) > tolerance_ms:
        words = ", ".join(f"{side} {by:+} ms" for side, by in zip(("start", "end"), late, strict=False))
        yield Difference("BLOCK_TIME_MISMATCH", planned.id, f"Its times differ: {words}.")
    phantoms = _phantoms(planned, aired)
    for place in phantoms:
        key = aired.segments[place].key
        yield Difference("PHANTOM_SEGMENT", planned.id, f"{key} aired here without being planned.")
    for one in aired.segments:
        if one.status in RECOVERED:
            yield Difference("RUNTIME_RECOVERY", planned.id, f"{one.key} is {one.status}: {one.reason}.")
    left = [one for place, one in enumerate(aired.segments) if place not in phantoms]
    if not _same_order(planned.segments, left):
        detail = "Other segments aired than planned, or in another order."
        yield Difference("SEGMENT_SEQUENCE_MISMATCH", planned.id, detail)


def _phantoms(planned: Block, aired: Block) -> list[int]:
    """The places of what aired and is not, or not so often, in the plan."""
    left = Counter(one.key for one in planned.segments)
    found = []
    for place, one in enumerate(aired.segments):
        if left[one.key] > 0:
            left[one.key] -= 1
        elif one.status not in RECOVERED:
            found.append(place)
    return found


def _same_order(planned: Sequence[Segment], aired: Sequence[Segment]) -> bool:
    """Whether each planned segment aired in its place, or something was put there to recover."""
    return len(planned) == len(aired) and all(
        one.key == other.key or other.status in RECOVERED for one, other in zip(planned, aired, strict=True)
    )
