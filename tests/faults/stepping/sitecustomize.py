"""A clock that can step: loaded by Python itself in every process that has this folder on its path.

The file that STEPPING_CLOCK names says how many seconds the clock is ahead (or, below nothing, behind). What measures
how long something takes goes on unchanged, as it does where a real clock is set.
"""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

LOOK_EVERY = 0.2
really_sleep = time.sleep


def _follow(file: Path) -> None:
    import time_machine

    ahead, travel = 0.0, None
    while True:
        really_sleep(LOOK_EVERY)
        with suppress(OSError, ValueError):
            asked = float(file.read_text())
            if asked == ahead:
                continue
            ahead = asked
            if travel is not None:
                travel.stop()
                travel = None
            if ahead:
                travel = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True)
                travel.start()


def _begin() -> None:
    file = Path(os.environ["STEPPING_CLOCK"])
    threading.Thread(target=_follow, args=(file,), daemon=True).start()


if "STEPPING_CLOCK" in os.environ:
    _begin()
    # A thread stays behind where a process is made a copy of itself, as processes of the web server are.
    os.register_at_fork(after_in_child=_begin)
