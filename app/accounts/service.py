"""Use cases of people: the first administrator, signing in and out, users and their roles."""

from dataclasses import dataclass
from datetime import timedelta

from app.accounts import desk, rules
from app.accounts.rules import Identity
from app.accounts.secrets import digest, dummy_hash, hash_password, new_token, password_matches
from app.accounts.tables import Desk, Person, Session
from app.clock import MasterClock, to_ms, zone
from app.database import Row, new_id, sql
from app.errors import Conflict, NotFound, Throttled, Unauthenticated
from app.events import Change, change

SESSION_SHORT = timedelta(hours=12)
SESSION_LONG = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's token, and how long the browser keeps it (None: until it is closed)."""

    token: str
    max_age: int | None


async def set_up(token: str, *, station: str, timezone: str, name: str, password: str, clock: MasterClock) -> SignedIn:
    """Make the first administrator with the one-time link, name the desk, and sign them in."""
    await desk.check_setup_token(token)
    station, name = rules.checked_name(station, "station"), rules.checked_name(name)
    zone(timezone)
    rules.check_password(password, name)
    hashed = await hash_password(password)
    async with change(name, clock) as happening:
        await desk.check_setup_token(token)
        values: dict[object, object] = {Desk.name: station, Desk.timezone: timezone, Desk.setup_hash: None}
        await Desk.update(values).where(Desk.id == 1).run()  # type: ignore[arg-type]
        user = await _insert(happening, name, hashed, "admin")
        return await _open_session(user, clock, stay=False)


async def add_user(name: str, password: str, role: str, *, by: Identity, clock: MasterClock) -> str:
    """Add a person who may sign in; returns their id."""
    name, checked = rules.checked_name(name), rules.checked_role(role)
    rules.check_password(password, name)
    hashed = await hash_password(password)
    async with change(by.actor, clock) as happening:
        return await _insert(happening, name, hashed, checked)


async def _insert(happening: Change, name: str, hashed: str, role: rules.Role) -> str:
    if await sql("SELECT 1 FROM person WHERE name = ?", name):
        raise Conflict("NAME_TAKEN", f"There is a user {name} already.", errors={"name": "This name is taken."})
    user = new_id()
    await Person.insert(Person(id=user, name=name, password_hash=hashed, role=role, created_ms=happening.at_ms)).run()
    await happening.happened("accounts", "user", user, "added", after={"name": name, "role": role})
    return user


async def users() -> list[Row]:
    """Everybody who may sign in, by name."""
    return await sql("SELECT id, name, role, created_ms FROM person ORDER BY name")


async def change_role(user: str, role: str, *, by: Identity, clock: MasterClock) -> None:
    """Give a person another role; the last administrator keeps theirs."""
    checked = rules.checked_role(role)
    async with change(by.actor, clock) as happening:
        row = await _user(user)
        if checked != "admin":
            rules.check_last_admin(await _admins(), row["role"])
        await Person.update({Person.role: checked}).where(Person.id == user).run()
        await happening.happened(
            "accounts", "user", user, "role changed", before={"role": row["role"]}, after={"role": checked}
        )


async def remove_user(user: str, *, by: Identity, clock: MasterClock) -> None:
    """Remove a person and end their sessions."""
    async with change(by.actor, clock) as happening:
        row = await _user(user)
        rules.check_last_admin(await _admins(), row["role"])
        await Person.delete().where(Person.id == user).run()
        await happening.happened("accounts", "user", user, "removed", before={"name": row["name"]})


async def change_password(name: str, password: str, *, by: Identity, clock: MasterClock) -> None:
    """Set a person's password and end their sessions."""
    rules.check_password(password, name)
    hashed = await hash_password(password)
    async with change(by.actor, clock) as happening:
        rows = await sql("SELECT id FROM person WHERE name = ?", name)
        if not rows:
            raise NotFound("USER_UNKNOWN", f"There is no user {name}.")
        await Person.update({Person.password_hash: hashed}).where(Person.id == rows[0]["id"]).run()
        await Session.delete().where(Session.person == rows[0]["id"]).run()
        await happening.happened("accounts", "user", rows[0]["id"], "password changed")


async def _user(user: str) -> Row:
    rows = await sql("SELECT id, name, role FROM person WHERE id = ?", user)
    if not rows:
        raise NotFound("USER_UNKNOWN", "There is no such user.")
    return rows[0]


async def _admins() -> int:
    return int((await sql("SELECT count(*) AS n FROM person WHERE role = 'admin'"))[0]["n"])


async def sign_in(name: str, password: str, *, stay: bool, address: str, clock: MasterClock) -> SignedIn:
    """Open a session for a name and password; wrong ones are counted, and pause sign-in when too many."""
    subjects = (f"name:{name.strip().casefold()[:200]}", f"address:{address}")
    left = await _count_try(subjects, clock.now_ms())
    rows = await sql("SELECT id, password_hash FROM person WHERE name = ?", name.strip())
    stored = rows[0]["password_hash"] if rows else dummy_hash()
    if not await password_matches(stored, password[: rules.PASSWORD_MOST]) or not rows:
        tries = f"{left} {'try' if left == 1 else 'tries'} left before a 5 minute pause."
        raise Unauthenticated("SIGN_IN_WRONG", f"That name and password do not match. {tries}")
    await sql("DELETE FROM sign_in_failure WHERE subject = ?", subjects[0])
    await sql("UPDATE sign_in_failure SET failures = max(failures - 1, 0) WHERE subject = ?", subjects[1])
    return await _open_session(rows[0]["id"], clock, stay=stay)


async def _count_try(subjects: tuple[str, str], now_ms: int) -> int:
    """Count a try before its password is looked at, so that parallel guesses do not slip through together.

    Returns how many more are allowed; raises Throttled when this one is too many. A pause is not prolonged by tries.
    """
    left = []
    for subject in subjects:
        kind = subject.partition(":")[0]
        rows = await sql(
            "INSERT INTO sign_in_failure (subject, failures, until_ms) VALUES (?, 1, ?) ON CONFLICT (subject)"
            " DO UPDATE SET failures = CASE WHEN until_ms > ? THEN failures + 1 ELSE 1 END,"
            " until_ms = CASE WHEN until_ms > ? AND failures >= ? THEN until_ms ELSE excluded.until_ms END"
            " RETURNING failures, until_ms",
            subject, now_ms + rules.PAUSE_MS, now_ms, now_ms, rules.TRIES[kind],
        )  # fmt: skip
        if rows[0]["failures"] > rules.TRIES[kind]:
            raise _paused(rows[0]["until_ms"] - now_ms)
        left.append(rules.tries_left(kind, rows[0]["failures"]))
    return min(left)


def _paused(wait_ms: int) -> Throttled:
    seconds = (wait_ms + 999) // 1000
    minutes = max(1, round(seconds / 60))
    return Throttled(
        "SIGN_IN_PAUSED", f"Too many wrong passwords. Sign-in pauses for {minutes} min.", retry_after=seconds
    )


async def _open_session(user: str, clock: MasterClock, *, stay: bool) -> SignedIn:
    token = new_token()
    life = SESSION_LONG if stay else SESSION_SHORT
    expires = to_ms(clock.now() + life)
    await sql("DELETE FROM session WHERE expires_ms < ?", clock.now_ms())
    await Session.insert(Session(token_hash=digest(token), person=user, expires_ms=expires)).run()
    return SignedIn(token, int(life.total_seconds()) if stay else None)


async def sign_out(token: str) -> None:
    """End the session of a cookie."""
    await sql("DELETE FROM session WHERE token_hash = ?", digest(token))


async def by_session(token: str, clock: MasterClock) -> Identity | None:
    """Whose session a cookie belongs to, if it is still open."""
    rows = await sql(
        "SELECT person.id, person.name, person.role FROM session JOIN person ON person.id = session.person"
        " WHERE session.token_hash = ? AND session.expires_ms > ?",
        digest(token), clock.now_ms(),
    )  # fmt: skip
    return Identity("user", **rows[0]) if rows else None
