"""Who may do what, what a name and a password must be, and when sign-in is paused."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.errors import Invalid, field_error

Role = Literal["viewer", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

PASSWORD_LEAST = 10
PASSWORD_MOST = 200
NAME_MOST = 60
TRIES = {"name": 5, "address": 20}
PAUSE_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever makes a request: a signed-in person or an API key."""

    kind: Literal["user", "key", "system"]
    id: str
    name: str
    role: Role

    @property
    def actor(self) -> str:
        """How the history names them."""
        return self.name if self.kind == "user" else f"{self.kind} {self.name}"

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = self.name.split()
        letters = words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]
        return letters.upper()

    def can(self, role: Role) -> bool:
        """Whether they hold this role or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)


def checked_role(role: str) -> Role:
    """A role by its name; others are refused."""
    for known in ROLES:
        if role == known:
            return known
    raise field_error("role", "UNKNOWN_ROLE", f"Choose viewer, editor or admin, not {role!r}.")


def checked_name(name: str, what: str = "name") -> str:
    """A trimmed name of one line; an empty or overlong one is refused."""
    name = " ".join(name.split())
    if not name:
        raise field_error(what, "NAME_EMPTY", "Give a name.")
    if len(name) > NAME_MOST or not name.isprintable():
        raise field_error(what, "NAME_BAD", f"Use at most {NAME_MOST} printable characters.")
    return name


def check_password(password: str, name: str) -> None:
    """Refuse passwords that are too short, too long or the name itself (NIST SP 800-63B: length counts)."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise field_error("password", "PASSWORD_LENGTH", f"Use {PASSWORD_LEAST} to {PASSWORD_MOST} characters.")
    if password.casefold() == name.casefold():
        raise field_error("password", "PASSWORD_IS_NAME", "Use something other than the name.")


def check_last_admin(admins: int, role: str) -> None:
    """Refuse to take the last administrator's role away."""
    if admins <= 1 and role == "admin":
        raise Invalid("LAST_ADMIN", "This is the only administrator. Make another one first.")


def tries_left(kind: str, failures: int) -> int:
    """How many more wrong passwords are allowed before sign-in pauses."""
    return max(0, TRIES[kind] - failures)
