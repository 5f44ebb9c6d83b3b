"""Tables of planning: grids, plans with zones and programs, schedule days with their events, and bookings."""

from piccolo.columns import BigInt, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class ChannelGrid(Table, db=DB, tablename="grid"):
    """The raster of a channel; one without a row has the usual one of its kind."""

    channel = Varchar(length=36, primary_key=True)
    minutes = Integer(help_text="15, 30 or 60.")
    offset_min = Integer(default=0, help_text="How many minutes past the hour its blocks begin.")
    filler_asset = Varchar(length=36, null=True, default=None)


class PlanRow(Table, db=DB, tablename="plan"):
    """When a plan applies."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    channel = Varchar(length=36)
    name = Text(help_text="Unique on its channel without regard to case.")
    description = Text(default="")
    cron = Text(null=True, default=None, help_text="Only its day fields count.")
    first_day = Text(null=True, default=None, help_text="YYYY-MM-DD, or MM-DD for every year; inclusive.")
    last_day = Text(null=True, default=None)
    priority = Integer(default=0)
    active = Boolean(default=True, help_text="Off: archived.")
    created_ms = BigInt()
    version = BigInt(default=1)


class ProgramRow(Table, db=DB, tablename="program"):
    """What fills a zone."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    channel = Varchar(length=36)
    name = Text(help_text="Unique on its channel without regard to case.")
    kind = Text(help_text="asset, series, rule, package or clock.")
    spec = Text(help_text="JSON of what it is made of.")
    mode = Text(help_text="sequential, random, least_recently_used or manual.")
    bleed = Boolean(default=False, help_text="It may run on after its zone's end.")
    slots = Integer(default=1, help_text="The least number of blocks it takes.")
    version = BigInt(default=1)


class ZoneRow(Table, db=DB, tablename="zone"):
    """A window of the broadcast day."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    plan = Varchar(length=36)
    name = Text(help_text="Unique in its plan without regard to case.")
    start_min = Integer(help_text="Minutes since midnight on the wall clock.")
    end_min = Integer(help_text="Up to 1440, which is 24:00.")
    days = Text(default="", help_text="MON to SUN with commas between; empty means every day.")
    first_day = Text(null=True, default=None)
    last_day = Text(null=True, default=None)
    dst = Text(null=True, default=None, help_text="What it does when the clocks change.")
    enabled = Boolean(default=True)


class ScheduleDay(Table, db=DB, tablename="schedule_day"):
    """The frozen result of the plans for one broadcast date; earlier ones stay, without `current`."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    channel = Varchar(length=36)
    date = Text(help_text="YYYY-MM-DD of the local date on which the broadcast day begins.")
    start_ms = BigInt()
    end_ms = BigInt()
    own_start_ms = BigInt(help_text="Where its own events begin, after what runs on from the day before.")
    plan = Varchar(length=36, null=True, default=None, help_text="The only plan used, where a person chose it.")
    cursors_before = Text(help_text="JSON of the channel's cursors that it was built from.")
    findings = Text(help_text="JSON of what was told when it was built.")
    supersedes = Varchar(length=36, null=True, default=None)
    current = Boolean(default=True)
    made_ms = BigInt()


class DayEvent(Table, db=DB, tablename="day_event"):
    """One programme of a day, or filler."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    day = Varchar(length=36)
    start_ms = BigInt()
    span_ms = BigInt(help_text="What it holds of the day, in whole blocks.")
    duration_ms = BigInt(help_text="What plays of that.")
    kind = Text(help_text="program or filler.")
    program = Varchar(length=36, null=True, default=None)
    plan = Varchar(length=36, null=True, default=None)
    asset = Varchar(length=36, null=True, default=None, help_text="The first of its content.")
    title = Text()
    parts = Text(help_text="JSON list of the assets it is made of.")
    lineage = Text(help_text="JSON of why it is here.")


class Booking(Table, db=DB, tablename="booking"):
    """One hard-timed programme over the schedule day."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    channel = Varchar(length=36)
    start_ms = BigInt()
    end_ms = BigInt()
    asset = Varchar(length=36)
    resume = Text(default="join", help_text="How a programme that it cuts goes on: join or filler.")
    state = Text(default="live", help_text="live or cancelled.")
    created_ms = BigInt()
