"""Tables of the library: stored files, and the assets made of them."""

from piccolo.columns import BigInt, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class Media(Table, db=DB, tablename="media"):
    """A stored file; the same bytes are kept once."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    sha256 = Text(help_text="Of all its bytes, in hexadecimal; unique.")
    path = Text(help_text="Below the media folder: `ab/ab12….mp4`.")
    bytes = BigInt()
    mime = Text(help_text="What it is served as, by what was found in it.")
    probe = Text(help_text="JSON of what was found in it.")


class Series(Table, db=DB, tablename="series"):
    """A show; its assets are its episodes."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    title = Text(help_text="Unique without regard to case.")
    home_channel = Varchar(length=36, null=True, default=None, help_text="Where it airs unless told otherwise.")
    description = Text(null=True, default=None, help_text="What the guide says of it.")
    created_ms = BigInt()
    version = BigInt(default=1)


class Asset(Table, db=DB, tablename="asset"):
    """One playable item."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    media = Varchar(length=36, null=True, default=None, help_text="None: the file lives in LibreTime.")
    type = Text(help_text="Three letters: PRO, MUS, ADV and so on.")
    title = Text()
    name = Text(help_text="The file's name, as it was uploaded, made safe.")
    duration_ms = BigInt(null=True, default=None)
    state = Text(help_text="new, enriching, ready or retired.")
    approved = Boolean(default=False, help_text="Whether it may go to air.")
    tags = Text(default="[]", help_text="JSON list, in order; `asset_tag` has the same for looking up.")
    bytes = BigInt(null=True, default=None, help_text="The size of its file, for sorting.")
    series = Varchar(length=36, null=True, default=None, help_text="The series that it is an episode of.")
    season = Integer(null=True, default=None)
    episode = Integer(null=True, default=None)
    genre = Text(null=True, default=None)
    rating = Text(null=True, default=None)
    description = Text(null=True, default=None, help_text="What the guide says of it.")
    created_ms = BigInt()
    version = BigInt(default=1)
