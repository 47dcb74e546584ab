"""What was earned, as a page and as a file; what is due and when, on one page; the workshop that goes with a module."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Certificate
from courses.models import Assignment
from courses.services import assign
from people.models import Account
from programmes.services import create_programme
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    return client_of(account)


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        words(client, address)
    return len(captured)


def due(account: Account, code: str, days: int) -> None:
    """The person is asked to complete a module within so many days; negative: they have passed."""
    today, module = timezone.localdate(), make_module(code, lessons=1)
    asked = assign(module=module, person=account.person, due_on=today, actor=make_account("manager"))
    Assignment.objects.filter(pk=asked.pk).update(due_on=today + timedelta(days=days))


# --- Transcript ------------------------------------------------------------------------------------------------------


def test_the_transcript_says_what_was_earned_and_what_stands_for_it(account: Account, learner: Client) -> None:
    certificate = make_certificate(person=account.person)
    make_enrolment(account.person, make_module("M7", lessons=2), read=1)

    page = words(learner, "/en/my/transcript/")

    assert certificate.code in page
    assert "Module M7 en" not in page  # not completed
    assert "lessons" in page


def test_the_transcript_is_a_file_too(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M7", lessons=1), read=1)

    response = learner.get("/be/my/transcript/file/")

    assert response.content[:5] == b"%PDF-"
    assert response["Content-Disposition"].endswith(f'transcript-{account.person.public_code}.pdf"')
    assert "no-store" in response["Cache-Control"]


def test_who_has_earned_nothing_reads_how_to(learner: Client) -> None:
    assert "Nothing is completed yet" in words(learner, "/en/my/transcript/")


def test_nobody_reads_the_transcript_of_somebody_else(account: Account, client_of: ClientOf) -> None:
    make_enrolment(account.person, make_module("M7", lessons=1), read=1)

    assert "Module M7" not in words(client_of(make_account("administrator")), "/en/my/transcript/")


def test_the_transcript_asks_as_often_with_three_modules_as_with_one(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=1), read=1)
    words(learner, "/en/my/transcript/")
    one = count(learner, "/en/my/transcript/")
    for code in ("M2", "M3"):
        make_enrolment(account.person, make_module(code, lessons=1), read=1)

    assert count(learner, "/en/my/transcript/") == one


# --- Calendar --------------------------------------------------------------------------------------------------------


def test_the_calendar_has_sessions_modules_and_certificates_in_their_order(account: Account, learner: Client) -> None:
    today = timezone.localdate()
    due(account, "M1", 3)
    due(account, "M2", -3)
    workshop = make_workshop(starts_on=today + timedelta(days=40), title_en="A workshop to come")
    register(workshop, account.person)
    certificate = make_certificate(person=account.person)
    Certificate.objects.filter(pk=certificate.pk).update(expires_at=timezone.now() + timedelta(days=400))

    page = words(learner, "/en/my/calendar/")

    overdue, later = page.index("Overdue, and can still be completed"), page.index("Module M1 en")
    assert overdue < page.index("Module M2 en") < later < page.index("A workshop to come")
    assert page.index("A workshop to come") < page.rindex(certificate.code)
    assert "Certificate runs out" in page


def test_a_calendar_without_anything_says_so(learner: Client) -> None:
    assert "Nothing has a day at present" in words(learner, "/en/my/calendar/")


def test_the_calendar_asks_as_often_with_three_of_each_as_with_one(account: Account, learner: Client) -> None:
    def one_more(number: int) -> None:
        due(account, f"M{number}", number)
        register(make_workshop(starts_on=timezone.localdate() + timedelta(days=number)), account.person)

    one_more(1)
    words(learner, "/en/my/calendar/")
    one = count(learner, "/en/my/calendar/")
    one_more(2)
    one_more(3)

    assert count(learner, "/en/my/calendar/") == one


# --- The workshop that goes with a module ----------------------------------------------------------------------------


def test_a_module_names_the_next_workshop_of_its_programme(learner: Client) -> None:
    module, today = make_module("M1", lessons=1), timezone.localdate()
    programme = create_programme(code="P", title_en="Programme", starts_on=today, ends_on=today + timedelta(days=99))
    for days, code in ((30, "LATER"), (10, "SOON"), (-10, "OVER")):
        workshop = make_workshop(code=code, title_en=f"Held {code}", starts_on=today + timedelta(days=days))
        programme.workshops.add(workshop)
    make_workshop(code="OTHER", title_en="Held OTHER", starts_on=today + timedelta(days=5))
    programme.modules.add(module)

    for page in (words(learner, "/en/modules/M1/"), words(learner, "/en/modules/M1/M1.1/")):
        assert "Held SOON" in page
        assert not [code for code in ("LATER", "OVER", "OTHER") if f"Held {code}" in page]


def test_a_module_without_a_workshop_names_none(learner: Client) -> None:
    make_module("M1", lessons=1)
    make_workshop(starts_on=timezone.localdate() + timedelta(days=5))

    assert "A workshop that goes with it" not in words(learner, "/en/modules/M1/")
