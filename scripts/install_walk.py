"""What scripts/install_drill.py installed, started and walked through: a name space without a network but its own.

    python -m scripts.install_walk ROOT SITE ADMIN

Commands are those of the units of systemd, with their account and without privileges or memory that is both written
and run. The walk is the journey of tests/journeys/test_official.py itself, over nginx, in a Chromium; letters are
taken by a mail server of this file.
"""

import fcntl
import os
import shlex
import signal
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.client import HTTPSConnection
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

PATIENCE = 90.0
MEMORY_IS_NOT_WRITTEN_AND_RUN = 65  # PR_SET_MDWE of Linux 6.3
# In the new system: as systemd would start it. What is not in this Linux is told and left out.
LIMITED = f"""
import ctypes, os, sys
if ctypes.CDLL(None).prctl({MEMORY_IS_NOT_WRITTEN_AND_RUN}, 1, 0, 0, 0) != 0:
    print("This Linux cannot forbid memory that is written and run.", file=sys.stderr)
os.umask(0o027)
os.chdir(sys.argv[1])
os.execv(sys.argv[2], sys.argv[2:])
"""
UNPRIVILEGED = [
    "setpriv", "--reuid=academy", "--regid=academy", "--init-groups",
    "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all",
]  # fmt: skip


def bring_up_the_loop() -> None:
    """Let this name space talk to itself."""
    up, flags = 0x8914, 0x1 | 0x40  # SIOCSIFFLAGS; IFF_UP and IFF_RUNNING
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, up, struct.pack("16sh", b"lo", flags))


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Return the first true answer, or end the walk."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    sys.exit(f"The walk waited {PATIENCE:.0f} seconds in vain: {what}")


# --- Mail -------------------------------------------------------------------------------------------------------------
class Mailbox(list[Any]):
    """Letters as the journeys know them, read where a letter is expected."""


class _Taker(socketserver.StreamRequestHandler):
    """As much of SMTP as somebody needs who takes everything."""

    mailbox: Mailbox

    def handle(self) -> None:
        self._say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb, _colon, rest = line.partition(":")
            if verb.upper() == "RCPT TO":
                to.append(rest.partition("<")[2].partition(">")[0])
            if verb.upper() == "DATA":
                self._say("354 go on")
                self.mailbox.append(_letter(to, b"".join(iter(self.rfile.readline, b".\r\n"))))
                to = []
            self._say("221 bye" if verb.upper() == "QUIT" else "250 well")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def _letter(to: list[str], content: bytes) -> SimpleNamespace:
    part = message_from_bytes(content, policy=default).get_body(("plain",))
    return SimpleNamespace(to=to, body=str(part.get_content()).replace("\r\n", "\n") if part else "")


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Take letters on port 25."""
    mailbox = Mailbox()
    taker = type("Taker", (_Taker,), {"mailbox": mailbox})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 25), taker) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield mailbox
        server.shutdown()


# --- Services ---------------------------------------------------------------------------------------------------------
class Services:
    """The units of the new system, without systemd."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        lines = (root / "etc/academy/academy.env").read_text(encoding="utf-8").splitlines()
        self.settings = dict(shlex.split(line)[0].split("=", 1) for line in lines)

    def start(self, name: str) -> None:
        """Start a unit by its command."""
        unit = self.root / "etc/systemd/system" / f"academy-{name}.service"
        facts = dict(line.split("=", 1) for line in unit.read_text(encoding="utf-8").splitlines() if "=" in line)
        python = f"{facts['WorkingDirectory']}/.venv/bin/python"
        limited = [python, "-c", LIMITED, facts["WorkingDirectory"], *facts["ExecStart"].split()]
        self._start(name, [*UNPRIVILEGED, *limited])

    def start_proxy(self) -> None:
        """Start nginx with its own configuration."""
        self._start("nginx", ["nginx", "-g", "daemon off;"])

    def _start(self, name: str, command: list[str]) -> None:
        surroundings = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **self.settings}
        self.running[name] = subprocess.Popen(["chroot", self.root, *command], env=surroundings)

    def stop(self, name: str) -> None:
        """Stop a unit as systemd does, and see that it ends by itself."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

    def died(self) -> list[str]:
        """Names of those that should run and do not."""
        return [name for name, process in self.running.items() if process.poll() is not None]


def ready(site: str) -> bool:
    """Whether the proxy says that the Academy is ready. Its certificate is one of its own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    line = HTTPSConnection("127.0.0.1", timeout=5, context=context)
    try:
        line.request("GET", "/health/ready", headers={"Host": site})
        return line.getresponse().status == 200  # noqa: PLR2004 - OK
    except OSError:
        return False
    finally:
        line.close()


# --- The walk ---------------------------------------------------------------------------------------------------------
def use_the_database(services: Services) -> None:
    """Look into the database of the new system from here, as its account."""
    address = services.settings.get("DATABASE_URL", "")
    folder = services.root / "var/lib/academy"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings.dev",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
        SECRET_KEY=services.settings["SECRET_KEY"],
        DATABASE_URL=f"{address}?host={services.root}/run/postgresql&user=academy"
        if address
        else f"sqlite:///{folder}/academy.sqlite3",
        VAR_DIR=str(services.root.parent / "walk"),
    )
    import django
    from django.db import connections

    django.setup()
    owner = folder.stat().st_uid
    kind: Any = type(connections["default"])
    connect = kind.get_new_connection

    def as_its_account(self: Any, parameters: Any) -> Any:
        """PostgreSQL asks which account is on the line when it begins."""
        os.seteuid(owner)
        try:
            return connect(self, parameters)
        finally:
            os.seteuid(0)

    kind.get_new_connection = as_its_account


@contextmanager
def browser(site: str) -> Iterator[Callable[..., Any]]:
    """`open_page(viewport=…, javascript=…)`, as the journeys have it, at the site."""
    from playwright.sync_api import sync_playwright

    from scripts.chromium import find
    from tests.journeys.conftest import DESKTOP, FLAGS, QUIET_SOON
    from tests.journeys.conftest import PATIENCE as MILLISECONDS

    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {site} 127.0.0.1"
        chromium = playwright.chromium.launch(executable_path=find(), args=[*FLAGS, rules])

        def open_page(*, viewport: Any = DESKTOP, javascript: bool = True) -> Any:
            context = chromium.new_context(
                base_url=f"https://{site}", viewport=viewport, java_script_enabled=javascript, locale="en",
                timezone_id="Europe/Minsk", ignore_https_errors=True,
            )  # fmt: skip
            context.set_default_timeout(MILLISECONDS)
            context.add_init_script(QUIET_SOON)
            return context.new_page()

        yield open_page
        chromium.close()


def the_administrator_comes_in(page: Any, address: str, mailbox: Mailbox) -> None:
    """By a code that comes by mail, into the CMS."""
    from playwright.sync_api import expect

    page.goto("/cms/")
    page.get_by_label("Work e-mail").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter Sign-In Code")
    from tests.journeys.steps import code_in_the_mail

    wait_for(lambda: any(letter.to == [address] for letter in mailbox), "a code by mail")
    page.get_by_label("Code").fill(code_in_the_mail(address, mailbox))
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_title("Dashboard - Wagtail")


def an_official_earns_a_certificate(services: Services, open_page: Callable[..., Any], mailbox: Mailbox) -> None:
    """The journey of tests/journeys/test_official.py, with a worker that works by itself."""
    from certificates.models import Certificate
    from people.models import Agency
    from tests.factories.people import make_account
    from tests.journeys import steps, test_official

    agency = Agency.objects.get(code="HLT-01-BR")
    official = make_account(agency=agency, email="newcomer@demo.example", name_latin="Hanna Kavaliova")
    take_the_test, code_in_the_mail = test_official._take_the_test, steps.code_in_the_mail  # noqa: SLF001

    def waited(address: str, letters: Any) -> str:
        wait_for(lambda: any(letter.to == [address] for letter in letters), "a code by mail")
        return code_in_the_mail(address, letters)

    def with_the_worker_away(*given: Any) -> Any:
        services.stop("worker")
        return take_the_test(*given)

    def work_off() -> None:
        services.start("worker")
        sealed = Certificate.objects.filter(person=official.person, sealed_at__isnull=False)
        wait_for(sealed.exists, "a sealed certificate")
        wait_for(lambda: mailbox[-1].to == [official.email] and "ertificate" in mailbox[-1].body, "a letter about it")

    replaced: Any = test_official
    steps.code_in_the_mail = waited  # type: ignore[assignment]
    replaced._take_the_test = with_the_worker_away  # noqa: SLF001
    replaced.work_off = work_off
    replaced.test_from_the_front_page_to_a_certificate_that_anybody_can_check(
        open_page,
        official,
        mailbox,
        javascript=True,
    )


def main() -> None:
    """Start everything, walk, and stop everything in order."""
    root, site, admin = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    bring_up_the_loop()
    services = Services(root)
    with mail_server() as mailbox:
        for name in ("web", "worker", "scheduler"):
            services.start(name)
        services.start_proxy()
        wait_for(lambda: ready(site) or services.died(), "/health/ready over the proxy")
        print("It is ready.", flush=True)
        use_the_database(services)
        with browser(site) as open_page:
            the_administrator_comes_in(open_page(), admin, mailbox)
            print("The administrator has come in.", flush=True)
            an_official_earns_a_certificate(services, open_page, mailbox)
            print("An official has earned a certificate, and somebody has checked it.", flush=True)
        if died := services.died():
            sys.exit(f"These ended by themselves: {', '.join(died)}")
        for name in list(services.running):
            services.stop(name)


if __name__ == "__main__":
    main()
