"""The table of as-run: rows are added and never changed."""

from piccolo.columns import BigInt, Text, Varchar
from piccolo.table import Table

from app.database import DB


class AsRun(Table, db=DB, tablename="as_run"):
    """One thing that aired, or that should have and did not."""

    seq = BigInt(primary_key=True, help_text="In the order of recording; never used again.")
    channel = Varchar(length=36)
    playlog = Varchar(length=36, null=True, default=None, help_text="The playlog event that it came from.")
    block = Varchar(length=36, null=True, default=None, help_text="What holds several of them together in the plan.")
    asset = Varchar(length=36, null=True, default=None, help_text="What was really played; it may be deleted by now.")
    title = Text(help_text="As it was then.")
    kind = Text(help_text="program, commercial, promo, ident, psa, filler or pad.")
    planned_ms = BigInt(null=True, default=None)
    planned_end_ms = BigInt(null=True, default=None)
    start_ms = BigInt()
    end_ms = BigInt(null=True, default=None)
    status = Text(help_text="AIRED, TRUNCATED, SHORT, SKIPPED, SUBSTITUTED, ERROR; START and FENCE of a block.")
    reason = Text(null=True, default=None)
    evidence = Text(help_text="served, available, reported or none.")
    source = Text(help_text="Who recorded it.")
    source_key = Text(help_text="By which its source knows it; the same again is the same row.")
