"""Tables of the playlog: the log of each broadcast day, its revisions, and the events in it."""

from piccolo.columns import BigInt, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class Log(Table, db=DB, tablename="log"):
    """The playlog of one broadcast day; an event belongs to the day in which it begins."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    channel = Varchar(length=36)
    date = Text(help_text="YYYY-MM-DD of the broadcast day.")
    mode = Text(help_text="rolling: it grows with the horizon; daily: it is made and published as a whole.")
    state = Text(default="draft", help_text="draft, locked or published; a rolling log stays a draft.")
    revision = Integer(default=0, help_text="Counts what operators did; its events name the one that wrote them.")
    pushed_revision = Integer(null=True, default=None)
    lock_user = Text(null=True, default=None)
    lock_until_ms = BigInt(null=True, default=None)
    version = BigInt(default=1, help_text="Goes up with each change by a person, not as the horizon rolls on.")


class LogRevision(Table, db=DB, tablename="log_revision"):
    """What one act of an operator put into a log and took out of it."""

    log = Varchar(length=36)
    revision = Integer()
    snapshot = Text(help_text="JSON of the ids of events that were added and removed, and of those cut short.")
    actor = Text()
    at_ms = BigInt()


class Playlog(Table, db=DB, tablename="playlog"):
    """One asset, or a part of it, at one exact time."""

    seq = BigInt(primary_key=True)
    id = Varchar(length=36, default=new_id)
    log = Varchar(length=36)
    channel = Varchar(length=36)
    start_ms = BigInt()
    end_ms = BigInt()
    asset = Varchar(length=36, null=True, default=None, help_text="None: the slate.")
    in_ms = BigInt(help_text="Where in the asset it begins.")
    out_ms = BigInt(help_text="Where in the asset it ends.")
    kind = Text(help_text="program, bumper, spot, filler or pad.")
    title = Text()
    type = Text(null=True, default=None, help_text="The asset's type when it was planned.")
    block_ms = BigInt(help_text="Where the programme, booking or filler that it belongs to begins.")
    break_no = Integer(null=True, default=None, help_text="Which break of its block it is in, from 1.")
    day_event = Varchar(length=36, null=True, default=None)
    booking = Varchar(length=36, null=True, default=None)
    voice_slot = Varchar(length=36, null=True, default=None)
    hard = Boolean(default=False, help_text="It begins at its time, whatever is before it.")
    locked = Boolean(default=False, help_text="An operator wants it to stay as it is.")
    state = Text(default="planned", help_text="planned or superseded; what has aired follows from the clock.")
    generation = Integer(default=0, help_text="The revision of its log that wrote it; 0: the horizon, rolling on.")
    fallback = Text(null=True, default=None, help_text="alternative, filler or slate, where media was missing.")
    instead_of = Varchar(length=36, null=True, default=None, help_text="The asset whose media was missing.")
    placed = Boolean(default=False, help_text="An operator put it here.")


class PlaylogGone(Table, db=DB, tablename="playlog_gone"):
    """An asset that a channel is about to air and whose file is gone from disk, told once."""

    channel = Varchar(length=36)
    asset = Varchar(length=36)
    told_ms = BigInt()
