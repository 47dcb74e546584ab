"""What Prometheus reads: only with the token, in a format that its own parser reads, summed over processes."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core.jobs import enqueue
from mail.models import Message
from operations.middleware import note_shared_page
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account, make_person
from tests.jobs import DATABASE_QUEUE

TOKEN = "a-token-of-thirty-two-characters"
pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _on(settings):
    settings.METRICS_TOKEN = TOKEN
    settings.TASKS = DATABASE_QUEUE


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample of the text: (name, values of its labels in the order of the alphabet …) and its value."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read() -> dict[tuple[str, ...], float]:
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/plain")
    return samples(answer.content.decode())


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "Bearer "), ("", ""), (TOKEN, ""), (TOKEN, "Bearer wrong"), (TOKEN, TOKEN), (TOKEN, "Bearer ключ")],
)
def test_without_the_token_there_is_no_such_page(settings, token, said):
    settings.METRICS_TOKEN = token

    assert Client().get("/metrics", headers={"authorization": said} if said else {}).status_code == 404


def test_requests_are_counted_by_view_and_by_status():
    client = Client()
    before = read()
    client.get("/en/glossary/")
    client.get("/en/glossary/")
    client.get("/en/nothing/")
    note_shared_page(200, 0.0001)
    after = read()

    def grown(*name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown("academy_request_seconds_count", "glossary") == 2
    assert grown("academy_request_seconds_bucket", "+Inf", "glossary") == 2
    assert grown("academy_request_seconds_count", "shared page") == 1
    assert (grown("academy_requests_total", "4xx"), grown("academy_requests_total", "2xx")) == (1, 4)


def test_no_label_names_anybody_or_an_address():
    account = make_account()
    client = Client()
    client.force_login(account)
    client.get("/en/my/")
    client.get("/v/ABCDEFGHJKMNP")
    client.get("/en/account/invitation/ThisOpensSomething/")

    labels = {label for _name, *labels in read() for label in labels}

    assert "my_learning" in labels
    assert [
        word for word in labels if "/" in word or "ABCDEF" in word or "Opens" in word or account.email in word
    ] == []


@pytest.mark.django_db(transaction=True)
def test_work_mail_and_certificates_stand_as_in_the_database():
    before = read()
    enqueue("mail.tasks.send_due")
    person = make_person()
    for number, state in enumerate(("failed", "planned")):
        Message.objects.create(key=str(number), recipient=person, address=person.email, state=state)
    make_certificate()
    after = read()

    changed = {name: value - before[(name,)] for (name, *labels), value in after.items() if not labels}
    assert {name: value for name, value in changed.items() if value} == {
        "academy_queue_waiting": changed["academy_queue_waiting"],
        "academy_mails_failed": 1,
        "academy_mails_due": changed["academy_mails_due"],
        "academy_certificates_issued": 1,
    }
    assert (changed["academy_queue_waiting"] >= 1, changed["academy_mails_due"] >= 1) == (True, True)


COUNT = """
import django; django.setup()
from operations.services.metrics import count_request
for number in range(50):
    count_request(view="module", status=200 if number % 5 else 500, seconds=0.03)
"""
TELL = """
import django; django.setup()
from prometheus_client import CollectorRegistry
from operations.services import metrics
metrics._state = CollectorRegistry  # the database is not asked here
print(metrics.exposition()[0].decode())
"""


def test_processes_add_up_those_that_have_ended_too(settings, tmp_path):
    surroundings = {
        **os.environ, "METRICS_TOKEN": TOKEN, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }  # fmt: skip

    def run(code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, env=surroundings, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
        ).stdout

    run(COUNT)
    run(COUNT)
    told = run(TELL)

    found = samples(told)
    assert found["academy_request_seconds_count", "module"] == 100
    assert found["academy_request_seconds_bucket", "0.025", "module"] == 0
    assert found["academy_request_seconds_bucket", "0.05", "module"] == 100
    assert (found["academy_requests_total", "2xx"], found["academy_requests_total", "5xx"]) == (80, 20)


def test_nothing_is_loaded_where_nobody_wants_it(settings):
    code = "import django; django.setup(); import sys, config.urls; sys.exit('prometheus_client' in sys.modules)"
    surroundings = {**os.environ, "METRICS_TOKEN": "", "DJANGO_SETTINGS_MODULE": "config.settings.dev"}

    assert (
        subprocess.run([sys.executable, "-c", code], env=surroundings, cwd=settings.BASE_DIR, check=False).returncode
        == 0
    )
