"""`scheduler`: hands over recurring jobs (operations/timetable.py) to the workers, until it is stopped."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from operations.services import run_due_jobs, tell_that_nobody_works

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 10


class Command(BaseCommand):
    """Any number of schedulers may run; each job is handed over by one of them."""

    help = "Hand over recurring jobs to the workers until stopped (Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Look once and end.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            run_due_jobs()
            tell_that_nobody_works()
            return
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_signal: stop.set())
        while not stop.is_set():
            self._look()
            stop.wait(SECONDS_BETWEEN_LOOKS)

    @staticmethod
    def _look() -> None:
        close_old_connections()
        try:
            run_due_jobs()
            tell_that_nobody_works()
        except (DatabaseError, OSError):
            # The database or the mail server may be restarting; the next look tries again.
            logger.exception("The scheduler could not reach the database or the mail server")
