"""Reporting a problem."""

import pytest
from django.core import mail
from django.core.cache import cache

from home.services import REPORTS_AN_HOUR
from tests.factories.people import make_account

REPORT = {"text": "The button does nothing.\nI pressed twice.", "address": "/be/modules/M1/", "browser": "Old phone"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_reports_yet():
    cache.clear()


def test_a_report_names_the_page_the_browser_and_the_person_who_can_be_answered(client):
    account = make_account()
    client.force_login(account)

    response = client.post("/en/problem/", REPORT)

    assert response.status_code == 302
    sent = mail.outbox[0]
    assert (sent.to, sent.reply_to, sent.subject) == (
        ["support@example.org"],
        [account.email],
        "Problem: The button does nothing.",
    )
    assert all(part in sent.body for part in ["I pressed twice.", "Page: /be/modules/M1/", "Browser: Old phone"])


def test_page_and_browser_are_filled_in(client):
    response = client.get("/en/problem/?page=/en/modules/M1/", headers={"user-agent": "Old phone 4"})

    form = response.context["form"]
    assert (form["address"].value(), form["browser"].value()) == ("/en/modules/M1/", "Old phone 4")


def test_a_script_does_not_fill_the_mailbox(client):
    for _time in range(REPORTS_AN_HOUR):
        client.post("/en/problem/", REPORT)

    response = client.post("/en/problem/", REPORT)

    assert (response.status_code, len(mail.outbox)) == (200, REPORTS_AN_HOUR)
    assert "try again in an hour" in response.content.decode()
