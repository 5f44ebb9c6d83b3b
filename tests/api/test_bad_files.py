"""Files that are no video, in both faces: refused with plain words, and nothing of them stays."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import Made, Stored, refusal
from tests.api.forms import FormPage
from tests.media import tone

REFUSED_FILES = {
    "zero bytes": (422, "FILE_EMPTY", "This file is empty."),
    "not media": (422, "NOT_MEDIA", "This is not a video or sound file."),
    "a picture": (422, "NOT_MEDIA", "This is not a video or sound file."),
    "truncated film": (422, "MEDIA_TRUNCATED", "The end of this file is missing."),
    "truncated sound": (422, "MEDIA_TRUNCATED", "The end of this file is missing."),
    "too large": (413, "UPLOAD_TOO_LARGE", "larger than 1.0 MB"),
}


@pytest.mark.parametrize("announced", [True, False], ids=["length announced", "length unknown"])
@pytest.mark.parametrize("name", REFUSED_FILES)
async def test_file_that_is_none_of_ours_is_refused(
    editor: httpx.AsyncClient,
    made: Made,
    stored: Callable[[], Stored],
    files: dict[str, bytes],
    name: str,
    announced: bool,
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(files[name]), 65_536):
            yield files[name][start : start + 65_536]

    before = stored()
    body = files[name] if announced else pieces()
    answer = await editor.post("/api/assets", content=body, headers={"X-Filename": "film.mp4"})
    status, code, words = REFUSED_FILES[name]
    assert refusal(answer)[:2] == (status, code)
    assert words in answer.json()["detail"]
    assert stored() == before


@pytest.mark.parametrize("name", REFUSED_FILES)
async def test_file_that_is_none_of_ours_is_refused_to_the_script_of_the_page(
    person: httpx.AsyncClient, made: Made, stored: Callable[[], Stored], files: dict[str, bytes], name: str
) -> None:
    before = stored()
    headers = {"X-Filename": "film.mp4", "Accept": "application/json"}
    answer = await person.post("/library", content=files[name], headers=headers)
    assert refusal(answer)[:2] == REFUSED_FILES[name][:2]
    assert stored() == before


@pytest.mark.parametrize("name", REFUSED_FILES)
async def test_form_shows_why_its_file_is_refused(
    person: httpx.AsyncClient, made: Made, stored: Callable[[], Stored], files: dict[str, bytes], name: str
) -> None:
    before = stored()
    answer = await person.post("/library", files={"file": ("film.mp4", files[name])})
    status, _, words = REFUSED_FILES[name]
    assert answer.status_code == status
    assert words in FormPage(answer.text).error_at("file")
    assert stored() == before


@pytest.mark.parametrize("name", [name for name in REFUSED_FILES if name != "too large"])
async def test_new_post_keeps_its_texts_when_its_file_is_refused(
    person: httpx.AsyncClient, made: Made, stored: Callable[[], Stored], files: dict[str, bytes], name: str
) -> None:
    before = stored()
    texts = {"title": "Barley", "channels": made.channel, "date": "2026-05-21", "time": "16:30", "hashtags": "#one"}
    answer = await person.post("/schedule/posts", data=texts, files={"file": ("film.mp4", files[name])})
    status, _, words = REFUSED_FILES[name]
    assert answer.status_code == status
    page = FormPage(answer.text)
    assert words in page.error_at("file")
    assert {field: page.value(field) for field in texts} == texts
    assert stored() == before


async def test_form_without_a_chosen_file_asks_for_one(person: httpx.AsyncClient, stored: Callable[[], Stored]) -> None:
    before = stored()
    answer = await person.post("/library", files={"file": ("", b"")})
    assert answer.status_code == 422
    assert FormPage(answer.text).error_at("file") == "Choose a file."
    assert stored() == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("evil%00.mp4", "evil .mp4"),
        ("line%0D%0ASet-Cookie: a=b.mp4", "line Set-Cookie: a=b.mp4"),
        ("%E2%80%AEgpj.exe", "gpj.exe"),
        ("<script>alert(1)</script>.mp4", "script>.mp4"),
        ("con.mp4", "_con.mp4"),
        ("....", "file"),
        ("", "video"),
        ("%FF%FE.mp4", "\ufffd\ufffd.mp4"),
        ("x" * 2000 + ".mp4", "x" * 196 + ".mp4"),
    ],
)
async def test_hostile_file_name_is_only_a_label(
    editor: httpx.AsyncClient, stored: Callable[[], Stored], tmp_path: Path, sent: str, kept: str
) -> None:
    before, body = set(stored()[1]), tone(tmp_path / "tone.wav", 523).read_bytes()
    answer = await editor.post("/api/assets", content=body, headers={"X-Filename": sent})
    assert answer.status_code == 201
    asset = answer.json()
    assert asset["name"] == kept
    assert set(stored()[1]) - before == {f"{asset['sha256'][:2]}/{asset['sha256']}.wav"}
    download = await editor.get(f"/api/assets/{asset['id']}/file")
    assert download.content == body
