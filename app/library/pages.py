"""Pages of the library: the list with its upload, and one asset."""

from typing import Annotated, Any

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import File, Stream
from msgspec import UNSET, UnsetType

from app import wording
from app.clock import zone
from app.errors import Conflict, Invalid, NotFound
from app.library import editing, links, listing, marking, queries, rules, service, views
from app.library.answers import still, stored
from app.library.editing import BulkEdit, Edit
from app.library.listing import Filter, Sort, sort_of
from app.library.queries import AssetView
from app.library.uploads import is_multipart, take_form, take_raw
from app.library.uses import told as told_uses
from app.library.views import LIST, UPLOAD_HINT
from app.web import local_paths, problems
from app.web.forms import Form, form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, is_htmx, render

PER_PAGE = 60
_CHOICES = {"yes": True, "no": False}
NONE = "-"
_TEXTS = ("title", "type", "tags", *editing.PLACE, "description")


class LibraryPages(Controller):
    """`/library` and what hangs below it."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show_list(
        self,
        request: Request[Any, Any, Any],
        q: FromQuery[str] = "",
        type: FromQuery[str] = "",
        in_state: Annotated[str, QueryParameter(name="state")] = "",
        tag: FromQuery[str] = "",
        approved: FromQuery[str] = "",
        used: FromQuery[str] = "",
        series: FromQuery[str] = "",
        genre: FromQuery[str] = "",
        rating: FromQuery[str] = "",
        sort: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """What there is, newest first unless sorted otherwise."""
        chosen, given = _CHOICES.get(used), _CHOICES.get(approved)
        wanted = Filter(q.strip(), type, in_state, tag, given, chosen, series, genre, rating)
        return await _list_page(request, wanted, sort_of(sort), after)

    @post(guards=[editor], status_code=201, request_max_body_size=None)
    async def upload(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take a video in: raw bytes from a script, or the form of a browser without scripts."""
        if not is_multipart(request):
            return _told(await take_raw(request))
        _, added, refused = await take_form(request)
        if refused is not None:
            status = problems.of(refused).status
            return await _list_page(request, errors={"file": refused.detail}, status=status)
        if added is None:
            return await _list_page(request, errors={"file": "Choose a file."}, status=422)
        words = "was in the library already" if added.existed else "is in the library"
        return after_post(request, LIST, f"{added.asset.title} {words}.")

    @post("/bulk", guards=[editor], status_code=303)
    async def edit_all(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Change the assets that were picked in the list, all or none."""
        fields = await form(request)
        picked = fields.list("asset")
        try:
            wanted = _bulk_edit(fields)
            changed = await editing.edit_all(picked, wanted, by=request.user, clock=request.app.state.clock)
        except (Invalid, NotFound) as refused:
            if is_htmx(request):  # the page stays as it is, and a toast tells why
                raise
            errors = {"bulk": refused.detail}
            return await _list_page(request, errors=errors, picked=picked, status=problems.of(refused).status)
        said = f"{wording.count(changed, 'video')} changed." if changed else "Nothing to change: all were so already."
        return after_post(request, _back(fields), said, changed="library")

    @get("/{asset_id:str}")
    async def show(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """One asset."""
        return await detail_page(request, await queries.asset(asset_id))

    @post("/{asset_id:str}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """Change what is said about an asset."""
        fields, before = await form(request), await queries.asset(asset_id)
        try:
            version = fields.integer("version", before.version) or 0
            one = await editing.edit(
                asset_id, _edit(fields), version, by=request.user, clock=request.app.state.clock
            )  # fmt: skip
        except (Invalid, Conflict) as refused:
            typed = {name: fields.text(name) for name in _TEXTS if name in fields}
            status = problems.of(refused).status
            return await detail_page(request, before, typed, form_errors(refused), status=status)
        return after_post(request, f"{LIST}/{asset_id}", f"{one.title} is saved.")

    @post("/{asset_id:str}/state", guards=[editor], status_code=303)
    async def change_state(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """Retire an asset, or bring it back."""
        fields = await form(request)
        wanted, version = Edit(state=fields.text("state")), fields.integer("version", 0) or 0
        one = await editing.edit(asset_id, wanted, version, by=request.user, clock=request.app.state.clock)
        said = "is retired" if one.state == "retired" else "is ready again"
        return after_post(request, f"{LIST}/{asset_id}", f"{one.title} {said}.")

    @post("/{asset_id:str}/approval", guards=[editor], status_code=303)
    async def approve(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """Approve an asset for air, or withdraw that."""
        fields = await form(request)
        wanted, version = Edit(approved=fields.flag("approved")), fields.integer("version", 0) or 0
        one = await editing.edit(asset_id, wanted, version, by=request.user, clock=request.app.state.clock)
        said = "is approved for air" if one.approved else "is not approved any more"
        return after_post(request, f"{LIST}/{asset_id}", f"{one.title} {said}.")

    @post("/{asset_id:str}/delete", guards=[editor], status_code=303)
    async def remove(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Response[str]:
        """Delete an asset that nothing uses."""
        state = request.app.state
        await service.remove(asset_id, settings=state.settings, by=request.user, clock=state.clock)
        return after_post(request, LIST, "Deleted.")

    @get("/{asset_id:str}/thumbnail")
    async def thumbnail(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> File:
        """Its picture."""
        place = still(request, await queries.asset(asset_id))
        headers = {"cache-control": "private, max-age=86400"}
        return File(place, media_type="image/jpeg", content_disposition_type="inline", headers=headers)

    @get("/{asset_id:str}/media")
    async def media(self, request: Request[Any, Any, Any], asset_id: FromPath[str]) -> Stream:
        """Its file, for the player."""
        return stored(request, await queries.asset(asset_id))


@get("/files/{asset_id:str}/{name:str}", include_in_schema=False)
async def signed_file(
    request: Request[Any, Any, Any],
    asset_id: FromPath[str],
    name: FromPath[str],
    expires: FromQuery[str],
    signature: FromQuery[str],
) -> Stream:
    """A file by its signed address, for platforms that fetch it; `name` is for their eyes only."""
    state = request.app.state
    links.check(state.key_file, asset_id, expires, signature, state.clock.now())
    return stored(request, await queries.asset(asset_id))


def _told(added: service.Added) -> Response[Any]:
    asset = added.asset
    content = {"id": asset.id, "title": asset.title, "label": views.label(asset), "existed": added.existed}
    status = 200 if added.existed else 201
    return Response(content, status_code=status, media_type=MediaType.JSON, headers={"cache-control": "no-store"})


def _bulk_edit(fields: Form) -> BulkEdit:
    return BulkEdit(
        type=fields.text("type") or None,
        add_tags=rules.tags_of(fields.text("add_tags")),
        remove_tags=rules.tags_of(fields.text("remove_tags")),
        approved=_CHOICES.get(fields.text("approved")),
        state=fields.text("state") or None,
        series=_taken(fields, "series"),
        season=UNSET if _taken(fields, "season") is UNSET else _number(fields, "season"),
        genre=_taken(fields, "genre"),
        rating=_taken(fields, "rating"),
    )


def _taken(fields: Form, name: str) -> str | UnsetType | None:
    """A field of the form of many: blank leaves what is there, a dash takes it away."""
    text = fields.text(name)
    return None if text == NONE else text or UNSET


def _number(fields: Form, name: str) -> int | None:
    return None if fields.text(name) == NONE else fields.integer(name)


def _back(fields: Form) -> str:
    """The list as it was, where the form names it."""
    path = local_paths.checked(fields.text("back"))
    return path if path.partition("?")[0] == LIST else LIST


def _edit(fields: Form) -> Edit:
    """What the form says; a script that sends some fields leaves the rest as it is."""
    texts: dict[str, Any] = {name: fields.text(name) for name in _TEXTS if name in fields}
    if "tags" in texts:
        texts["tags"] = rules.tags_of(texts["tags"])
    for name in ("season", "episode"):
        if name in texts:
            texts[name] = fields.integer(name)
    return Edit(**texts)


async def _list_page(
    request: AnyRequest,
    wanted: Filter = Filter(),  # noqa: B008 - frozen
    sort: Sort = "newest",
    after: str | None = None,
    *,
    errors: dict[str, str] | None = None,
    picked: list[str] | None = None,
    status: int = 200,
) -> Response[str]:
    page, (count, total) = await listing.assets(wanted, after, PER_PAGE, sort), await queries.totals()
    tz, choices = zone((await request.app.state.shell.desk()).timezone), await views.Choices.now()
    context = {
        "title": "Library",
        "assets": [views.row(one, tz) for one in page.assets],
        "picked": picked or [],
        "count_label": f"{wording.count(count, 'video')}, {wording.size(total)}" if count else "",
        "filters": views.filters(wanted, sort, choices),
        "choices": choices,
        "tabs": views.tabs("Videos"),
        "filtered": bool(wanted),
        "export_href": views.address(wanted, "newest", at=f"{LIST}/export.csv"),
        "pager": views.pager(wanted, sort, after, page.after),
        "back": views.address(wanted, sort, after),
        "types": views.type_options("Leave the type"),
        "can_add": request.user.can("editor"),
        "upload_hint": UPLOAD_HINT,
        "errors": errors or {},
    }
    return await render(request, "library/list.html", context, status=status)


async def detail_page(
    request: AnyRequest,
    asset: AssetView,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    marker: dict[str, Any] | None = None,
) -> Response[str]:
    """One asset with its form; `marker` is what was wrong with that of a marker."""
    tz = zone((await request.app.state.shell.desk()).timezone)
    item = await views.detail(asset, tz)
    context = {
        "title": asset.title,
        "item": item,
        "types": views.type_options("")[1:],
        "choices": await views.Choices.now(),
        "kinds": [{"value": kind, "label": label} for kind, label in marking.KINDS.items()],
        "values": {**views.values(asset), **(typed or {})},
        "errors": errors or {},
        "marker": marker or {"number": None},
        "can_edit": request.user.can("editor"),
        "delete_refused": f"It stays: it is used by {told_uses(item['uses'])}." if item["uses"] else "",
    }
    return await render(request, "library/detail.html", context, status=status)
