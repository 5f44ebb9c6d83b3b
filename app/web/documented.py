"""What the OpenAPI document says about refusals: the same problem document for every status."""

from dataclasses import dataclass

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from app.web.problems import MEDIA_TYPE

WORDS = {
    400: "The request cannot be read: malformed JSON, a missing field or a wrong type.",
    401: "Nobody is signed in, or the API key is not valid.",
    403: "The role does not allow it, or another site made the request.",
    404: "There is no such thing.",
    409: "It clashes with what is stored.",
    413: "The body is too large.",
    422: "A value is wrong; `errors` names the fields.",
    429: "Too many tries; `Retry-After` tells when to come back.",
    502: "A remote system failed.",
    503: "A part of the desk is away for the moment.",
    504: "A remote system did not answer in time.",
    507: "The data folder is full.",
}


class ProblemDocument(msgspec.Struct, rename={"kind": "type"}):
    """How every refusal looks (RFC 9457), with a stable `code` and the faulty fields."""

    kind: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, str]


# Answers with a file, as players and downloads ask for it (RFC 9110 section 14).
FILE = {
    status: ResponseSpec(bytes, description=words, media_type="*/*", generate_examples=False)
    for status, words in (
        (200, "The whole file, in its own media type."),
        (206, "The range of it that was asked for."),
        (416, "The file has no such range."),
    )
}


@dataclass
class FileOperation(Operation):
    """An operation whose body is a file, which its handler reads by itself."""

    def __post_init__(self) -> None:
        """Describe the body."""
        file = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        self.request_body = RequestBody(content={"application/octet-stream": file}, required=True)


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The `responses=` of a route: these refusals, and those that every route of the API has."""
    return {
        status: ResponseSpec(ProblemDocument, description=WORDS[status], media_type=MEDIA_TYPE, generate_examples=False)
        for status in sorted({400, 401, 403, *statuses})
    }
