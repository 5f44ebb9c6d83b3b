"""Why something airs where it does, in sentences: out of what was kept when it was picked."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app import wording
from app.clock import from_ms


def told(lineage: Mapping[str, Any], tz: ZoneInfo) -> str:
    """Why an event of a day is what it is."""
    if "reason" not in lineage:
        return picked(lineage.get("why") or {}, tz)
    zone = (lineage.get("zone") or {}).get("name", "")
    return {
        "gap": "No zone covers this time.",
        "empty": f"{zone} has no programs.",
        "rest": f"Nothing of {zone} fits in what is left.",
    }[lineage["reason"]]


def picked(why: Mapping[str, Any], tz: ZoneInfo) -> str:
    """Why a source gave what it did."""
    number = wording.count(why.get("of", 0), "candidate")
    match why.get("by"):
        case "asset":
            return "The program names it."
        case "sequential" | "seasonal" as by:
            month = " of the month" if by == "seasonal" else ""
            return f"The next{month} in order, of {number}{', from the start again' if why.get('wrapped') else ''}."
        case "syndication":
            return "The same as before on this date." if why.get("again") else f"The next in the loop of {number}."
        case "random":
            return f"By chance out of {number}; {_rested(why)}."
        case "least_recently_used" if why.get("last_ms") is None:
            return f"Never scheduled yet; the first of {number} in order."
        case "least_recently_used":
            return f"Longest unseen of {number}: last {wording.local(from_ms(why['last_ms']), tz)}."
        case "manual":
            return "Nobody picked one, so the first." if why.get("picked") is False else "Picked by hand."
        case "clock":
            return f"{wording.count(why.get('elements', 0), 'element')} of the hour."
        case _:
            return " ".join(dict.fromkeys(["A package.", *(picked(one, tz) for one in why.get("content", []))]))


def _rested(why: Mapping[str, Any]) -> str:
    fresh = "all" if why["fresh"] == why.get("of") else why["fresh"]
    return {
        "rested": f"{fresh} of them rested long enough",
        "older half": "all were used lately, so one of the older half",
        "reused": "all were used lately, so something comes again",
    }[why["rotation"]]
