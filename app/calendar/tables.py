"""The table of calendar links; what the calendar shows belongs to other areas."""

from piccolo.columns import BigInt, Text, Varchar
from piccolo.table import Table

from app.database import DB


class CalendarLink(Table, db=DB, tablename="calendar_link"):
    """The secret address under which a person subscribes to the calendar."""

    person = Varchar(length=36, primary_key=True)
    token_hash = Text(help_text="SHA-256 of the token in the address; unique.")
    created_ms = BigInt()
    used_ms = BigInt(null=True, default=None, help_text="When a program last fetched it, to the minute.")
