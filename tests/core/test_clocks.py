"""By whose clock moments are shown."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from core import clocks
from mail.services import plan_message
from people.services import choose_language, record_consent
from tests.factories.people import make_person

# 20:30 UTC is 23:30 in Minsk, half past midnight of the next day in Tbilisi and 21:30 in Warsaw.
MOMENT = datetime(2026, 3, 9, 20, 30, tzinfo=UTC)


def shown(form, value=MOMENT, name="date"):
    return Template("{{ value|" + name + ':"' + form + '" }}').render(Context({"value": value}))


@pytest.mark.parametrize(
    ("zone", "with_time", "only_time"),
    [
        ("Asia/Tbilisi", "10 March 2026, 00:30", "00:30"),
        ("Europe/Warsaw", "9 March 2026, 21:30", "21:30"),
        ("Mars/Base", "9 March 2026, 23:30", "23:30"),
        ("../etc/passwd", "9 March 2026, 23:30", "23:30"),
    ],
)
def test_a_moment_with_its_time_follows_the_reader_and_a_day_alone_does_not(zone, with_time, only_time):
    with clocks.shown_by(zone):
        assert (shown("TIME_FORMAT"), shown("TIME_FORMAT", name="time")) == (only_time, only_time)
        assert clocks.said(MOMENT, "TIME_FORMAT") == only_time
        assert clocks.said(MOMENT, "DATETIME_FORMAT") == shown("DATETIME_FORMAT")
        assert only_time in shown("DATETIME_FORMAT")
        assert (shown("DATE_FORMAT"), shown("Y-m-d")) == ("9 March 2026", "2026-03-09")


def test_afterwards_and_without_a_reader_the_clock_is_that_of_the_academy():
    with clocks.shown_by("Asia/Tbilisi"):
        pass

    assert (shown("TIME_FORMAT"), clocks.said(None, "TIME_FORMAT")) == ("23:30", "")


def test_what_is_no_moment_or_was_put_into_a_zone_is_shown_as_it_is():
    with clocks.shown_by("Asia/Tbilisi"):
        assert shown("TIME_FORMAT", time(9, 0), "time") == "09:00"
        assert shown("DATETIME_FORMAT", datetime(2026, 3, 9, 9, 0)).endswith("09:00")  # noqa: DTZ001
        assert shown("DATE_FORMAT", date(2026, 3, 9)) == "9 March 2026"
        assert (shown("DATE_FORMAT", None), shown("TIME_FORMAT", "", "time")) == ("", "")
        in_a_zone = Template('{% load tz %}{{ value|timezone:"Europe/Warsaw"|date:"TIME_FORMAT" }}')
        assert in_a_zone.render(Context({"value": MOMENT})) == "21:30"
        assert timezone.localtime(MOMENT).hour == 23


@pytest.mark.django_db
def test_pages_follow_whoever_reads(client_of, account):
    with time_machine.travel(MOMENT, tick=False):
        record_consent(person=account.person, purpose="news")
    client = client_of(account)
    assert "09.03.2026 23:30" in client.get(reverse("consents")).content.decode()

    choose_language(person=account.person, language="en", time_zone="Asia/Tbilisi")

    page = client.get(reverse("consents")).content.decode()
    assert "10.03.2026 00:30" in page
    assert "by the clock of Tbilisi" in page


@pytest.mark.django_db
def test_a_mail_follows_its_reader_and_not_whoever_caused_it():
    person = make_person(time_zone="Europe/Warsaw")
    with clocks.shown_by("Asia/Tbilisi"):
        context = {"at": MOMENT, "zone": "", "browser": "", "change": "", "sessions": "", "support": ""}
        message = plan_message(key="k", recipient=person, template="people/sign_in_changed", context=context)

    assert "21:30" in message.text
    assert "00:30" not in message.text
