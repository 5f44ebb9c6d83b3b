"""One hour made by an hour clock: soft elements in order, hard ones on their second, nothing over another."""

from collections.abc import Iterator, Sequence

from app.plans.choosing import Choice, Draw, Nothing, Slot, choose
from app.plans.composing import Pick
from app.plans.specs import ClockSpec, Element, element_source
from app.plans.values import Finding, Part, Program


def hour(draw: Draw, program: Program, spec: ClockSpec, at_ms: int, into_ms: int, span_ms: int) -> Pick | Nothing:
    """What airs from an instant `into_ms` after its hour began, for `span_ms` at most.

    What does not fit before the next hard element, or before the end, is left out and told; silence between elements
    is for the playlog to fill. The programme owns its whole span.
    """
    tried = Draw(draw.channel, draw.day, draw.library, dict(draw.cursors), dict(draw.used))
    parts: list[Part] = []
    findings: list[Finding] = []
    seats = list(_seats(spec.elements, into_ms, into_ms + span_ms))
    cursor = 0
    for number, element in enumerate(seats):
        start, end = _room(element, seats[number + 1 :], cursor, into_ms, span_ms)
        slot = Slot(program.id, at_ms + start, number, program.mode)
        found = _filled(tried, spec, element, slot, end - start)
        if isinstance(found, Nothing):
            findings.append(_left_out(found, element, at_ms + start))
            continue
        length = found.asset.duration_ms or 0
        parts.append(Part(found.asset.id, found.asset.title, start, length, element.type, element.hard))
        findings += found.findings
        tried.used[found.asset.id] = at_ms + start
        cursor = start + length
    if not parts:
        return Nothing("RULE_EMPTY", "none of the clock's elements", tuple(findings))
    return Pick(program.name, span_ms, tuple(parts), {"by": "clock", "elements": len(seats)}, {}, None, tuple(findings))


def _seats(elements: Sequence[Element], first_ms: int, end_ms: int) -> Iterator[Element]:
    """The elements one by one; those whose second is not within the stretch are not for it."""
    for element in elements:
        if element.at_s is None or first_ms <= element.at_s * 1000 < end_ms:
            yield from [element] * element.count


def _room(element: Element, later: Sequence[Element], cursor: int, into_ms: int, span_ms: int) -> tuple[int, int]:
    """From where to where an element may play: hard ones from their second only, soft ones not before theirs."""
    wanted = cursor if element.at_s is None else element.at_s * 1000 - into_ms
    if element.hard and wanted < cursor:
        return wanted, wanted
    start = max(cursor, wanted)
    seconds = [one.at_s * 1000 - into_ms for one in later if one.hard and one.at_s is not None]
    return start, min([span_ms, *(second for second in seconds if second >= start)])


def _filled(draw: Draw, spec: ClockSpec, element: Element, slot: Slot, room_ms: int) -> Choice | Nothing:
    found: Choice | Nothing = Nothing("RULE_EMPTY")
    for type in (element.type, *element.fallback):
        source = element_source(spec, element, type)
        found = choose(draw, slot, source, lambda length: length <= room_ms)
        if isinstance(found, Choice):
            return found
    return found


def _left_out(found: Nothing, element: Element, at_ms: int) -> Finding:
    if found.code == "RULE_EMPTY":
        return Finding("RULE_EMPTY", "warning", f"Nothing in the library is {element.type}.", at_ms)
    return Finding("CLOCK_LEFT_OUT", "warning", f"There is no room left for {element.type}.", at_ms)
