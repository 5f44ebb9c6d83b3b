"""What the API of accounts takes and gives; instants are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.accounts.keys import NewKey
from app.accounts.rules import NAME_MOST, PASSWORD_LEAST, PASSWORD_MOST, ROLES
from app.clock import from_ms
from app.database import Row

# Values are checked by the rules, which answer 422 with words; these only describe them.
Name = Annotated[str, Meta(description=f"One line of at most {NAME_MOST} characters.")]
RoleName = Annotated[str, Meta(description="What it may do.", extra_json_schema={"enum": list(ROLES)})]
Password = Annotated[str, Meta(description=f"{PASSWORD_LEAST} to {PASSWORD_MOST} characters.")]
Zone = Annotated[str, Meta(description="IANA name of a time zone, such as Europe/Lisbon.")]
Host = Annotated[str, Meta(description="As in the address: nas.lan, or 10.0.0.4:8080.")]


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


class KeyIn(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make."""

    name: Name
    role: RoleName = "viewer"


class KeyOut(msgspec.Struct):
    """A key, without the secret itself."""

    id: str
    name: str
    role: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> Self:
        """A stored row as it leaves."""
        return cls(
            id=row["id"],
            name=row["name"],
            role=row["role"],
            created_at=from_ms(row["created_ms"]),
            last_used_at=_at(row["last_used_ms"]),
            revoked_at=_at(row["revoked_ms"]),
        )


class NewKeyOut(msgspec.Struct):
    """A new key, with the secret, which is shown this once."""

    id: str
    name: str
    role: str
    key: str

    @classmethod
    def of(cls, made: NewKey) -> Self:
        """A made key as it leaves."""
        return cls(made.id, made.name, made.role, made.key)


class UserIn(msgspec.Struct, forbid_unknown_fields=True):
    """A person to add."""

    name: Name
    password: Password
    role: RoleName = "viewer"


class UserPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What changes of a person."""

    role: RoleName


class UserOut(msgspec.Struct):
    """A person who may sign in."""

    id: str
    name: str
    role: str
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> Self:
        """A stored row as it leaves."""
        return cls(row["id"], row["name"], row["role"], from_ms(row["created_ms"]))


class HostIn(msgspec.Struct, forbid_unknown_fields=True):
    """A private host to allow."""

    host: Host


class HostOut(msgspec.Struct):
    """A private host that outbound calls may reach."""

    host: str
    allowed_by: str
    allowed_at: datetime

    @classmethod
    def of(cls, row: Row) -> Self:
        """A stored row as it leaves."""
        return cls(row["host"], row["actor"], from_ms(row["at_ms"]))


class DeskOut(msgspec.Struct):
    """The desk's name and time zone."""

    name: str
    timezone: str


class DeskPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What changes of the desk."""

    name: Name | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET


class AuditEntry(msgspec.Struct):
    """One thing that happened."""

    seq: int
    at: datetime
    actor: str
    topic: str
    subject_type: str
    subject_id: str
    verb: str
    before: Any
    after: Any

    @classmethod
    def of(cls, row: Row) -> Self:
        """A stored row as it leaves."""
        before, after = (msgspec.json.decode(row[side]) if row[side] else None for side in ("before", "after"))
        plain = {name: row[name] for name in ("seq", "actor", "topic", "subject_type", "subject_id", "verb")}
        return cls(**plain, at=from_ms(row["at_ms"]), before=before, after=after)


class AuditPage(msgspec.Struct):
    """A part of the audit, newest first; `next` is the `before` of the following part."""

    entries: list[AuditEntry]
    next: int | None
