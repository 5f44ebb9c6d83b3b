"""What a platform reports later about a post that it took: signed, and settled once."""

import msgspec

from app import events
from app.accounts.secrets import KeyFile
from app.clock import MasterClock
from app.database import DB, Row, sql
from app.errors import Forbidden, Malformed, NotFound
from app.posts import claims
from app.posts.adapters.base import Published, Refused
from app.posts.adapters.webhook import Answer, told
from app.posts.claims import Claim
from app.posts.credentials import Credentials
from app.posts.outcomes import Settled
from app.posts.states import AWAITING, RESENDING
from app.standard_webhooks import ID, BadSignature, verify


async def receive(target: str, headers: dict[str, str], body: bytes, *, keys: KeyFile, clock: MasterClock) -> bool:
    """Settle a target by a signed report; False when it was settled before, which is no error.

    Raises Forbidden for a bad signature and Malformed for a body that is no report.
    """
    row = await _target(target)
    try:
        verify(Credentials.read(keys.decrypt(row["secret_enc"])).signing, headers, body, clock.now())
    except BadSignature as error:
        raise Forbidden("SIGNATURE_BAD", str(error)) from error
    settled = _settled(body)
    stored = settled is not None and await _store(target, settled, _header(headers, ID), clock.now_ms())
    if stored:
        await events.announce()
    return stored


async def _target(target: str) -> Row:
    rows = await sql(
        "SELECT t.post, t.state, t.attempt, t.committed_ms, s.secret_enc FROM target t"
        " JOIN social_account s ON s.channel = t.channel WHERE t.id = ?",
        target,
    )
    if not rows or not rows[0]["secret_enc"]:
        raise NotFound("TARGET_UNKNOWN", "There is no such target.")
    return rows[0]


def _header(headers: dict[str, str], name: str) -> str:
    return next(value for key, value in headers.items() if key.lower() == name)


def _settled(body: bytes) -> Settled | None:
    try:
        answer = msgspec.json.decode(body, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("MALFORMED_JSON", f"The body is no report: {error}.") from error
    if answer.status not in ("published", "failed", "pending"):
        raise Malformed("STATUS_UNKNOWN", "Give `status` as published, failed or pending.")
    match told(answer):
        case Published(remote_id, remote_url):
            return Settled("published", "published", remote_id=remote_id, remote_url=remote_url)
        case Refused(reason):
            return Settled("failed", "refused", error=reason)
        case _:
            return None


async def _store(target: str, settled: Settled, source: str, now_ms: int) -> bool:
    async with DB.transaction():
        row = await _target(target)
        if not _is_open(row, settled) or await claims.was_told(target, source):
            return False
        claim = Claim(target, row["post"], row["attempt"])
        if row["state"] == "failed" and await claims.is_replaced(target):
            # Another post has taken its place meanwhile, so it stays what it is; its history tells that it is out.
            await claims.note(claim, settled, "callback", now_ms, source)
            return False
        stored = await claims.put(claim, settled, "callback", now_ms, source)
        # Whoever still waits for the first answer holds an older token now and changes nothing more.
        await sql("UPDATE target SET attempt = attempt + 1 WHERE id = ?", target)
    return stored


def _is_open(row: Row, settled: Settled) -> bool:
    """A target that is to be sent again is settled too by the report that an earlier try is out.

    So is one that has failed: a workflow that somebody ran again reports once more.
    """
    sent_before = row["committed_ms"] is not None and row["state"] in RESENDING | {"failed"}
    return row["state"] in AWAITING or (settled.state == "published" and sent_before)
