"""`daypart key` and `daypart user`."""

import sys

import click

from app.accounts import keys, rules, service
from app.accounts.rules import Identity
from app.accounts.schemas import KeyOut, NewKeyOut, UserOut
from app.commands import Local, Said, command, table
from app.errors import NotFound

# Whoever can read the data folder may do everything.
OPERATOR = Identity("system", "", "command line", "admin")
_role = click.option("--role", type=click.Choice(rules.ROLES), default="viewer", show_default=True)
_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def key() -> None:
    """API keys for scripts."""


@key.command("create")
@click.argument("name")
@_role
@command
async def create_key(local: Local, name: str, role: str) -> Said:
    """Make a key and print it, this once."""
    made = await keys.create(name, role, by=OPERATOR, clock=local.clock)
    return Said(NewKeyOut.of(made), made.key)


@key.command("list")
@command
async def list_keys(local: Local) -> Said:
    """List all keys."""
    found = [KeyOut.of(row) for row in await keys.keys()]
    rows = [(one.id, one.name, one.role, "revoked" if one.revoked_at else "in use") for one in found]
    return Said(found, table(("ID", "NAME", "ROLE", "STATE"), rows))


@key.command("revoke")
@click.argument("key_id", metavar="ID")
@command
async def revoke_key(local: Local, key_id: str) -> Said:
    """End a key for good."""
    await keys.revoke(key_id, by=OPERATOR, clock=local.clock)
    return Said({"id": key_id}, "Key revoked.")


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("name")
@_role
@_stdin
@command
async def add_user(local: Local, name: str, role: str, password_stdin: bool) -> Said:
    """Add a person."""
    made = await service.add_user(name, _password(password_stdin), role, by=OPERATOR, clock=local.clock)
    return Said(await _user(made), f"{name} can sign in now.")


@user.command("list")
@command
async def list_users(local: Local) -> Said:
    """List everybody."""
    found = [UserOut.of(row) for row in await service.users()]
    return Said(found, table(("NAME", "ROLE"), [(one.name, one.role) for one in found]))


@user.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(rules.ROLES))
@command
async def change_role(local: Local, name: str, role: str) -> Said:
    """Give a person another role."""
    found = await _named(name)
    await service.change_role(found.id, role, by=OPERATOR, clock=local.clock)
    return Said(await _user(found.id), f"{found.name} has the role {role} now.")


@user.command("password")
@click.argument("name")
@_stdin
@command
async def change_password(local: Local, name: str, password_stdin: bool) -> Said:
    """Set a person's password and end their sessions."""
    found = await _named(name)
    await service.change_password(found.name, _password(password_stdin), by=OPERATOR, clock=local.clock)
    return Said(found, "Password changed.")


@user.command("remove")
@click.argument("name")
@command
async def remove_user(local: Local, name: str) -> Said:
    """Remove a person and end their sessions."""
    found = await _named(name)
    await service.remove_user(found.id, by=OPERATOR, clock=local.clock)
    return Said(found, f"{found.name} is removed.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


async def _named(name: str) -> UserOut:
    for row in await service.users():
        if row["name"].casefold() == name.casefold():
            return UserOut.of(row)
    raise NotFound("USER_UNKNOWN", f"There is no user {name}.")


async def _user(user_id: str) -> UserOut:
    return UserOut.of(next(row for row in await service.users() if row["id"] == user_id))
