"""What stands in the way of a post at its platform."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about a post that its platform would refuse: the field, a stable code and plain words."""

    field: str
    code: str
    detail: str
