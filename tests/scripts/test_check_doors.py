"""The checker of doors notices each that is open, and finds none at an installation in production."""

from typing import Any

import pytest
from django.test import Client

from operations.demo.people import DOMAIN
from operations.demo.people import PASSWORD as KNOWN
from scripts.check_doors import (
    CLOSED,
    DEMONSTRATION,
    PAGES,
    SIGNED_IN,
    WRONG,
    Answer,
    complaints,
    complaints_of_uploads,
)
from tests.factories.people import make_account
from tests.factories.sign_ins import give_password
from tests.security.test_answers import settings_of_production

HOST = "academy.example.org"


def ask(path: str, *, method: str = "GET", headers: Any = None, body: str = "", secure: bool = True) -> Answer:
    """Ask the Academy of this test as its proxy would, which refuses TRACE by itself."""
    if method == "TRACE":
        return Answer(405, {}, "")
    proxy = {"x-forwarded-proto": "https" if secure else "http", "x-forwarded-host": ""}
    sent = {"host": HOST, **(headers or {}), **proxy}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    kind = sent.pop("Content-Type", "text/plain")
    response = client.generic(method, path, body, content_type=kind, secure=secure, headers=sent)
    text = b"".join(response) if response.streaming else response.content
    told = {name.lower(): value for name, value in response.items()}
    cookies = "\n".join(each.OutputString() for each in response.cookies.values())
    return Answer(response.status_code, {**told, "set-cookie": cookies}, text.decode(errors="replace"))


@pytest.fixture
def production(settings: Any, db: None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        found = settings_of_production(patch)
    names = ["ALLOWED_HOSTS", "DEBUG", "DEMO", "SITE_ADDRESS", "SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT"]
    for name in [*names, "CSRF_COOKIE_NAME", "SESSION_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_SECURE"]:
        setattr(settings, name, found[name])


def test_production_has_no_open_door_but_what_its_proxy_keeps_closed(production: None) -> None:
    assert list(complaints(ask, HOST)) == [
        # The proxy leads everybody to the name of the site (deploy/nginx), the Academy refuses the other name.
        f"Without encryption a caller who says evil.example.org is not led to https://{HOST}/.",
    ]


def test_somebody_of_the_demonstration_in_production_is_noticed(production: None) -> None:
    account = give_password(make_account(email=DEMONSTRATION[0]))
    account.set_password(DEMONSTRATION[1])
    account.save()

    assert [f"learner@{DOMAIN}", KNOWN] == list(DEMONSTRATION)
    assert [each for each in complaints(ask, HOST) if "the password of the demonstration" in each] == [
        "learner@demo.example comes in with the password of the demonstration, or the door does not work (302)."
    ]


def test_every_open_door_is_noticed() -> None:
    def open_to_all(_path: str, **_how: Any) -> Answer:
        return Answer(200, {}, "Traceback: evil.example.org")

    found = list(complaints(open_to_all, HOST))

    assert len(found) == len(CLOSED) + len(SIGNED_IN) + len(WRONG) + 5


def test_a_host_of_uploads_has_no_open_door(production: None, settings: Any) -> None:
    def ask_there(path: str) -> Answer:
        return ask(path, headers={"host": "files.example.org"})

    assert len(list(complaints_of_uploads(ask_there))) > 0
    settings.UPLOADS_ORIGIN, settings.UPLOADS_HOST = "https://files.example.org", "files.example.org"
    settings.ALLOWED_HOSTS = [HOST, "files.example.org"]

    assert list(complaints_of_uploads(ask_there)) == []


def test_a_host_of_uploads_that_is_the_site_is_noticed() -> None:
    def as_the_site(_path: str) -> Answer:
        return Answer(200, {"set-cookie": "a=b"}, "")

    assert len(list(complaints_of_uploads(as_the_site))) == 3 * len(PAGES)


def test_a_server_that_fails_is_no_closed_door() -> None:
    def failing(_path: str, **_how: Any) -> Answer:
        return Answer(500, {}, "")

    found = list(complaints(failing, HOST))

    assert found[: len(CLOSED)] == [f"{path} is answered with 500." for path in CLOSED]
