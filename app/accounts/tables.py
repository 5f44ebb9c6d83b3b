"""Tables of people, scripts and the desk itself."""

from piccolo.columns import BigInt, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class Desk(Table, db=DB, tablename="desk"):
    """The one row about this installation."""

    id = Integer(primary_key=True, default=1)
    name = Text(help_text="What the station or team is called.")
    timezone = Text(help_text="IANA zone of the station clock.")
    setup_hash = Text(
        null=True, default=None, help_text="SHA-256 of the one-time set-up token, while there is no administrator."
    )


class Person(Table, db=DB, tablename="person"):
    """A person who signs in."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    name = Text(help_text="Unique without regard to case.")
    password_hash = Text(secret=True, help_text="argon2id, with its parameters.")
    role = Text(help_text="viewer, editor or admin.")
    created_ms = BigInt()


class Session(Table, db=DB, tablename="session"):
    """A signed-in browser."""

    token_hash = Text(primary_key=True, help_text="SHA-256 of the cookie's token.")
    person = Varchar(length=36)
    expires_ms = BigInt()


class ApiKey(Table, db=DB, tablename="api_key"):
    """A key with which a script signs in."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    name = Text()
    hash = Text(secret=True, help_text="SHA-256 of the key; the key itself is shown once and not stored.")
    role = Text()
    created_ms = BigInt()
    last_used_ms = BigInt(null=True, default=None, help_text="To the minute.")
    revoked_ms = BigInt(null=True, default=None)


class SignInFailure(Table, db=DB, tablename="sign_in_failure"):
    """Failed sign-ins of one name or one address."""

    subject = Text(primary_key=True, help_text="`name:anna` or `address:192.0.2.7`.")
    failures = Integer(default=0)
    until_ms = BigInt(help_text="When the count is forgotten, and a full one stops blocking.")


class AllowedHost(Table, db=DB, tablename="allowed_host"):
    """A host that outbound calls may reach although its address is private."""

    host = Text(primary_key=True, help_text="As written in the address: `nas.lan` or `10.0.0.4:8080`.")
    actor = Text()
    at_ms = BigInt()
