"""Tables of publishing: accounts at platforms, posts, waves, groups, targets and their attempts."""

from piccolo.columns import BigInt, Boolean, Bytea, Integer, Text, Varchar
from piccolo.table import Table

from app.database import DB, new_id


class SocialAccount(Table, db=DB, tablename="social_account"):
    """How a social channel reaches its platform."""

    channel = Varchar(length=36, primary_key=True)
    platform = Text(help_text="Name of the adapter.")
    config = Text(help_text="JSON of what is not secret, such as the address.")
    secret_enc = Bytea(
        null=True, default=None, secret=True, help_text="Token or signing secret, encrypted with the key file."
    )
    slots = Text(null=True, default=None, help_text="Weekly times on the channel's clock, as Mon 18:00, Thu 09:30.")
    spacing_s = Integer(default=3600, help_text="Least time between posts whose time the desk chooses itself.")
    late_grace_s = Integer(default=3600, help_text="Later than this after its time, a target is missed.")
    needs_reconnect = Text(null=True, default=None, help_text="Why the platform refuses this account, in plain words.")
    needs_approval = Boolean(default=False, help_text="Whether only approved posts are published there.")


class Pace(Table, db=DB, tablename="pace"):
    """When each token may be used for the next order, over all workers."""

    key = Text(primary_key=True, help_text="Digest of server and token.")
    next_ms = BigInt()
    taker = Text(help_text="The target that has the last place.")


class Post(Table, db=DB, tablename="post"):
    """A video with its texts, to be published."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    asset = Varchar(length=36, null=True, default=None)
    title = Text()
    description = Text()
    hashtags = Text(help_text="JSON list of strings without #.")
    approval = Text(default="approved", help_text="none, waiting, changes or approved.")
    approval_note = Text(null=True, default=None, help_text="What a reviewer asked to change.")
    tags = Text(default="[]", help_text="JSON list, in order; `post_tag` has the same for looking up.")
    source_key = Text(null=True, default=None, help_text="What an import knows it by; unique.")
    arrival = Text(null=True, default=None, help_text="The file on its way that is to become its video.")
    created_ms = BigInt()
    version = BigInt(default=1)


class Repetition(Table, db=DB, tablename="recurrence"):
    """When a post comes again."""

    post = Varchar(length=36, primary_key=True)
    rule = Text(help_text="JSON of the rule, with its zone and wall-clock time.")
    catch_up = Text(help_text="What becomes of missed occurrences: skip, last or all.")
    channels = Text(help_text="JSON list of the ids of the channels it goes to.")
    paused = Boolean(default=False)
    made_ms = BigInt(help_text="Up to here its occurrences were made or let go.")
    look_ms = BigInt(null=True, default=None, help_text="When to look at it again; none once it is over.")
    version = BigInt(default=1)


class Wave(Table, db=DB, tablename="wave"):
    """Targets that belong together, perhaps in several groups."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    key = Text(help_text="Whoever made it calls it so; unique, and part of its address.")
    title = Text()
    paused = Boolean(default=False, help_text="What is planned in it waits.")
    created_ms = BigInt()


class TargetGroup(Table, db=DB, tablename="target_group"):
    """Targets that were planned together: all at once, or one after another."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    kind = Text(help_text="simultaneous or staggered.")
    step_s = Integer(default=0, help_text="Seconds between two channels when it was made.")
    wave = Varchar(length=36, null=True, default=None)


class Publishing(Table, db=DB, tablename="publishing"):
    """The one switch of all publishing."""

    id = Integer(primary_key=True)
    paused = Boolean(default=False, help_text="Everything that is planned waits.")


class Target(Table, db=DB, tablename="target"):
    """A post on one channel at one time."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    post = Varchar(length=36, null=True, default=None)
    asset = Varchar(
        length=36,
        null=True,
        default=None,
        help_text="The post's asset, so that one index holds it to once a channel.",
    )
    channel = Varchar(length=36)
    occurrence = Text(default="", help_text="Which publication of a repeating post it is; once a post and channel.")
    due_ms = BigInt(null=True, default=None)
    wall = Text(null=True, default=None, help_text="The wall-clock time that was meant, YYYY-MM-DDTHH:MM.")
    timezone = Text(null=True, default=None, help_text="The zone of that wall clock.")
    state = Text()
    paused = Boolean(default=False)
    overrides = Text(null=True, default=None, help_text="JSON of the texts that this channel has for itself.")
    group = Varchar(length=36, null=True, default=None, help_text="Those planned together with it share it.")
    wave = Varchar(length=36, null=True, default=None)
    generation = Integer(default=1, help_text="Which publication this is; part of the idempotency key.")
    attempt = Integer(default=0, help_text="Fencing token: rises with every claim and every act of a person.")
    tries = Integer(default=0, help_text="How often this generation was tried.")
    lease_owner = Text(null=True, default=None)
    lease_until_ms = BigInt(null=True, default=None)
    retry_ms = BigInt(null=True, default=None, help_text="Not before this time again.")
    doubtful = Boolean(default=False, help_text="An earlier try may have been published.")
    prepared = Text(null=True, default=None, help_text="JSON that the adapter keeps between its steps.")
    committed_ms = BigInt(null=True, default=None, help_text="When the irreversible call began.")
    published_ms = BigInt(null=True, default=None)
    remote_id = Text(null=True, default=None)
    remote_url = Text(null=True, default=None)
    error = Text(null=True, default=None, help_text="What went wrong last, in plain words.")
    problem = Text(null=True, default=None, help_text="What would stop it at its hour, found ahead.")
    sent = Text(null=True, default=None, help_text="JSON of the texts as they went out.")
    version = BigInt(default=1)


class HashtagSet(Table, db=DB, tablename="hashtag_set"):
    """Hashtags that are used together, under a name."""

    id = Varchar(length=36, primary_key=True, default=new_id)
    name = Text(help_text="Unique without regard to case.")
    hashtags = Text(help_text="JSON list of strings without #.")
    version = BigInt(default=1)
