"""Whether a backup is whole: the bytes of its members, its database, and that the one names the other."""

import tempfile
from pathlib import Path

from app import migrations
from app.backup import archive, snapshot
from app.backup.disk import refuse_no_room, told
from app.backup.manifest import DATABASE, MEDIA, Manifest, broken
from app.backup.progress import Step
from app.errors import Invalid
from app.migrations.run import refuse_newer


def verify(source: Path, step: Step) -> Manifest:
    """Read all of a backup and refuse it (BACKUP_BROKEN, DATABASE_DAMAGED) unless it can be restored."""
    with told(source), archive.opened(source) as found, tempfile.TemporaryDirectory(prefix="daypart-") as folder:
        manifest, space = found.manifest, Path(folder)
        refuse_newer(manifest.schema)
        enclosed = [entry for entry in manifest.files if entry.enclosed]
        advance = step("Reading the backup", sum(entry.bytes for entry in enclosed))
        wrong = [entry.name for entry in enclosed if not found.read(entry, lambda piece: advance(len(piece)))]
        if wrong:
            detail = f"{source} is no whole backup: other bytes than were written in {', '.join(wrong[:5])}"
            raise Invalid("BACKUP_BROKEN", f"{detail}{' and more' if wrong[5:] else ''}.", files=wrong)
        database = next(entry for entry in enclosed if entry.name == DATABASE)
        with told(space):
            refuse_no_room(space, database.bytes)
            found.unpack(database, space, lambda _: None)
        check_contents(source, space / DATABASE, manifest)
    return manifest


def check_contents(source: Path, database: Path, manifest: Manifest) -> None:
    """Refuse a database that is damaged, or that is not the one its manifest tells of."""
    snapshot.check(database)
    if migrations.stored(database) != manifest.schema or snapshot.counts(database) != manifest.counts:
        raise broken(source, "its database is not the one that its manifest tells of")
    files = {entry.name: entry for entry in manifest.files}
    for row in snapshot.media(database):
        entry = files.get(f"{MEDIA}/{row.path}")
        if entry is None or (entry.state != "damaged" and entry.sha256 != row.sha256):
            raise broken(source, f"its manifest tells nothing of {row.path}, which its database names")
