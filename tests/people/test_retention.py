"""What may be kept no longer is erased by itself, and nothing else."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from mail.models import Message
from mail.services import plan_written
from people.models import Account, Invitation, Membership, Person
from people.services import apply_retention
from people.services.retention import _before
from people.tasks import keep_to_retention
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db

NOTHING = {"messages": 0, "lists": 0, "invitations": 0, "join_requests": 0, "people": 0}


@pytest.fixture
def long_known() -> Person:
    """Somebody who has been known for three years, and whom nothing needs."""
    return known_since(make_person(agency=make_agency()), years=3)


def known_since(person: Person, *, years: int) -> Person:
    moment = timezone.now() - timedelta(days=366 * years)
    Person.objects.filter(pk=person.pk).update(created_at=moment)
    Account.objects.filter(person=person).update(created_at=moment, last_login=moment)
    Membership.objects.filter(person=person).update(valid_from=moment.date())
    return person


def names() -> list[str]:
    return list(Person.objects.order_by("pk").values_list("family_name", flat=True))


def test_whoever_is_needed_by_nothing_is_erased_after_the_months_that_the_settings_name(long_known):
    assert apply_retention() == {**NOTHING, "people": 1}

    assert names() == ["Erased person"]
    assert apply_retention() == NOTHING
    assert Event.objects.get(action="people.retention_applied").after == {**NOTHING, "people": 1}


def test_a_dry_run_says_what_would_be_and_changes_nothing(long_known):
    out = StringIO()

    call_command("retention", "--dry-run", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {**NOTHING, "people": 1}
    assert names() == [long_known.family_name]


def test_nobody_is_erased_where_the_months_are_nought(long_known, settings):
    settings.RETENTION_CONTACT_MONTHS = 0

    assert keep_to_retention() == 0


def test_somebody_who_came_lately_stays():
    make_person(agency=make_agency())

    assert apply_retention() == NOTHING


def signs_in(person):
    account = make_account(person=person)
    Account.objects.filter(pk=account.pk).update(last_login=timezone.now())


def holds_a_role(person):
    account = make_account("facilitator", person=person)
    Account.objects.filter(pk=account.pk).update(last_login=None)


@pytest.mark.parametrize(
    "needs",
    [
        signs_in,
        holds_a_role,
        lambda person: make_enrolment(person, make_module("M9", lessons=1)),
        lambda person: make_certificate(person=person),
        lambda person: register(make_workshop(starts_on=timezone.localdate() - timedelta(days=40)), person),
    ],
    ids=["signs in", "has a role", "learns", "holds a certificate", "took part"],
)
def test_whoever_something_needs_stays(long_known, needs):
    needs(long_known)

    apply_retention()

    long_known.refresh_from_db()
    assert long_known.family_name != "Erased person"


def test_letters_lose_their_words_and_stay_as_rows(long_known):
    Person.objects.update(created_at=timezone.now())
    message = plan_written(key="old", recipient=long_known, subject="Old", text="Words", language="en")
    old = timezone.now() - timedelta(days=366 * 3)
    Message.objects.filter(pk=message.pk).update(created_at=old, send_after=old)
    plan_written(key="new", recipient=long_known, subject="New", text="Words", language="en")

    assert apply_retention() == {**NOTHING, "messages": 1}
    assert sorted(Message.objects.values_list("subject", flat=True)) == ["", "New"]


def test_invitations_that_nobody_accepted_are_deleted():
    old = timezone.now() - timedelta(days=400)
    values = {"agency": make_agency(), "invited_by": make_account("manager"), "since": old.date(), "invited_at": old}
    Invitation.objects.create(email="a@example.org", secret_digest="1", expires_at=old + timedelta(days=14), **values)
    lately = timezone.now() + timedelta(days=1)
    Invitation.objects.create(email="b@example.org", secret_digest="2", expires_at=lately, **values)

    assert apply_retention() == {**NOTHING, "invitations": 1}
    assert Invitation.objects.get().email == "b@example.org"


def test_months_are_counted_as_people_count_them():
    day = timezone.localdate().replace(year=2026, month=3, day=31)

    assert [str(_before(day, months)) for months in (1, 3, 12, 15)] == [
        "2026-02-28", "2025-12-31", "2025-03-31", "2024-12-31",
    ]  # fmt: skip
