"""Small forms."""

import httpx
import pytest

from app.errors import Invalid, Malformed, TooLarge, field_error
from app.web.forms import LIMIT, MOST_FIELDS, Form, form, form_errors, problems_of
from tests.web.asking import REQUESTS

FIELDS = [("a", " 1\r\n2 "), ("a", "last"), ("b", ""), ("flag", "on"), ("n", "12"), ("bad", "x"), ("raw", " p ")]


def test_fields_are_read_as_what_they_mean() -> None:
    read = Form(FIELDS)
    assert read.text("a") == "last"
    assert read.text("missing", "default") == "default"
    assert read.raw("raw") == " p "
    assert (read.flag("flag"), read.flag("b"), read.flag("missing")) == (True, False, False)
    assert (read.integer("n"), read.integer("b"), read.integer("b", 7)) == (12, None, 7)
    assert read.list("a") == ["1\r\n2", "last"]
    assert read.list("b") == []
    assert "b" in read
    assert "missing" not in read
    assert Form([("t", " 1\r\n2 ")]).text("t") == "1\n2"


def test_number_that_is_none_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        Form(FIELDS).integer("bad")
    assert list(refused.value.errors) == ["bad"]


async def _read(content: bytes, kind: str) -> Form:
    request = REQUESTS.post("/", headers={"content-type": kind})
    request._body = content
    return await form(request)


async def test_urlencoded_form_keeps_every_sign() -> None:
    read = await _read(b"name=J%C3%BCrgen+%26+S%C3%B6hne&x=%2B1&empty=", "application/x-www-form-urlencoded")
    assert (read.text("name"), read.text("x"), read.text("empty")) == ("Jürgen & Söhne", "+1", "")


async def test_multipart_form_leaves_files_out() -> None:
    files = {"file": ("clip.mp4", b"\0" * 100), "name": (None, "Jürgen")}
    sent = httpx.Request("POST", "http://desk.test/", files=files)
    read = await _read(sent.read(), sent.headers["content-type"])
    assert read.text("name") == "Jürgen"
    assert "file" not in read


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a=%ff", URLENCODED),
        (b"\xff=1", URLENCODED),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), URLENCODED),
        (b"nothing of the kind", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ],
)
async def test_form_that_cannot_be_read_is_malformed(content: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        await _read(content, kind)


async def test_form_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        await _read(b"a=" + b"x" * LIMIT, URLENCODED)


def _refuse(field: str) -> None:
    raise field_error(field, "BAD", f"{field} is bad.")


def test_all_checks_are_told_at_once_and_the_first_of_a_field_wins() -> None:
    found = problems_of(lambda: _refuse("a"), lambda: None, lambda: _refuse("b"), lambda: _refuse("a"))
    assert found == {"a": "a is bad.", "b": "b is bad."}


def test_error_without_a_field_stands_at_the_whole_form() -> None:
    assert form_errors(Invalid("BAD", "All of it.")) == {"": "All of it."}
