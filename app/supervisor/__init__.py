"""`daypart up`: everything that one data folder needs, in one process tree.

Imports nothing outside the standard library, so that the children start at once.
"""

import atexit
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping

from app import migrations
from app.errors import Unavailable
from app.settings import Settings
from app.supervisor.address import Health, require_free
from app.supervisor.child import Child, parent
from app.supervisor.data_lock import claimed
from app.supervisor.redis_server import RedisServer
from app.supervisor.tree import Supervisor

_REDIS_S = 10.0
_LEFTOVERS_S = 5.0
_WATCH_S, _GRACE_S = 0.5, 1.5


def up(settings: Settings, *, demo: bool = False) -> int:
    """Run everything until a signal asks for the end, and return the exit status, 0.

    Raises what keeps it from starting: DATA_IN_USE, PORT_IN_USE, MIGRATION_FAILED and the like.
    """
    with claimed(settings.data) as was_killed, _private_redis(settings) as redis, Supervisor() as tree:
        require_free(settings, tree, _LEFTOVERS_S if was_killed else 0)
        _start(tree, settings, redis, demo=demo)
        if tree.run(Health(settings).good):
            _announce(settings)
        tree.run()
    return 0


def watch_parent() -> None:
    """End this process, with all it started, once its supervisor is gone; called by web, worker and demo.

    Linux sends SIGTERM by itself then; elsewhere this does. What is deaf to SIGTERM is killed.
    """
    supervisor = parent()
    if supervisor is not None and os.getpgrp() == os.getpid():
        threading.Thread(target=_follow, args=(supervisor,), daemon=True).start()
        atexit.register(_end_group_after, supervisor)


def _follow(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(_WATCH_S)
    if sys.platform != "linux":
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    _end_group_after(supervisor)


def _end_group_after(supervisor: int) -> None:
    if os.getppid() != supervisor:
        os.killpg(0, signal.SIGKILL)


@contextlib.contextmanager
def _private_redis(settings: Settings) -> Iterator[RedisServer | None]:
    if settings.redis_url:
        yield None
        return
    server = RedisServer(settings.data)
    server.stop_stale()
    try:
        yield server
    finally:
        server.clean_up()


def _start(tree: Supervisor, settings: Settings, redis: RedisServer | None, *, demo: bool) -> None:
    """Start all children; they stop in reverse, so Redis comes first and the web server last."""
    env = {
        "DAYPART_DATA": str(settings.data),
        "DAYPART_HOST": settings.host,
        "DAYPART_PORT": str(settings.port),
        "REDIS_URL": redis.url if redis else settings.redis_url,
    }
    if redis:
        tree.start(redis.child())
    _migrate(tree, settings, env)
    if redis and not tree.run(redis.answers, _REDIS_S) and not tree.stopping:
        raise Unavailable("REDIS_FAILED", f"The private Redis does not start. {redis.complaint()}")
    if demo:
        tree.start(_daypart("demo", env, "demo"))
    tree.start(_daypart("worker-1", env, "worker", "--name", "worker-1"))
    tree.start(_daypart("web", env, "web"))


def _migrate(tree: Supervisor, settings: Settings, env: Mapping[str, str]) -> None:
    if migrations.stored(settings.database) == migrations.latest():
        return
    migration = _daypart("migrate", env, "migrate", once=True)
    tree.start(migration)
    tree.run(lambda: not migration.running)
    if migration.status != 0 and not tree.stopping:
        raise Unavailable("MIGRATION_FAILED", "The database could not be made ready, so nothing was started.")


def _daypart(name: str, env: Mapping[str, str], *arguments: str, once: bool = False) -> Child:
    # -P: a folder named "app" where the operator happens to stand must not be taken for ours.
    return Child(name, [sys.executable, "-P", "-m", "app.cli", *arguments], env, once=once)


def _announce(settings: Settings) -> None:
    print(f"Daypart is ready at {settings.url}", flush=True)
    if settings.setup_link.exists():
        print(f"Make the first administrator: {settings.setup_link.read_text().strip()}", flush=True)
