"""What a running site gives nobody who has not signed in, tried from outside.

    python scripts/check_doors.py https://academy.example.gov [https://files.example.gov]

The second address is the host of uploads (UPLOADS_ORIGIN), where nothing may be answered but files.
Changes nothing; one wrong sign-in is tried, with an address and a password that everybody knows.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlencode, urlsplit

STRANGER = "evil.example.org"
DOOR = "/en/account/login/"
# Pages of operators and of a demonstration, and what lies on the disk beside the files that are handed out.
CLOSED = (
    "/metrics", "/styleguide/", "/demo/mail/", "/cms/users/", "/static/", "/media/",
    "/.env", "/.git/HEAD", "/academy.sqlite3", "/keys/root.p12", "/private/", "/backups/",
    *(f"/{folder}{up}{file}" for folder in ("static", "media") for up in ("../", "/../", "/%2e%2e/", "/..%2f")
      for file in ("academy.sqlite3", "keys/root.p12", "private/")),
)  # fmt: skip
SIGNED_IN = ("/cms/", "/cms/pages/", "/en/my/", "/en/reports/", "/en/account/2fa/")
WRONG = ("/en/there-is-no-such-page/", "/en/workshops/%00/", "/en/?page=%FF", "/v/'\"<>", DOOR + "?next=//" + STRANGER)
# What a site answers, and a host of uploads does not.
PAGES = ("/", "/en/", DOOR, "/cms/", "/worker.js", "/health/live", "/static/css/academy.css", "/media/", "/documents/")
# Words of a page of errors that is for those who develop.
INSIDE = re.compile(r"Traceback|DEBUG = True|Request Method:|site-packages|/opt/|DJANGO_SETTINGS_MODULE")
# An account of the demonstration (operations/demo/people.py): no installation in use has it.
DEMONSTRATION = ("learner@demo.example", "migration-health")


@dataclass(frozen=True)
class Answer:
    """Status, headers by small name (of several by one name all, one a line) and text of an answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    def leads_to(self) -> str:
        """The address of a redirect."""
        return self.headers.get("location", "")


# ask(path, method="GET", headers={…}, body="…", secure=True)
Ask = Callable[..., Answer]


def complaints(ask: Ask, host: str) -> Iterator[str]:
    """Yield a sentence for each door that should be closed and is not."""
    for path in CLOSED:
        if (status := ask(path).status) == HTTPStatus.OK or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            yield f"{path} is answered with {status}."
    for path in SIGNED_IN:
        if "/login/" not in ask(path).leads_to():
            yield f"{path} does not lead to the door."
    for path in WRONG:
        answer = ask(path)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or INSIDE.search(answer.text):
            yield f"{path} tells how the site is made, or fails."
    yield from _of_methods_and_names(ask, host)
    yield from _of_a_known_password(ask, host)


def complaints_of_uploads(ask: Ask) -> Iterator[str]:
    """Yield a sentence for whatever the host of uploads answers, other than that it is not there."""
    for path in PAGES:
        answer = ask(path)
        if answer.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
            yield f"{path} is answered with {answer.status} at the host of uploads."
        if answer.headers.get("set-cookie"):
            yield f"{path} sets a cookie at the host of uploads."
        if "sandbox" not in answer.headers.get("content-security-policy", ""):
            yield f"{path} may run what is in it at the host of uploads."


def _of_methods_and_names(ask: Ask, host: str) -> Iterator[str]:
    if ask("/en/", method="TRACE", headers={"X-Word": STRANGER}).status < HTTPStatus.BAD_REQUEST:
        yield "TRACE is answered."
    if ask("/en/", headers={"Host": STRANGER}).status != HTTPStatus.BAD_REQUEST:
        yield "The site answers to a name that is not its own."
    told = ask("/cms/", headers={"X-Forwarded-Host": STRANGER})
    if STRANGER in told.leads_to() + told.text:
        yield "The site believes a caller who says under which name it was asked."
    for name in (host, STRANGER):
        if not ask("/en/", secure=False, headers={"Host": name}).leads_to().startswith(f"https://{host}/"):
            yield f"Without encryption a caller who says {name} is not led to https://{host}/."


def _of_a_known_password(ask: Ask, host: str) -> Iterator[str]:
    door = ask(DOOR)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', door.text)
    cookies = "; ".join(line.partition(";")[0] for line in door.headers.get("set-cookie", "").splitlines())
    login, password = DEMONSTRATION
    form = {"csrfmiddlewaretoken": token[1] if token else "", "login": login, "password": password}
    headers = {
        "Cookie": cookies,
        "Referer": f"https://{host}{DOOR}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    status = ask(DOOR, method="POST", headers=headers, body=urlencode(form)).status
    if status not in {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}:
        yield f"{login} comes in with the password of the demonstration, or the door does not work ({status})."


def asking(host: str) -> Ask:
    """Return what asks a site, with paths as they are given: no program on the way makes them tidy."""

    def ask(
        path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = "", secure: bool = True
    ) -> Answer:
        line = (HTTPSConnection if secure else HTTPConnection)(host, timeout=20)
        try:
            line.request(method, path, body or None, {"User-Agent": "check_doors", **(headers or {})})
            answer = line.getresponse()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                found[name.lower()] = "\n".join(filter(None, [found.get(name.lower()), value]))
            return Answer(answer.status, found, answer.read().decode(errors="replace"))
        finally:
            line.close()

    return ask


def main() -> int:
    """Return 0 where every door is closed."""
    addresses = [urlsplit(each) for each in sys.argv[1:]]
    hosts = [each.hostname for each in addresses if each.scheme == "https" and each.hostname]
    if len(hosts) != len(addresses) or len(hosts) not in {1, 2}:
        sys.exit(__doc__)
    found = list(complaints(asking(hosts[0]), hosts[0]))
    for host in hosts[1:]:
        found += complaints_of_uploads(asking(host))
    print("\n".join(found) or "Every door is closed.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
