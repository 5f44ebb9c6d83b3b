"""Where everything is wired together, and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import redis.asyncio as redis
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp, ControllerRouterHandler
from prometheus_client import CollectorRegistry

from app import database, events
from app.accounts import api as accounts_api
from app.accounts import desk
from app.accounts.pages import SetupPages, SignInPages
from app.accounts.secrets import KeyFile
from app.accounts.settings_pages import SettingsPages
from app.activity import pages as activity_pages
from app.asrun import announcing as asrun_announcing
from app.asrun import api as asrun_api
from app.asrun.pages import AsRunPages
from app.calendar import booked, programmes, targets
from app.calendar import files as calendar_files
from app.calendar.api import CalendarApi
from app.calendar.pages import CalendarPages
from app.channels import shapes as channel_shapes
from app.channels.api import ChannelApi
from app.channels.pages import ChannelPages
from app.clock import MasterClock
from app.guide import files as guide_files
from app.guide.api import GuideApi
from app.guide.kept import Files
from app.guide.pages import GuidePages
from app.library.api import AssetApi
from app.library.arrival_api import ArrivalApi
from app.library.arrival_pages import ArrivalPages
from app.library.incoming import sweep
from app.library.marker_api import MarkerApi
from app.library.marker_pages import MarkerPages
from app.library.pages import LibraryPages, signed_file
from app.library.resumable import Uploads
from app.library.series_api import PlaceApi, SeriesApi
from app.library.series_pages import SeriesPages
from app.library.service import incoming
from app.library.sheet_api import SheetApi
from app.library.sheet_pages import SheetPages, export_csv
from app.library.tree_api import TreeApi
from app.library.tree_pages import TreePages
from app.library.upload_api import UploadApi
from app.migrations.run import require_current
from app.plans import announcing as plans_announcing
from app.plans import api as plans_api
from app.plans import booking_pages, day_pages, plan_frame, preset_pages, program_api
from app.plans.plan_pages import PlanPages
from app.plans.program_pages import ProgramPages
from app.plans.try_pages import TryPages
from app.plans.week_pages import WeekPages
from app.plans.zone_pages import ZonePages
from app.playlog import announcing as playlog_announcing
from app.playlog import pages as log_pages
from app.playlog.api import PlaylogApi
from app.playlog.edit_pages import EventPages
from app.playlog.rundown_api import LogApi
from app.posts import announcing
from app.posts.api import ScheduleApi, receive_callback
from app.posts.bulk_api import act_on_posts
from app.posts.bulk_pages import BulkPages
from app.posts.editing_pages import EditingPages
from app.posts.hashtag_api import HashtagSetApi
from app.posts.hashtag_pages import HashtagPages
from app.posts.import_api import import_posts
from app.posts.import_pages import ImportPages
from app.posts.pages import PostPages
from app.posts.planning_pages import PlanningPages, create_post, preview_post
from app.posts.post_api import PostApi
from app.posts.repetition_api import RepetitionApi
from app.posts.repetition_pages import RepetitionPages
from app.posts.review_pages import ReviewPages
from app.posts.social_api import ConnectionApi
from app.posts.social_pages import ConnectionPages, workflow_file
from app.posts.wave_act_pages import WaveActPages
from app.posts.wave_api import GroupApi, TargetApi, WaveApi, cancel_on_channel
from app.posts.wave_pages import WavePages
from app.queue import Queue
from app.settings import Settings
from app.web import apidocs, assets, compression, error_pages, heads, live, metrics, planned, status, templates
from app.web.bodies import JsonRequest
from app.web.fragments import Fragments
from app.web.proxies import TrustProxies
from app.web.repeats import Repeats
from app.web.security import SecurityHeaders
from app.web.sessions import Authenticate
from app.web.shell import Shell

BODY_LIMIT = 1024 * 1024
_REDIS_WAIT_S = 1.0
_CANCEL_AGAIN_S = 0.1
_LEFTOVER = timedelta(hours=1)  # an upload that has not grown for so long was cut off

CONTROLLERS: list[ControllerRouterHandler] = [
    SignInPages,
    SetupPages,
    SettingsPages,
    accounts_api.KeyApi,
    accounts_api.UserApi,
    accounts_api.HostApi,
    accounts_api.DeskApi,
    accounts_api.AuditApi,
    activity_pages.show,
    ChannelPages,
    ChannelApi,
    ConnectionPages,
    ConnectionApi,
    workflow_file,
    LibraryPages,
    signed_file,
    AssetApi,
    UploadApi,
    MarkerPages,
    MarkerApi,
    TreePages,
    TreeApi,
    SheetPages,
    export_csv,
    SheetApi,
    SeriesPages,
    SeriesApi,
    PlaceApi,
    ArrivalPages,
    ArrivalApi,
    CalendarPages,
    CalendarApi,
    calendar_files.csv,
    calendar_files.feed,
    PostPages,
    PlanningPages,
    create_post,
    preview_post,
    EditingPages,
    ReviewPages,
    HashtagPages,
    BulkPages,
    ImportPages,
    RepetitionPages,
    RepetitionApi,
    WavePages,
    WaveActPages,
    ScheduleApi,
    PostApi,
    HashtagSetApi,
    TargetApi,
    GroupApi,
    WaveApi,
    cancel_on_channel,
    act_on_posts,
    import_posts,
    receive_callback,
    *plans_api.CONTROLLERS,
    WeekPages,
    PlanPages,
    ZonePages,
    AsRunPages,
    *asrun_api.CONTROLLERS,
    PlaylogApi,
    GuidePages,
    GuideApi,
    guide_files.xml_file,
    guide_files.ical_file,
    guide_files.m3u_file,
    guide_files.icon,
    *program_api.CONTROLLERS,
    ProgramPages,
    TryPages,
    *preset_pages.CONTROLLERS,
    day_pages.DayPages,
    booking_pages.BookingPages,
    log_pages.LogPages,
    log_pages.tab,
    EventPages,
    LogApi,
    planned.planned,
    planned.moved,
    apidocs.openapi_json,
    apidocs.reference,
    apidocs.referenced_group,
    assets.static_file,
    live.stream,
    metrics.metrics,
    status.clock,
    status.health,
]


def create_app(settings: Settings | None = None, clock: MasterClock | None = None) -> Litestar:
    """The desk as an ASGI app; without a Redis URL there is no queue, and live pages look for changes themselves."""
    app = routed()
    return furnished(app, app.asgi_handler, settings or Settings.from_env(), clock or MasterClock())


def routed() -> Litestar:
    """Every address with what answers it, but nothing yet to answer from."""
    announcing.register()
    targets.register()
    programmes.register()
    booked.register()
    plans_announcing.register()
    plan_frame.register()
    asrun_announcing.register()
    playlog_announcing.register()
    day_pages.register()
    return Litestar(
        CONTROLLERS,
        lifespan=[_running],
        middleware=[Authenticate, Repeats],
        exception_handlers={Exception: error_pages.handle},
        compression_config=compression.CONFIG,
        openapi_config=apidocs.config(),
        signature_namespace=channel_shapes.shapes(),
        request_class=JsonRequest,
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
        debug=False,
    )


def furnished(app: Litestar, routing: ASGIApp, settings: Settings, clock: MasterClock) -> Litestar:
    """Give an app what it answers from: settings, clock, and the parts that live as long as it does."""
    app.state = _state(settings, clock)
    # Outside of routing, so that answers to unknown addresses pass through, too.
    counted = metrics.Requests(routing, app.state.metrics)
    app.asgi_handler = TrustProxies(SecurityHeaders(heads.Heads(counted), settings.url), settings.trusted_proxies)
    return app


def _state(settings: Settings, clock: MasterClock) -> State:
    files = assets.Assets()
    connection = _redis(settings.redis_url) if settings.redis_url else None
    return State(
        {
            "settings": settings,
            "clock": clock,
            "assets": files,
            "shell": Shell(templates.environment(files), clock),
            "fragments": Fragments(),
            "guide_files": Files(),
            "metrics": CollectorRegistry(),
            "redis": connection,
            "feed": live.Feed(connection),
            "uploads": Uploads(settings, clock),
            "queue": Queue(settings.redis_url) if settings.redis_url else None,
        }
    )


def _redis(url: str) -> redis.Redis:
    made: redis.Redis = redis.Redis.from_url(url, socket_timeout=_REDIS_WAIT_S, socket_connect_timeout=_REDIS_WAIT_S)
    return made


@contextlib.asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """What lives as long as the process."""
    state, settings = app.state, app.state.settings
    require_current(settings.database)
    state.key_file = KeyFile(settings.key_file)
    async with database.opened(settings.database), _connected(state), _following(state.feed):
        await desk.offer_setup(settings.url, settings.setup_link)
        await asyncio.to_thread(sweep, incoming(settings), state.clock.now() - _LEFTOVER)
        yield


@contextlib.asynccontextmanager
async def _connected(state: State) -> AsyncIterator[None]:
    if state.redis is None:
        yield
        return
    events.connect(state.settings.redis_url)
    try:
        yield
    finally:
        await events.disconnect()
        await state.queue.close()
        await state.redis.aclose()


@contextlib.asynccontextmanager
async def _following(feed: live.Feed) -> AsyncIterator[None]:
    task = asyncio.create_task(feed.follow())
    try:
        yield
    finally:
        feed.close()
        # Again and again: asyncio.wait_for of Python 3.11, in the Redis client, may swallow a cancellation
        # (python/cpython#86296).
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=_CANCEL_AGAIN_S)
