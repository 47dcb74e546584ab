"""What the log says of refusals: enough to follow them up, nothing that must not be in it, one line each."""

import logging
import re
import socket
import threading
from contextlib import suppress

import pytest
from django.conf import settings as django_settings
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve

from audit.context import SECRETS, RequestFilter
from core.errors import MailGoneError
from core.jobs import PAUSES, SomeFailedError, for_each, run_job
from home.views import server_error
from mail.services import plan_written, send_message
from operations.addresses import addresses
from operations.supervision import web_server
from tests.factories.joining import make_invitation, secret_of
from tests.factories.people import make_account, make_person
from tests.factories.sign_ins import PASSWORD, give_app, give_password

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"


@pytest.fixture
def lines(caplog):
    """`lines()`: what stands in the log so far, as it is written."""
    words = django_settings.LOGGING["formatters"]["line"]
    formatter = logging.Formatter(words["format"], words["datefmt"], style="{")
    caplog.handler.addFilter(RequestFilter())
    return lambda: [formatter.format(record) for record in caplog.records]


def test_a_line_has_moment_with_offset_request_and_network(client, lines):
    response = client.get("/en/nothing/")

    [line] = lines()
    moment, level, name, request, network, words = line.split(" ", 5)
    assert (len(moment), moment[-5]) == (24, "+")
    assert (level, name, request) == ("WARNING", "django.request", response["X-Request-ID"])
    assert (len(network), words) == (16, "Not Found: /en/nothing/")


def test_who_asks_for_something_of_others_is_in_the_log(client, lines):
    client.force_login(make_account())

    client.get("/en/reports/")
    client.get("/en/my/certificates/NOTHING/")

    assert [line.split(" ", 5)[5].partition("\n")[0] for line in lines()] == [
        "Forbidden (Permission denied): /en/reports/",
        "Not Found: /en/my/certificates/NOTHING/",
    ]


def test_a_wrong_password_is_in_the_log_without_the_password_and_the_address(lines):
    account = give_password(make_account())

    Client().post(LOGIN, {"login": account.email, "password": "a wrong password"})
    Client().post(LOGIN, {"login": "nobody@example.org", "password": "a wrong password"})

    [known, unknown] = lines()
    assert {line.split(" ", 5)[5] for line in (known, unknown)} == {"account_login refused with 200"}
    assert [word for word in (account.email, "a wrong password", "nobody@") if word in known + unknown] == []


def test_a_wrong_second_factor_and_a_wrong_code_are_in_the_log(lines):
    account = give_password(make_account())
    give_app(account)
    client, other = Client(), Client()
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    client.post("/en/account/2fa/authenticate/", {"code": "000000"})
    other.post("/en/account/join/", {"email": "new@example.org"})
    other.post("/en/account/join/code/", {"code": "WRONG"})
    other.post("/en/account/login/code/", {"email": account.email})
    other.post("/en/account/login/code/confirm/", {"code": "WRONG"})

    said = [line.split(" ", 5)[5].split()[0] for line in lines()]
    assert said == ["mfa_authenticate", "join_code", "account_confirm_login_code"]


def test_a_right_one_is_an_event_and_no_warning(lines):
    account = give_password(make_account())

    Client().post(LOGIN, {"login": account.email, "password": PASSWORD})

    assert lines() == []


def test_nobody_writes_a_second_line(client, lines):
    client.get("/en/nothing%0aWARNING%20django.request%20forged/")

    [line] = lines()
    assert "\n" not in line


def test_an_error_is_in_the_log_with_its_request(client, lines, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("home.views.Term", None)

    response = client.get("/en/glossary/")

    [line] = lines()
    assert line.split(" ", 5)[1:4] == ["ERROR", "django.request", response["X-Request-ID"]]
    assert "Traceback" in line


@pytest.fixture
def refusing_mail_server(settings):
    """A mail server that knows nobody, and says whom."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            with suppress(OSError):
                while True:
                    caller, _address = door.accept()
                    with caller, caller.makefile("rw", newline="\r\n") as line:
                        line.write("220 hello\n")
                        line.flush()
                        for said in line:
                            word = said.split()[0].upper()
                            line.write("550 nobody of that name\n" if word == "RCPT" else "250 well\n")
                            line.flush()

        threading.Thread(target=answer, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = door.getsockname()
        yield
        door.shutdown(socket.SHUT_RDWR)


def test_a_reader_whom_no_mail_server_knows_is_not_named(lines, refusing_mail_server):
    person = make_person(email="ivan.sidorov@health.gov")
    message = plan_written(key="k", recipient=person, subject="Ivan, your seat", text="Come!", language="en")

    send_message(message)
    Client(raise_request_exception=False).post(
        "/en/account/login/code/", {"email": make_account(email="ivan.sidorov@clinic.gov").email}
    )

    with pytest.raises(MailGoneError):
        run_job.call("people.tasks.tell_erased", ["ivan.sidorov@health.gov", "en"], len(PAUSES))
    [letter, code, erased] = lines()
    assert letter.split(" ", 5)[5] == f"Message {message.pk} could not be sent: SMTPRecipientsRefused"
    assert "MailGoneError" in code
    assert "MailGoneError" in erased
    assert [line for line in (letter, code, erased) if "ivan" in line.lower()] == []
    assert "ivan.sidorov@health.gov" in message.failure


def test_one_of_many_that_fails_is_known_by_its_number(lines):
    person = make_person(family_name="Sidorov")

    for things in ([person], [(person, "a word", 7)]):
        with pytest.raises(SomeFailedError):
            for_each(things, lambda _thing: 1 / 0)

    assert [line.split(" ", 5)[5].partition("\n")[0] for line in lines()] == [
        f"people.Person {person.pk} failed",
        f"people.Person {person.pk}, str, int failed",
    ]


def test_the_log_goes_to_standard_error_and_nowhere_else():
    handlers = {name: handler["class"] for name, handler in django_settings.LOGGING["handlers"].items()}

    assert handlers == {"stderr": "logging.StreamHandler"}
    assert django_settings.LOGGING["root"]["handlers"] == ["stderr"]


# Parts of addresses that are no secrets: names of things, and codes that are printed for anybody.
_NO_SECRETS = {
    "code", "goes", "kind", "language", "lesson_code", "name", "number", "part", "path", "person", "phase", "root",
    "slug", "stays", "step",
}  # fmt: skip


def test_what_is_secret_in_an_address_is_known_by_its_name():
    """Whoever adds an address with a word in it says whether the word is a secret."""
    patterns = [each.pattern for each in addresses(get_resolver().url_patterns) if not each.pattern.startswith("/cms/")]
    words = {name for each in patterns for name in re.findall(r"<(?:str:|slug:|path:)?(\w+)>", each)}

    assert words == SECRETS | _NO_SECRETS


@pytest.mark.parametrize(
    "path",
    [
        "/en/account/invitation/{}/", "/en/workshops/invitation/{}/", "/en/workshops/evaluation/{}/",
        "/en/workshops/check-in/{}/", "/en/account/messages/stop/{}/", "/workshops/feed/{}.ics", "/b/{}/",
    ],
)  # fmt: skip
def test_a_secret_in_an_address_is_not_in_the_log(client, lines, path):
    client.get(path.format("ThisOpensSomething"))
    client.post(path.format("ThisOpensSomething"), {"a": "1"})

    said = lines()
    assert [line for line in said if "ThisOpensSomething" in line] == []
    assert path.endswith("/b/{}/") or said != [] or path == "/en/workshops/check-in/{}/"


def test_a_report_about_a_page_names_no_secret(client, agency_tree):
    """It would stand in the log of the proxy, as a question, and in the mailbox of those who help."""
    invited = make_invitation(agency=agency_tree.clinic, actor=make_account("administrator"))
    invitation = f"/en/account/invitation/{secret_of(invited)}/"
    request = RequestFactory().get(invitation)
    request.resolver_match = resolve(invitation)
    broken = server_error(request)

    named = [
        re.findall(r'/problem/\?page=([^"]+)"', answer.content.decode())
        for answer in (client.get(invitation), client.get("/en/account/invitation/ThisOpensSomething/"), broken)
    ]

    assert [set(each) for each in named] == [{"/en/account/invitation/%3Csecret%3E/"}] * 3


def test_the_web_server_writes_no_addresses_down():
    command = web_server(python="python", address="127.0.0.1", port=1, workers=1, threads=1).command

    assert [part for part in command if "access" in part] == []
