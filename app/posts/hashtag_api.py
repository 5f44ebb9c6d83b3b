"""Saved hashtag sets for programs."""

from typing import Any

import msgspec
from litestar import Controller, Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from app.posts import hashtag_sets
from app.posts.hashtag_sets import HashtagSet
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class HashtagSetJson(msgspec.Struct):
    """A named set; hashtags without #."""

    id: str
    name: str
    hashtags: list[str]
    version: int


class NewHashtagSetJson(msgspec.Struct, forbid_unknown_fields=True):
    """A set to be saved; hashtags as a list or as one text."""

    name: str
    hashtags: list[str] | str


class ChangedHashtagSetJson(NewHashtagSetJson, forbid_unknown_fields=True):
    """A set as it shall be; `version` is the one that was read."""

    version: int


class HashtagSetApi(Controller):
    """`/api/hashtag-sets`."""

    path = "/api/hashtag-sets"
    tags = ["Posts"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(401, 403))
    async def all(self) -> list[HashtagSetJson]:
        """All sets, by name."""
        return [_json(one) for one in await hashtag_sets.all_sets()]

    @post(guards=[editor], responses=documented(400, 401, 403, 409, 413, 422))
    async def add(self, request: AnyRequest, data: JSONBody[NewHashtagSetJson]) -> HashtagSetJson:
        """Save a set."""
        clock = request.app.state.clock
        return _json(await hashtag_sets.add(data.name, data.hashtags, by=request.user, clock=clock))

    @get("/{set_id:str}", responses=documented(401, 403, 404))
    async def show(self, set_id: FromPath[str]) -> HashtagSetJson:
        """One set."""
        return _json(await hashtag_sets.one(set_id))

    @put("/{set_id:str}", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def change(
        self, request: AnyRequest, set_id: FromPath[str], data: JSONBody[ChangedHashtagSetJson]
    ) -> HashtagSetJson:
        """Change a set, unless it was changed since `version`."""
        by, clock = request.user, request.app.state.clock
        return _json(await hashtag_sets.edit(set_id, data.name, data.hashtags, data.version, by=by, clock=clock))

    @delete("/{set_id:str}", guards=[editor], responses=documented(401, 403, 404))
    async def remove(self, request: AnyRequest, set_id: FromPath[str]) -> None:
        """Forget a set; posts keep their hashtags."""
        await hashtag_sets.remove(set_id, by=request.user, clock=request.app.state.clock)


def _json(one: HashtagSet) -> HashtagSetJson:
    return HashtagSetJson(one.id, one.name, one.hashtags, one.version)
