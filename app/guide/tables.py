"""Tables of the guide: to whom it is open, and the secret links under which players fetch it."""

from piccolo.columns import BigInt, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class GuideSharing(Table, db=DB, tablename="guide_sharing"):
    """Who may fetch the guide's files, and how many days they hold; one row."""

    id = Integer(primary_key=True)
    open = Boolean(default=False, help_text="To everybody; otherwise by a secret link only.")
    days = Integer(default=3, help_text="Full days beyond today.")


class GuideLink(Table, db=DB, tablename="guide_link"):
    """A secret address for a player or a recorder."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    name = Text(help_text="Where it is used, so that it can be told from the others.")
    token_hash = Text(help_text="SHA-256 of the token in the address; unique.")
    created_ms = BigInt()
    used_ms = BigInt(null=True, default=None, help_text="When it was last used, to the minute.")
