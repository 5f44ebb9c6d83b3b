"""Rendered parts of pages, kept by what they show, so that a page nobody changed costs next to nothing."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

from jinja2_fragments import render_block
from litestar import MediaType, Response
from markupsafe import Markup

from app.web.htmx import PRIVATE, AnyRequest
from app.web.shell import Shell


class Fragments:
    """The fragments shown last; a key names everything that a fragment depends on."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()

    def get(self, key: Hashable) -> Markup | None:
        """A fragment that is still right."""
        return self._kept.get(key)

    def keep(self, key: Hashable, request: AnyRequest, template: str, block: str, context: Mapping[str, Any]) -> Markup:
        """Render a block of a page and keep it."""
        shell: Shell = request.app.state.shell
        shown = Markup(render_block(shell.env, template, block, {"fragment": None, **context}))  # noqa: S704 - escaped
        self._kept[key] = shown
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return shown

    def answer(self, shown: Markup) -> Response[str]:
        """A fragment as the whole answer."""
        return Response(str(shown), media_type=MediaType.HTML, headers=PRIVATE)
