"""A desk that writes all the time: `python -m tests.backup.writer DATABASE`.

Each transaction adds two events, `left` and `right`, so that a copy of a moment has as many of the one as of the
other. At the end, which the end of standard input asks for, it prints how many transactions there were and how many
milliseconds the slowest took.
"""

import select
import sqlite3
import sys
import time
from contextlib import closing

INSERT = (
    "INSERT INTO event (at_ms, actor, topic, subject_type, subject_id, verb) VALUES (0, 'w', 'desk', 'desk', '1', ?)"
)


def main(path: str) -> None:
    written, slowest = 0, 0.0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000")
        while not select.select([sys.stdin], [], [], 0.002)[0]:
            began = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(INSERT, ("left",))
            connection.execute(INSERT, ("right",))
            connection.execute("COMMIT")
            slowest = max(slowest, time.monotonic() - began)
            written += 1
            if written == 1:
                print("writing", flush=True)
    print(written, round(slowest * 1000))


if __name__ == "__main__":
    main(sys.argv[1])
