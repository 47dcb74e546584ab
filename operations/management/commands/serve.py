"""`serve`: web server, worker and scheduler under one supervisor, stopped together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.management.snapshots import kept_database
from operations.supervision import Child, background, pause_before_restart, web_server

PATIENCE_AT_START = 60.0
PATIENCE_AT_END = 15.0
LOOK_EVERY = 0.2


def refuse_an_interrupted_upgrade() -> None:
    """Raise CommandError while there is something to go back to: what people write now, going back would lose."""
    if kept_database().exists():
        raise CommandError(
            "An upgrade is at work here, or was interrupted. When none is at work, run `upgrade` of the new release "
            "again, or `upgrade --undo`, which makes the database what it was."
        )


def refuse_a_taken_port(address: str, port: int) -> None:
    """Raise CommandError with one sentence when somebody else listens there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as trouble:
            if trouble.errno != errno.EADDRINUSE:
                raise CommandError(f"This machine cannot listen on {address}:{port}: {trouble.strerror}.") from trouble
            raise CommandError(
                f"Port {port} is taken by another program: stop that, or choose another port with PORT={port + 1}."
            ) from trouble


class Run:
    """A child as it runs: started, dead, waiting to be started again."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.lifetimes: list[float] = []
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.start_again_at: float | None = None
        # In a session of its own, so that Ctrl-C reaches the supervisor only, which then stops everything in order.
        self.process = subprocess.Popen(  # noqa: S603 - the commands are those of operations/supervision.py
            self.child.command, cwd=settings.BASE_DIR, start_new_session=True
        )

    def look(self) -> str:
        """Start the child again if it died a while ago. Returns a line to tell the operator, or nothing."""
        if self.start_again_at is not None:
            if time.monotonic() >= self.start_again_at:
                self.start()
            return ""
        if self.process.poll() is None:
            return ""
        self.lifetimes.append(time.monotonic() - self.started_at)
        pause = pause_before_restart(self.lifetimes)
        self.start_again_at = time.monotonic() + pause
        return f"The {self.child.name} ended with code {self.process.returncode}; it starts again in {pause:.0f} s."


def stop(runs: Sequence[Run]) -> None:
    """Ask all to end, the latest first, and kill those that do not."""
    for run in reversed(runs):
        if run.process.poll() is None:
            run.process.terminate()
    deadline = time.monotonic() + PATIENCE_AT_END
    for run in runs:
        try:
            run.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            run.process.kill()
            run.process.wait()


def forget_counts() -> None:
    """Begin to count requests from nothing: files of processes that are gone are counted no more."""
    for file in settings.METRICS_FOLDER.glob("*.db"):
        file.unlink(missing_ok=True)


class Command(BaseCommand):
    """Keeps an installation on one machine alive until Ctrl-C or SIGTERM."""

    help = "Serve: web server, worker and scheduler in one command."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only", choices=["web", "worker", "scheduler"], help="One of them, where systemd or a container looks on."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_an_interrupted_upgrade()
        if options["only"] == "web":
            forget_counts()
        if options["only"]:
            self._become(options["only"])
        refuse_a_taken_port(settings.BIND_ADDRESS, settings.PORT)
        forget_counts()
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        runs: list[Run] = []
        try:
            self._supervise(runs)
        finally:
            stop(runs)
        self.stderr.write("Stopped.")

    def _stop(self, *_signal: Any) -> None:
        self.stopping = True

    def _supervise(self, runs: list[Run]) -> None:
        """Start the web server, wait until it answers, start the rest, look after all of them."""
        runs.append(Run(self._web_server()))
        self._wait_until_alive(runs[0])
        if not self.stopping:
            self._announce()
            runs.extend(Run(child) for child in self._background())
        while not self.stopping:
            time.sleep(LOOK_EVERY)
            for run in runs:
                if news := run.look():
                    self.stderr.write(news)

    def _become(self, name: str) -> NoReturn:
        """Let the process of this command go on as that one, so that whoever started it looks after it."""
        worker, scheduler = self._background()
        command = {"web": self._web_server(), "worker": worker, "scheduler": scheduler}[name].command
        os.execv(command[0], command)  # noqa: S606 - the commands are those of operations/supervision.py

    @staticmethod
    def _background() -> tuple[Child, ...]:
        return background(python=sys.executable, manage=str(settings.BASE_DIR / "manage.py"))

    @staticmethod
    def _web_server() -> Child:
        return web_server(
            python=sys.executable,
            address=settings.BIND_ADDRESS,
            port=settings.PORT,
            workers=settings.WEB_WORKERS,
            threads=settings.WEB_THREADS,
        )

    def _wait_until_alive(self, web: Run) -> None:
        deadline = time.monotonic() + PATIENCE_AT_START
        while not self.stopping and not self._answers():
            if web.process.poll() is not None:
                raise CommandError("The web server did not start; the lines above say why.")
            if time.monotonic() > deadline:
                raise CommandError(f"The web server did not answer within {PATIENCE_AT_START:.0f} seconds.")
            time.sleep(LOOK_EVERY)

    @staticmethod
    def _answers() -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.BIND_ADDRESS, settings.BIND_ADDRESS)  # noqa: S104
        # Under a name of ours: in production it is asked under no other.
        request = Request(
            f"http://{host}:{settings.PORT}/health/live", headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".")}
        )
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310
                return answer.status == HTTPStatus.OK
        except (URLError, OSError):
            return False

    def _announce(self) -> None:
        """Say where things are, for the person at the terminal."""
        site = settings.SITE_ADDRESS
        self.stdout.write(f"\nThe academy is at   {site}/\nThe CMS is at       {site}/cms/")
        if settings.DEMO:
            from operations.demo.people import DOMAIN, PASSWORD

            self.stdout.write(f"Its mail is at      {site}/demo/mail/\n")
            self.stdout.write(f"Sign in with the password {PASSWORD} as")
            for role in ("learner", "facilitator", "coordinator", "manager", "editor", "admin", "lawyer", "doctor"):
                self.stdout.write(f"    {role}@{DOMAIN}")
        self.stdout.write("\nCtrl-C stops everything.")
        self.stdout.flush()
