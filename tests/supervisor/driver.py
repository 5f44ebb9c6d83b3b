"""A supervisor over dummies: `driver.py name=behaviour ...`, where redis=FOLDER is a private Redis."""

import ctypes
import sys
from pathlib import Path

from app.supervisor.child import Child
from app.supervisor.data_lock import claimed
from app.supervisor.redis_server import RedisServer
from app.supervisor.tree import Supervisor

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # as a container's first process
    with claimed(Path.cwd()), Supervisor() as tree:
        for argument in sys.argv[1:]:
            name, behaviour = argument.split("=", 1)
            if name == "redis":
                server = RedisServer(Path(behaviour))
                server.stop_stale()
                tree.start(server.child())
                tree.run(server.answers, 10)
            else:
                tree.start(Child(name, [sys.executable, "-m", "tests.supervisor.dummies", name, behaviour]))
        print("running", flush=True)
        tree.run()


main()
