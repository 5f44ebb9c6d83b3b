"""What pages and API read of posts: lists by time and status, and single posts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from app.database import Row, placeholders, sql
from app.errors import NotFound
from app.posts import overriding
from app.posts.holds import OPEN
from app.posts.schemas import AttemptView, Coming, PostView, TargetView
from app.posts.states import CHANGEABLE, STATES, State, status_of

ATTENTION: tuple[State, ...] = ("failed", "missed", "unconfirmed")
_ATTENTION_MOST = 50
_DRAFTS_MOST = 100
_TAGS_MOST = 200
_GATED = (
    "EXISTS (SELECT 1 FROM target g JOIN social_account a ON a.channel = g.channel WHERE g.post = p.id"
    " AND a.needs_approval = 1 AND g.state IN ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait'))"
)
IN_REVIEW = f"p.approval IN ('waiting', 'changes') AND {_GATED}"
_TARGET = f"""
  SELECT t.id, t.post, t.channel, c.slug AS channel_slug, c.title AS channel_title,
   c.active = 1 AND c.paused = 0 AND {OPEN} AS channel_open, s.platform, t.state, t.paused, t.due_ms, t.retry_ms,
   t.attempt, t.tries, t.committed_ms, t.published_ms, t.remote_url, t.error, t.occurrence,
   s.needs_approval, t.problem, t.overrides AS own, t.sent
  FROM target t JOIN channel c ON c.id = t.channel JOIN social_account s ON s.channel = t.channel
"""
_POST = """
  SELECT p.id, p.asset, p.title, p.description, p.hashtags, p.created_ms, p.version, p.approval,
   p.approval_note, p.tags, a.duration_ms, a.name AS file_name, m.mime,
   coalesce(json_extract(m.probe, '$.has_thumbnail'), 0) AS has_thumbnail,
   p.arrival IS NOT NULL AND p.asset IS NULL AS awaits_video, r.source AS coming_source, r.state AS coming_state,
   r.bytes AS coming_bytes, r.total AS coming_total, r.note AS coming_note,
   EXISTS (SELECT 1 FROM recurrence rc WHERE rc.post = p.id) AS repeats
  FROM post p LEFT JOIN asset a ON a.id = p.asset LEFT JOIN media m ON m.id = a.media
  LEFT JOIN arrival r ON r.id = p.arrival AND p.asset IS NULL
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which posts are wanted; empty fields want all."""

    q: str = ""
    status: str = ""
    channel: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.q or self.status or self.channel or self.tag)


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts in the order of their time, and the cursor of the next page."""

    posts: list[PostView]
    after: str | None


async def upcoming(until_ms: int) -> list[PostView]:
    """Posts with a target that still waits and is due before an instant, in order of time; overdue ones first."""
    rows = await sql(
        "SELECT DISTINCT post FROM (SELECT post, due_ms FROM target WHERE state IN"
        " ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait') AND due_ms < ? ORDER BY due_ms, id)",
        until_ms,
    )
    return await posts([row["post"] for row in rows])


async def needing_attention(wanted: Filter) -> list[PostView]:
    """Posts that failed, were missed or whose outcome is unknown, the newest first."""
    if wanted.status not in ("", "failed"):
        return []
    rows = await _matching(ATTENTION, wanted, "t.due_ms DESC, t.id DESC", "", (), _ATTENTION_MOST)
    return await _occurrences(rows)


async def by_time(wanted: Filter, from_ms: int, after: str | None, limit: int) -> Page:
    """Posts that need no attention: what is ahead from an instant on, or history when a past status is asked for."""
    states = [s for s in STATES if s not in ATTENTION and _is_wanted(s, wanted.status)]
    if not states:
        return Page([], None)
    past = wanted.status in ("completed", "cancelled")
    order, sign = ("DESC", "<") if past else ("ASC", ">")
    cursor_ms, cursor_id = _cursor(after) or ((2**62, "") if past else (from_ms - 1, "~"))
    rows = await _matching(
        states, wanted, f"t.due_ms {order}, t.id {order}", f" AND (t.due_ms, t.id) {sign} (?, ?)",
        (cursor_ms, cursor_id), limit + 1,
    )  # fmt: skip
    more, rows = len(rows) > limit, rows[:limit]
    return Page(await _occurrences(rows), f"{rows[-1]['due_ms']}.{rows[-1]['id']}" if more else None)


def _is_wanted(state: State, status: str) -> bool:
    """Drafts have no time, so that they stand in a list of their own, unless they only wait for their video."""
    return state in CHANGEABLE if status == "review" else status in ("", status_of(state))


async def drafts(wanted: Filter) -> list[PostView]:
    """Posts without a time, the newest first."""
    if wanted.status not in ("", "draft", "pending", "review"):
        return []
    order = "t.post DESC, t.id DESC"
    return await _occurrences(await _matching(("draft",), wanted, order, " AND t.due_ms IS NULL", (), _DRAFTS_MOST))


async def in_review() -> int:
    """How many posts wait for somebody who approves."""
    rows = await sql(f"SELECT count(*) AS n FROM post p WHERE {IN_REVIEW} AND p.approval = 'waiting'")
    return int(rows[0]["n"])


async def with_problems() -> list[PostView]:
    """Posts that would not go out as they are planned, the soonest first."""
    rows = await sql(
        "SELECT t.post, t.occurrence FROM target t WHERE t.problem IS NOT NULL AND t.state IN"
        " ('scheduled', 'preparing', 'ready', 'retry_wait') ORDER BY t.due_ms LIMIT ?",
        _ATTENTION_MOST,
    )
    return await _occurrences(rows)


async def tags() -> list[str]:
    """Every tag that a post has, in order."""
    return [row["tag"] for row in await sql("SELECT DISTINCT tag FROM post_tag ORDER BY tag LIMIT ?", _TAGS_MOST)]


async def matching(wanted: Filter, from_ms: int, most: int) -> list[str]:
    """The posts on all pages of the list that the filter shows from an instant on, or more than `most` of them.

    Of one that repeats it is each occurrence, named as `post@occurrence`.
    """
    found = [ref_of(one) for one in [*await needing_attention(wanted), *await drafts(wanted)]]
    after: str | None = None
    while len(found) <= most:
        page = await by_time(wanted, from_ms, after, most)
        found += [ref for ref in map(ref_of, page.posts) if ref not in found]
        after = page.after
        if after is None:
            break
    return found


def ref_of(one: PostView) -> str:
    """What names a post, or one of its occurrences where it shows one alone."""
    occurrences = {target.occurrence for target in one.targets}
    return "@".join(filter(None, (one.id, *(occurrences if len(occurrences) == 1 else ()))))


async def named(refs: Sequence[str]) -> list[PostView]:
    """Posts by what names them; of one that repeats and that is named alone, every occurrence."""
    found = {one.id: one for one in await posts(list(dict.fromkeys(ref.partition("@")[0] for ref in refs)))}
    shown = []
    for ref in refs:
        post_id, _, occurrence = ref.partition("@")
        if post_id in found:
            shown.append(of_occurrence(found[post_id], occurrence) if occurrence else found[post_id])
    return [one for one in shown if one.targets]


async def _matching(
    states: list[State] | tuple[State, ...],
    wanted: Filter,
    order: str,
    cursor: str,
    at: tuple[object, ...],
    limit: int,
) -> list[Row]:
    where, values = "", []
    if wanted.q:
        where += " AND p.title LIKE ? ESCAPE '\\'"
        values.append(
            f"%{wanted.q.replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%').replace('_', chr(92) + '_')}%"
        )
    if wanted.channel:
        where += " AND c.slug = ?"
        values.append(wanted.channel)
    if wanted.tag:
        where += " AND EXISTS (SELECT 1 FROM post_tag g WHERE g.post = p.id AND g.tag = ?)"
        values.append(wanted.tag)
    if wanted.status == "review":
        where += f" AND {IN_REVIEW}"
    return await sql(
        "SELECT t.id, t.post, t.due_ms, t.occurrence FROM target t JOIN post p ON p.id = t.post"
        f" JOIN channel c ON c.id = t.channel WHERE t.state IN ({placeholders(states)}){cursor}{where}"
        f" ORDER BY {order} LIMIT ?",
        *states, *at, *values, limit,
    )  # fmt: skip


def _cursor(after: str | None) -> tuple[int, str] | None:
    ms, _, target = (after or "").partition(".")
    return (int(ms), target) if ms.isdecimal() and target else None


async def _occurrences(rows: list[Row]) -> list[PostView]:
    """The posts of targets, once for each occurrence, with the targets of that occurrence alone."""
    wanted = list(dict.fromkeys((row["post"], row["occurrence"]) for row in rows))
    found = {one.id: one for one in await posts(list(dict.fromkeys(post_id for post_id, _ in wanted)))}
    return [of_occurrence(found[post_id], occurrence) for post_id, occurrence in wanted]


def of_occurrence(one: PostView, occurrence: str) -> PostView:
    """A post with the targets of one of its occurrences."""
    return replace(one, targets=[target for target in one.targets if target.occurrence == occurrence])


async def post(post_id: str) -> PostView:
    """One post with all its targets."""
    found = await posts([post_id])
    if not found:
        raise NotFound("POST_UNKNOWN", "There is no such post.")
    return found[0]


async def posts(ids: list[str]) -> list[PostView]:
    """Posts with all their targets, in the order of their ids as given."""
    if not ids:
        return []
    marks = placeholders(ids)
    rows = {row["id"]: row for row in await sql(f"{_POST} WHERE p.id IN ({marks})", *ids)}
    targets: dict[str, list[TargetView]] = {}
    for row in await sql(f"{_TARGET} WHERE t.post IN ({marks}) ORDER BY t.due_ms, c.title", *ids):
        targets.setdefault(row.pop("post"), []).append(_target(row))
    return [_view(rows[post_id], targets.get(post_id, [])) for post_id in ids if post_id in rows]


def _target(row: Row) -> TargetView:
    flags = {name: bool(row[name]) for name in ("paused", "channel_open", "needs_approval")}
    return TargetView(**{**row, **flags, "own": overriding.read(row["own"]), "sent": overriding.read(row["sent"])})


def _view(row: Row, targets: list[TargetView]) -> PostView:
    lists = {name: msgspec.json.decode(row[name]) for name in ("hashtags", "tags")}
    coming = {name: row.pop(f"coming_{name}") for name in ("source", "state", "bytes", "total", "note")}
    awaits = row.pop("awaits_video")
    flags = {"has_thumbnail": bool(row["has_thumbnail"]), "repeats": bool(row["repeats"])}
    return PostView(
        **{**row, **lists, **flags}, coming=Coming(**coming) if awaits and coming["source"] else None, targets=targets
    )


async def attempts(post_id: str) -> list[AttemptView]:
    """Every step that was taken for a post, oldest first."""
    rows = await sql(
        "SELECT a.target, a.number, a.phase, a.started_ms, a.ended_ms, a.outcome, a.error FROM attempt a"
        " JOIN target t ON t.id = a.target WHERE t.post = ? ORDER BY a.started_ms, a.number",
        post_id,
    )
    return [AttemptView(**row) for row in rows]
