"""What is noted of a request and of a job: enough to find what is slow, nothing about anybody."""

import json
import logging

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django_tasks_db.models import DBTaskResult

from audit.context import RequestFilter
from audit.models import Event
from audit.services import record
from config.logs import logging_of
from core.jobs import enqueue
from core.log_lines import JsonFormatter
from core.shared_pages import SECONDS, SharedPages
from core.tracing import belonging_to
from operations.middleware import note_shared_page
from tests.factories.people import make_account
from tests.jobs import DATABASE_QUEUE, work_off
from tests.security.test_answers import settings_of_production

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(settings, caplog):
    """`noted()`: the lines so far, as JSON."""
    settings.LOG_REQUESTS = True
    caplog.set_level(logging.INFO, logger="operations.middleware")
    caplog.set_level(logging.INFO, logger="core.jobs")
    caplog.handler.addFilter(RequestFilter())
    formatter = JsonFormatter()
    return lambda: [json.loads(formatter.format(each)) for each in caplog.records]


def test_a_request_has_one_line_with_its_view_and_no_address(noted):
    account = make_account()
    client = Client()
    client.force_login(account)

    response = client.get("/en/my/?q=Sidorova", headers={"user-agent": "Somebody’s telephone"})

    [line] = noted()
    assert set(line) == {"at", "level", "logger", "request", "network", "view", "method", "status", "ms", "queries"}
    assert [line[name] for name in ("level", "logger", "request", "view", "method", "status")] == [
        "INFO", "operations.middleware", response["X-Request-ID"], "my_learning", "GET", 200,
    ]  # fmt: skip
    assert (line["queries"] > 0, line["ms"] > 0) == (True, True)
    words = json.dumps(line)
    assert [each for each in (account.email, "Sidorova", "telephone", "/en/my/") if each in words] == []


@pytest.mark.parametrize(
    ("path", "view", "status"),
    [
        ("/v/ABCDEFGHJKMNP", "verification", 404),
        ("/en/account/invitation/ThisOpensSomething/", "invitation", 404),
        ("/workshops/feed/ThisOpensSomething.ics", "calendar_feed", 404),
        ("/en/nothing/of/Ivan.Sidorov@example.org/", "wagtail_serve", 404),
        ("/en", "-", 301),
    ],
)
def test_codes_and_secrets_of_addresses_are_not_in_its_line(noted, path, view, status):
    Client().get(path)

    [line] = [each for each in noted() if each["logger"] == "operations.middleware"]
    assert line["status"] == status
    assert [word for word in ("ABCDEFGHJKMNP", "ThisOpens", "Sidorov") if word in json.dumps(line)] == []


def test_nothing_is_noted_where_nobody_asked_for_it(noted, settings):
    settings.LOG_REQUESTS = False

    Client().get("/en/")

    assert noted() == []


def test_a_page_that_strangers_share_is_noted_without_the_request_of_another(noted):
    headers = [("Cache-Control", f"public, s-maxage={SECONDS}"), ("X-Request-ID", "somebody-else")]

    def page(_environ, start_response):
        start_response("200 OK", list(headers))
        return [b"a page"]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/en/"}
    application, answered = SharedPages(page, told=note_shared_page), []
    for _time in range(2):
        application(environ, lambda status, headers: answered.append(dict(headers)))

    [line] = noted()
    assert (line["view"], line["status"], line["request"]) == ("shared page", 200, "-")
    assert ["X-Request-ID" in each for each in answered] == [True, False]


# --- Ids --------------------------------------------------------------------------------------------------------------
def test_an_id_of_a_proxy_is_taken_over_where_it_is_trusted(settings):
    settings.REQUEST_ID_HEADER = "X-Request-ID"

    answers = [
        Client().get("/health/live", headers={"x-request-id": said})["X-Request-ID"]
        for said in ("8a1f0c5293a14b7e9a510d6a7c1e2f3b", "8a1f0c52-93a1-4b7e-9a51-0d6a7c1e2f3b")
    ]

    assert answers == ["8a1f0c5293a14b7e9a510d6a7c1e2f3b"] * 2


@pytest.mark.parametrize("said", ["short", "x" * 200, "a b c d e f g h", "line\nbreak-and-more", "<script>alert(1)"])
def test_an_id_that_a_caller_made_up_is_not_believed(settings, said):
    settings.REQUEST_ID_HEADER = "X-Request-ID"

    assert len(Client().get("/health/live", headers={"x-request-id": said})["X-Request-ID"]) == 32


def test_without_a_trusted_proxy_every_request_has_an_id_of_ours():
    said = "8a1f0c5293a14b7e9a510d6a7c1e2f3b"

    assert Client().get("/health/live", headers={"x-request-id": said})["X-Request-ID"] != said


@pytest.mark.parametrize("path", ["/health/live", "/en/nothing/", "/en", "/static/nothing.css", "/en/my/"])
def test_every_answer_names_its_request(path):
    assert len(Client().get(path)["X-Request-ID"]) == 32


# --- Jobs -------------------------------------------------------------------------------------------------------------
def remember_something() -> None:
    record("people.language_chosen")


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_a_job_and_what_it_records_belong_to_the_request_that_asked_for_it(noted, settings):
    settings.TASKS = DATABASE_QUEUE
    account = make_account()
    with belonging_to("a-request-of-somebody"):
        enqueue(f"{__name__}.remember_something")
    work_off()

    [line] = [each for each in noted() if each["logger"] == "core.jobs"]
    assert (line["request"], line["job"], line["outcome"]) == (
        "a-request-of-somebody", f"{__name__}.remember_something", "done",
    )  # fmt: skip
    assert Event.objects.get(action="people.language_chosen").request_id == "a-request-of-somebody"
    assert account.email not in json.dumps(line)


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_says_so_without_what_it_was_given(noted, settings):
    settings.TASKS = DATABASE_QUEUE
    enqueue("mail.tasks.send", "Ivan Sidorov")
    work_off()

    lines = [each for each in noted() if each["logger"] == "core.jobs"]
    again = DBTaskResult.objects.get(status="READY")
    assert [(each["level"], each.get("outcome")) for each in lines] == [("ERROR", None), ("INFO", "failed")]
    assert lines[0]["message"] == "Job mail.tasks.send failed (1 tries so far)"
    assert again.args_kwargs["args"][2:] == [1, ""]


# --- Form -------------------------------------------------------------------------------------------------------------
def test_an_error_is_one_line_with_its_traceback(noted, monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("home.views.Term", None)

    client.get("/en/glossary/")

    [error] = [each for each in noted() if each["level"] == "ERROR"]
    assert (error["logger"], "Traceback" in error["traceback"]) == ("django.request", True)


def levels(logging_settings):
    """From which level on each logger writes; None where the web server says so itself."""
    return {name: each.get("level") for name, each in logging_settings["loggers"].items()}


def test_production_writes_json_about_every_request(production_logging):
    assert production_logging["handlers"]["stderr"]["formatter"] == "json"
    assert levels(production_logging) == {"operations.middleware": "INFO", "core.jobs": "INFO", "gunicorn.error": None}


@pytest.fixture
def production_logging(monkeypatch):
    return settings_of_production(monkeypatch)["LOGGING"]


def test_others_write_only_when_something_is_wrong():
    quiet = logging_of(form="line", level="WARNING", requests=False)

    assert levels(quiet) == {"operations.middleware": "NOTSET", "core.jobs": "NOTSET", "gunicorn.error": None}
    assert quiet["root"]["level"] == "WARNING"
    assert quiet == django_settings.LOGGING
