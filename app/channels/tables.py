"""The table of channels; what a kind adds has a table in its own area."""

from piccolo.columns import BigInt, Boolean, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class Channel(Table, db=DB, tablename="channel"):
    """Something that airs."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    slug = Text(help_text="Its name in addresses; unique without regard to case.")
    kind = Text(help_text="linear, radio or social.")
    title = Text()
    timezone = Text(help_text="IANA zone of its wall clock.")
    day_start = Text(default="00:00", help_text="When its broadcast day begins, HH:MM on its wall clock.")
    active = Boolean(default=True, help_text="Off: takes no new targets and nothing goes out.")
    paused = Boolean(default=False, help_text="What is planned waits.")
    version = BigInt(default=1)
