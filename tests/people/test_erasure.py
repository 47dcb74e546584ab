"""A person's data are erased: nothing names somebody any more, and every figure stays."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import timezone

from assessments.services import save_response, submit_attempt
from audit.models import Event
from certificates.models import Certificate
from mail.models import Message
from mail.services import plan_written
from people.models import Account, DataRequest, Erasure, Membership, Person, RoleGrant
from people.services import (
    PeopleError,
    ask_about_data,
    change_latin_name,
    erase_person,
    export_json,
    export_pdf,
    grant_erasure,
    grant_role,
)
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, open_session, register
from workshops.models import ActionPlan, AttendanceEvent, Need, Registration

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def account() -> Account:
    """Somebody who left traces everywhere."""
    account = make_account("facilitator")
    person = account.person
    assert person is not None
    Membership.objects.filter(person=person).update(post="Head of the blue office")
    change_latin_name(person=person, name_latin="Hanna Kavaliova")
    workshop = make_workshop()
    registration = register(workshop, person)
    Registration.objects.filter(pk=registration.pk).update(post="Head of the blue office")
    open_session(workshop)
    now = timezone.now()
    ActionPlan.objects.create(registration=registration, what="Talk to Olga", written_at=now, changed_at=now)
    Need.objects.create(registration=registration, kinds=["diet"], note="No nuts", told_at=now)
    attempt = make_attempt(person, make_test(make_question("essay")))
    save_response(attempt=attempt, position=1, response="My own secret words", language="en", counter=1)
    submit_attempt(attempt=attempt)
    make_certificate(person=person)
    plan_written(key="letter:1", recipient=person, subject="Dear Hanna", text="Come to room 5", language="en")
    ask_about_data(person=person, kind="correction", text="My name is spelt wrongly", actor=account)
    return account


WORDS = [
    "Кавалёва", "Ганна", "Ігараўна", "Kavaliova", "person1@example.org", "blue office", "Talk to Olga", "No nuts",
    "secret words", "Dear Hanna", "room 5", "spelt wrongly",
]  # fmt: skip


def held(person: Person) -> str:
    return export_json(person=person).decode()


def counted(text: str, kinds: set[str]) -> dict[str, int]:
    return {each["what"]: len(each["rows"]) for each in json.loads(text)["held"] if each["what"] in kinds}


def words_in(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def test_what_is_taken_along_before_names_everything_and_after_an_erasure_nothing(account):
    person = account.person
    before = held(person)

    erase_person(person=person, ground=Erasure.Ground.ASKED)

    after = held(person)
    assert (words_in(before), words_in(after)) == (WORDS, [])
    facts = {"workshops.registration", "workshops.attendancerecord", "assessments.attempt", "certificates.certificate"}
    assert counted(before, facts) == counted(after, facts) == dict.fromkeys(facts, 1)


def test_nothing_in_the_database_names_the_person_any_more(account):
    person = account.person
    old_code = person.public_code

    erasure = erase_person(person=person, ground=Erasure.Ground.ASKED)

    person.refresh_from_db()
    account.refresh_from_db()
    assert (person.family_name, person.given_name) == ("Erased person", person.public_code)
    assert person.public_code != old_code
    assert (person.email, account.email) == (f"{person.public_code}@erased.invalid",) * 2
    assert (account.is_active, account.has_usable_password()) == (False, False)
    assert not EmailAddress.objects.filter(user=account).exists()
    assert not RoleGrant.objects.filter(account=account, valid_to__isnull=True).exists()
    assert not Membership.objects.filter(person=person, valid_to__isnull=True).exists()
    assert not Need.objects.filter(registration__person=person).exists()
    letters = Message.objects.filter(recipient=person)
    assert {(each.subject, each.text, each.address) for each in letters} == {("", "", "")}
    assert Certificate.objects.get(person=person).payload == {}
    said = Event.objects.filter(subject=person).exclude(action__in=["people.person_erased", "certificates.erased"])
    assert {(each.before, each.after, each.reason) for each in said} == {(None, None, "")}
    assert erasure.counts["workshops.need"] == 1


def test_erasing_twice_is_erasing_once(account):
    first = erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    assert erase_person(person=account.person, ground=Erasure.Ground.RETENTION) == first


def test_whoever_is_signed_in_is_signed_in_no_more(account, client_of):
    client = client_of(account)
    assert client.get("/en/my/").status_code == 200

    erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    assert client.get("/en/my/").status_code == 302


def test_nobody_writes_to_somebody_who_was_erased(account):
    erase_person(person=account.person, ground=Erasure.Ground.ASKED)
    account.person.refresh_from_db()

    assert plan_written(key="x", recipient=account.person, subject="S", text="T", language="en") is None


def test_the_seat_in_a_workshop_to_come_is_free_again(account):
    coming = make_workshop(starts_on=timezone.localdate() + timedelta(days=30))
    registration = register(coming, account.person)

    erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    registration.refresh_from_db()
    assert registration.state == "withdrawn"


def test_what_somebody_did_for_others_stays_theirs_under_the_pseudonym(account):
    other = make_person(agency=make_agency())
    grant = grant_role(account=make_account(), role="editor", granted_by=account)
    change_latin_name(person=other, name_latin="Piotr", actor=account)

    erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    grant.refresh_from_db()
    event = Event.objects.get(action="people.latin_name_changed", subject=other)
    assert (grant.granted_by, event.actor, event.after) == (account, account, {"name_latin": "Piotr"})


def test_the_last_administrator_cannot_be_erased():
    only, other = make_account("administrator"), make_account("manager")

    with pytest.raises(PeopleError, match="last administrator"):
        erase_person(person=only.person, ground=Erasure.Ground.ASKED, actor=other)

    grant_role(account=other, role="administrator")
    erase_person(person=only.person, ground=Erasure.Ground.ASKED, actor=other)


def test_a_record_that_was_merged_goes_with_the_one_that_stayed(account):
    other = make_person(merged_into=account.person, email="")

    with pytest.raises(PeopleError, match="merged"):
        erase_person(person=other, ground=Erasure.Ground.ASKED)
    erase_person(person=account.person, ground=Erasure.Ground.ASKED)

    other.refresh_from_db()
    assert other.family_name == "Erased person"


def test_a_request_is_granted_and_the_address_hears_of_it_once(account, django_capture_on_commit_callbacks):
    manager = make_account("manager")
    asked = ask_about_data(person=account.person, kind="erasure")

    with django_capture_on_commit_callbacks(execute=True):
        grant_erasure(request=asked, actor=manager)

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (DataRequest.State.DONE, manager)
    assert [(each.to, each.subject) for each in outbox.outbox] == [(["person1@example.org"], "Your data were erased")]


def test_an_erasure_is_a_managers_to_grant_and_never_ones_own():
    manager = make_account("manager")
    coordinator = make_account("coordinator", agency=make_agency())
    asked = ask_about_data(person=manager.person, kind="erasure")

    for actor in (coordinator, manager):
        with pytest.raises(PeopleError, match="somebody else"):
            grant_erasure(request=asked, actor=actor)


def test_the_pdf_is_tagged_and_says_the_same(account):
    content = export_pdf(person=account.person)

    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert Event.objects.filter(action="people.own_data_exported", subject=account.person).count() == 1


def test_codes_of_attendance_stay_and_free_texts_of_it_go(account):
    person = account.person
    workshop = person.registrations.get().workshop
    AttendanceEvent.objects.create(
        id="00000000-0000-4000-8000-000000000009", session=workshop.sessions.get(number=1), person=person, kind="mark",
        source="facilitator", status="late", device_time=timezone.now(), note="Her child was ill",
    )  # fmt: skip

    erase_person(person=person, ground=Erasure.Ground.ASKED)

    event = AttendanceEvent.objects.get(pk="00000000-0000-4000-8000-000000000009")
    assert (event.status, event.note) == ("late", "")
