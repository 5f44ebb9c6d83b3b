"""What the commands tell of backups: facts for programs, and words."""

from typing import Any, get_args

from app import wording
from app.backup.making import Made
from app.backup.manifest import Entry, Manifest, State
from app.backup.restoring import Restored
from app.settings import Settings

_FEW = 20


def facts(manifest: Manifest) -> dict[str, Any]:
    """A backup for programs; `files` counts media with their stills."""
    return {
        "daypart": manifest.daypart,
        "schema": manifest.schema,
        "made_at": manifest.made,
        "counts": manifest.counts,
        "files": {state: sum(one.state == state for one in manifest.media) for state in get_args(State)},
        "lacking": [{"name": one.name, "state": one.state, "reason": one.reason} for one in manifest.lacking],
    }


def of_made(made: Made) -> str:
    """A new backup in words."""
    return "\n".join([f"Written: {made.path}, {wording.size(made.bytes)}.", *_contents(made.manifest)])


def of_verified(source: str, manifest: Manifest) -> str:
    """A whole backup in words."""
    made = f"of {manifest.made:%Y-%m-%d %H:%M} UTC, by Daypart {manifest.daypart}"
    return "\n".join([f"{source} is whole: a backup {made}.", *_contents(manifest)])


def _contents(manifest: Manifest) -> list[str]:
    count = manifest.counts.get
    lines = [
        f"In it: {wording.count(count('channel', 0), 'channel')}, {wording.count(count('asset', 0), 'video')}, "
        f"{wording.count(count('post', 0), 'post')}, {wording.count(count('person', 0), 'user')}."
    ]
    kept, listed = (_of_state(manifest, state) for state in ("kept", "listed"))
    if kept or listed:
        lines.append(f"Media: {_files(kept)} in it, {_files(listed)} only listed.")
    if manifest.lacking:
        lines.append("Not as the desk has it, so a desk made of this backup lacks:")
        lines += _few([f"  {one.name}: {one.reason}" for one in manifest.lacking])
    return lines


def _of_state(manifest: Manifest, state: State) -> list[Entry]:
    return [one for one in manifest.media if one.state == state]


def _files(entries: list[Entry]) -> str:
    return f"{wording.count(len(entries), 'file')} ({wording.size(sum(one.bytes for one in entries))})"


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _FEW
    return [*lines[:_FEW], f"  and {more} more; --json names all."] if more > 0 else lines


def of_restored(done: Restored, settings: Settings) -> str:
    """A restored desk in words, and what a person has to do."""
    settled, lines = done.settled, [f"{settings.data} holds the desk of {done.manifest.made:%Y-%m-%d %H:%M} UTC."]
    if settled.unconfirmed:
        few = wording.count(settled.unconfirmed, "post")
        lines.append(f"{few} may have gone out since: look at the channel, then say so under Schedule.")
    if settled.ahead:
        lines.append(f"{wording.count(settled.ahead, 'post')} ahead. Look that none was posted early.")
    lines += [
        "Stop the desk that the backup was made on before you start this one, or both will publish.",
        "Everybody signs in anew. Users, passwords and API keys are those of the backup, revoked ones included.",
    ]
    if not settings.key_file.exists():
        lines.append("The backup had no key file: signing secrets have to be renewed on each channel.")
    if done.missing:
        lines.append(f"{wording.count(len(done.missing), 'file')} missing. Put them there before they are due:")
        lines += _few([f"  {settings.media / row.path}  {row.title}" for row in done.missing])
    return "\n".join(lines)
