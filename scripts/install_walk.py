"""What scripts/install_drill.py installed, started and walked through: a name space without a network but its own.

    python -m scripts.install_walk stranger|people ROOT SITE ADMIN

Commands are those of the units of systemd, with their account and without privileges or memory that is both written
and run. A stranger looks at headers and doors (scripts/check_headers.py and check_doors.py of the release) and at what
listens. People walk as the journeys of tests/journeys/test_official.py and test_facilitator.py do, over nginx, in a
Chromium; letters are taken by a mail server of this file.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.client import HTTPSConnection
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

# On a machine that does other things as well, and with a worker that first does all that recurs.
PATIENCE = 180.0
# A worker ends the job that it has begun, and of the first night that is a backup which is brought back to be checked.
PATIENCE_AT_END = 900.0
OK = 200
SESSION = "__Host-session"
# A name space in which there is nobody else looks like a phone without a line.
ONLINE = "Object.defineProperty(navigator, 'onLine', { get: () => true });"
LISTENS = "0A"  # in /proc/net/tcp
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


class Letters(Sequence[Any]):
    """Those letters of a mailbox that somebody waits for, as they come: operators are written to as well."""

    def __init__(self, mailbox: Mailbox, wanted: Callable[[Any], bool]) -> None:
        self._mailbox, self._wanted = mailbox, wanted

    def __getitem__(self, index: Any) -> Any:
        return list(filter(self._wanted, self._mailbox))[index]

    def __len__(self) -> int:
        return len(self[:])


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
        process.wait(PATIENCE_AT_END)

    def died(self) -> list[str]:
        """Names of those that should run and do not."""
        return [name for name, process in self.running.items() if process.poll() is not None]


def status_of(site: str, path: str) -> int:
    """How the proxy answers, 0 where it does not. Its certificate is one of its own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    line = HTTPSConnection("127.0.0.1", timeout=5, context=context)
    try:
        line.request("GET", path, headers={"Host": site})
        return line.getresponse().status
    except OSError:
        return 0
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
            context.add_init_script(QUIET_SOON + ONLINE)
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
    from tests.journeys.steps import CODE, code_in_the_mail

    letters = Letters(mailbox, lambda letter: CODE.search(letter.body) is not None)
    wait_for(lambda: letters, "a code by mail")
    page.get_by_label("Code").fill(code_in_the_mail(address, letters))
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

    letters = Letters(mailbox, lambda letter: letter.to == [official.email])

    def waited(address: str, mailbox: Any) -> str:
        wait_for(lambda: mailbox, "a code by mail")
        return code_in_the_mail(address, mailbox)

    def with_the_worker_away(*given: Any) -> Any:
        services.stop("worker")
        return take_the_test(*given)

    def work_off() -> None:
        services.start("worker")
        sealed = Certificate.objects.filter(person=official.person, sealed_at__isnull=False)
        wait_for(sealed.exists, "a sealed certificate")
        wait_for(lambda: "ertificate" in letters[-1].body, "a letter about it")

    replaced: Any = test_official
    steps.code_in_the_mail = waited
    replaced._take_the_test = with_the_worker_away  # noqa: SLF001
    replaced.work_off = work_off
    replaced.test_from_the_front_page_to_a_certificate_that_anybody_can_check(
        open_page,
        official,
        letters,
        javascript=True,
    )


def a_facilitator_signs_a_register(open_page: Callable[..., Any], site: str) -> None:
    """The journey of tests/journeys/test_facilitator.py, with the second factor that production asks for."""
    from operations.demo.people import DOMAIN
    from operations.management.web import signed_in
    from people.models import Account
    from tests.factories.sign_ins import give_app
    from tests.journeys import test_facilitator

    def somebody(word: str) -> Account:
        account = Account.objects.get(email=f"{word}@{DOMAIN}")
        give_app(account)
        return account

    def open_page_as(account: Account, **options: Any) -> Any:
        page = open_page(**options)
        key = signed_in(account).session_key
        page.context.add_cookies([{"name": SESSION, "value": key, "url": f"https://{site}", "httpOnly": True}])
        return page

    test_facilitator.test_from_an_outline_to_a_signed_register(open_page_as, somebody, javascript=True)


def every_cookie_is_for_this_site_alone(page: Any, site: str) -> None:
    """What the browser of somebody who has signed in keeps."""
    kept = page.context.cookies()
    said = {(each["name"][:7], each["domain"], each["path"], each["secure"], each["httpOnly"]) for each in kept}
    if said != {("__Host-", site, "/", True, True)} or SESSION not in {each["name"] for each in kept}:
        sys.exit(f"These cookies are not for this site alone: {said}")


def no_stranger_gets_a_file_of_a_person(site: str) -> None:
    """A sealed certificate lies on the disk, and nginx knows nothing of it."""
    from certificates.models import Certificate

    name = Certificate.objects.filter(sealed_at__isnull=False).latest("sealed_at").pdf.name
    for place in (f"/media/{name}", f"/private/{name}", f"/media/../private/{name}", f"/static/../private/{name}"):
        if status_of(site, place) == OK:
            sys.exit(f"{place} is given to anybody.")


def listening() -> set[tuple[bool, int]]:
    """What listens in this name space: (whether other machines may ask it, port)."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            _number, here, _there, state, *_ = line.split()
            address, port = here.split(":")
            if state == LISTENS:
                found.add((int(address, 16) == 0, int(port, 16)))
    return found


# --- Who walks --------------------------------------------------------------------------------------------------------
def stranger(services: Services, site: str, _admin: str, _mailbox: Mailbox) -> None:
    """Look from outside, with what an operator has for it."""
    if (ports := {port for for_others, port in listening() if for_others}) != {80, 443}:
        sys.exit(f"Other machines may ask the ports {sorted(ports)}.")
    for name in ("check_headers", "check_doors"):
        # The certificate is one of its own, and so is who vouches for it.
        surroundings = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SSL_CERT_FILE": "/etc/academy/tls/site.pem"}
        command = ["python3", f"/opt/academy/current/scripts/{name}.py", f"https://{site}"]
        subprocess.run(["chroot", services.root, *command], env=surroundings, check=True)
    print("A stranger has found every door closed.", flush=True)


def people(services: Services, site: str, admin: str, mailbox: Mailbox) -> None:
    """Let an administrator, an official and a facilitator do their work."""
    use_the_database(services)
    with browser(site) as open_page:
        page = open_page()
        the_administrator_comes_in(page, admin, mailbox)
        every_cookie_is_for_this_site_alone(page, site)
        print("The administrator has come in.", flush=True)
        a_facilitator_signs_a_register(open_page, site)
        print("A facilitator has planned a workshop and signed a register.", flush=True)
        an_official_earns_a_certificate(services, open_page, mailbox)
        no_stranger_gets_a_file_of_a_person(site)
        print("An official has earned a certificate, and somebody has checked it.", flush=True)


WALKS = {"stranger": stranger, "people": people}


def main() -> None:
    """Start everything, walk, and stop everything in order."""
    who, root, site, admin = sys.argv[1:]
    bring_up_the_loop()
    services = Services(Path(root))
    with mail_server() as mailbox:
        for name in ("web", "worker", "scheduler"):
            services.start(name)
        services.start_proxy()
        wait_for(lambda: status_of(site, "/health/ready") == OK or services.died(), "/health/ready over the proxy")
        print("It is ready.", flush=True)
        WALKS[who](services, site, admin, mailbox)
        if died := services.died():
            sys.exit(f"These ended by themselves: {', '.join(died)}")
        for name in list(services.running):
            services.stop(name)


if __name__ == "__main__":
    main()
