"""Which face an address shows."""

import pytest

from app.web import faces
from tests.web.asking import REQUESTS

HTML, JSON, ANY = "text/html,*/*;q=0.8", "application/json", "*/*"
FACES = [
    ("/api/desk", HTML, {}, True),
    ("/api/nothing", ANY, {}, True),
    ("/api/docs", ANY, {}, False),
    ("/api", ANY, {}, False),
    ("/logs", HTML, {}, False),
    ("/logs", ANY, {}, True),
    ("/logs/7/publish", JSON, {}, True),
    ("/logs/7/publish", ANY, {"HX-Request": "true"}, False),
    ("/logs/7/publish", HTML, {"HX-Request": "true"}, False),
    ("/sync/status", ANY, {}, True),
    ("/voice/7", JSON, {}, True),
    ("/proxy/dashboard", ANY, {}, True),
    ("/logstash", JSON, {}, False),
    ("/guide", JSON, {}, False),
]


@pytest.mark.parametrize(("path", "accept", "headers", "is_json"), FACES)
def test_address_and_accept_decide_the_face(path: str, accept: str, headers: dict[str, str], is_json: bool) -> None:
    request = REQUESTS.get(path, headers={"accept": accept, **headers})
    assert faces.wants_json(request) is is_json


ERRORS = [
    ("/guide", HTML, {}, False),
    ("/guide", ANY, {}, False),
    ("/guide", JSON, {}, True),
    ("/events", "text/event-stream", {}, True),
    ("/guide", ANY, {"Authorization": "Bearer x"}, True),
    ("/guide", HTML, {"Authorization": "Bearer x"}, False),
    ("/guide", HTML, {"HX-Request": "true", "Authorization": "Bearer x"}, False),
    ("/api/desk", HTML, {}, True),
]


@pytest.mark.parametrize(("path", "accept", "headers", "is_json"), ERRORS)
def test_failures_are_documents_for_programs(path: str, accept: str, headers: dict[str, str], is_json: bool) -> None:
    request = REQUESTS.get(path, headers={"accept": accept, **headers})
    assert faces.errors_as_json(request) is is_json
