"""A desk whose disk fills up in the middle of an upload in pieces: `python -m tests.library.resumed_disk DATA FILE MOST`.

No file may grow over MOST bytes at first; then it may, and the upload goes on. It says what became of each piece, as the
offset or the refusal's code, and of the whole.
"""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from app import database
from app.errors import StorageFull
from app.library.resumable import Upload, Uploads
from app.settings import Settings
from tests.library.conftest import EDITOR
from tests.library.driver import CLOCK

PIECE = 65_536


async def main(data: str, file: str, most: str) -> None:
    settings = Settings.from_env({"DAYPART_DATA": data})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with database.opened(settings.database):
        uploads, content = Uploads(settings, CLOCK), Path(file).read_bytes()
        upload = await uploads.begin("film.wav", len(content), None, by=EDITOR)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), hard))
        upload = await sent(uploads, upload, content)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        upload = await sent(uploads, upload, content)
        assert upload.asset is not None
        print(upload.asset.sha256)


async def sent(uploads: Uploads, upload: Upload, content: bytes) -> Upload:
    while upload.asset is None:
        at = upload.offset
        try:
            upload = await uploads.append(upload.id, at, whole(content[at : at + PIECE]), by=EDITOR)
        except StorageFull as error:
            upload = await uploads.show(upload.id, by=EDITOR)
            print(error.code, upload.offset)
            break
    return upload


async def whole(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
