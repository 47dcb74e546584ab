"""Coming in by oneself: a proved address, a domain or a person that decides."""

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from audit.models import Event
from mail.models import Message
from people.models import Account, AgencyDomain, JoinRequest, Membership, Person
from people.services import (
    PeopleError,
    approve_request,
    ask_to_join,
    deciders,
    namesakes_of,
    prove_address,
    refuse_request,
    withdraw_request,
)
from tests.factories.certificates import make_certificate
from tests.factories.people import make_account, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register

pytestmark = [pytest.mark.django_db, pytest.mark.db]

SINCE = date(2026, 2, 1)
WORDS = {"family_name": "Лис", "given_name": "Ольга", "since": SINCE, "language": "be"}


@pytest.fixture
def newcomer(db: None) -> Account:
    return prove_address(email="olga@clinic.example.org")


def ask(account: Account, agency: Any, **fields: Any) -> JoinRequest:
    return ask_to_join(account=account, agency=agency, **{**WORDS, **fields})


class TestProvingAnAddress:
    def test_an_address_that_nobody_has_gets_an_account_of_nobody(self, newcomer):
        address = EmailAddress.objects.get(user=newcomer)
        assert (newcomer.person, newcomer.has_usable_password()) == (None, False)
        assert (address.email, address.verified, address.primary) == ("olga@clinic.example.org", True, True)

    def test_case_and_spaces_make_no_second_account(self, newcomer):
        assert prove_address(email="  OLGA@Clinic.example.org ") == newcomer
        assert Account.objects.filter(email__iexact="olga@clinic.example.org").count() == 1

    def test_everything_recorded_about_a_nominee_is_theirs(self, agency_tree):
        nominee = make_person(agency=agency_tree.clinic, email="")
        workshop = make_workshop()
        registration = register(workshop, nominee)
        record = mark(open_session(workshop), nominee)
        certificate = make_certificate(person=nominee)
        nominee.email = "nominee@example.org"
        nominee.save()
        assert not Account.objects.filter(person=nominee).exists()

        account = prove_address(email="Nominee@Example.org")

        own = account.person
        assert own == nominee
        assert list(own.registrations.filter(workshop=workshop)) == [registration]
        assert list(own.attendance_records.all()) == [record]
        assert certificate.person == own

    def test_an_account_of_nobody_is_linked_when_the_person_is_known(self, newcomer, agency_tree):
        person = make_person(agency=agency_tree.clinic, email="olga@clinic.example.org")

        assert prove_address(email="olga@clinic.example.org").person == person

    def test_an_address_on_record_opens_no_account_that_has_another_one(self, agency_tree):
        victim = make_account("manager", agency=agency_tree.clinic)
        Person.objects.filter(pk=victim.person.pk).update(email="evil@example.org")

        with pytest.raises(PeopleError, match="another e-mail already"):
            prove_address(email="evil@example.org")


class TestAsking:
    def test_an_approved_domain_lets_in_at_once(self, newcomer, agency_tree):
        AgencyDomain.objects.create(agency=agency_tree.clinic, domain="clinic.example.org")

        request = ask(newcomer, agency_tree.clinic)

        membership = Membership.objects.get(person=request.account.person)
        assert (request.state, request.decided_by) == ("approved", None)
        assert (membership.agency, membership.valid_from) == (agency_tree.clinic, SINCE)
        assert (request.account.pk, request.account.person.full_name) == (newcomer.pk, "Лис Ольга")
        assert Message.objects.get(recipient=request.account.person).language == "be"
        assert [each.action for each in Event.objects.filter(action__startswith="people.join_").order_by("pk")] == [
            "people.join_asked",
            "people.join_approved",
        ]

    @pytest.mark.parametrize(
        ("domain", "code"),
        [("example.org", "clinic"), ("ward.clinic.example.org", "clinic"), ("clinic.example.org", "unrelated")],
    )
    def test_a_domain_above_or_below_or_of_another_agency_does_not_decide(self, newcomer, agency_tree, domain, code):
        AgencyDomain.objects.create(agency=getattr(agency_tree, code), domain=domain)

        assert ask(newcomer, agency_tree.clinic).state == "waiting"

    def test_the_nearest_coordinators_are_asked_in_their_language(self, newcomer, roles, agency_tree):
        request = ask(newcomer, agency_tree.clinic)

        assert request.state == "waiting"
        assert [each.recipient for each in Message.objects.all()] == [roles.coordinator.person]
        assert deciders(agency_tree.department) == [roles.coordinator_above.person]

    def test_managers_are_asked_where_nobody_coordinates(self, newcomer, agency_tree):
        manager = make_account("manager", agency=agency_tree.ministry)

        assert deciders(agency_tree.unrelated) == [manager.person]

    def test_asking_again_corrects_and_asks_nobody_twice(self, newcomer, roles, agency_tree):
        first = ask(newcomer, agency_tree.clinic)

        second = ask(newcomer, agency_tree.clinic, given_name="Олечка")

        assert (second.pk, second.given_name, Message.objects.count()) == (first.pk, "Олечка", 1)
        with pytest.raises(PeopleError, match="still waits"):
            ask(newcomer, agency_tree.unrelated)

    def test_a_member_asks_for_a_transfer_instead(self, agency_tree):
        member = make_account(agency=agency_tree.unrelated)

        with pytest.raises(PeopleError, match="ask for a transfer"):
            ask(member, agency_tree.clinic)

    def test_nobody_joins_a_closed_agency(self, newcomer, agency_tree):
        agency_tree.clinic.closed_on = date(2026, 1, 1)
        agency_tree.clinic.save()

        with pytest.raises(PeopleError, match="is closed"):
            ask(newcomer, agency_tree.clinic)


class TestDeciding:
    def test_approval_makes_the_person_a_member_since_the_day(self, newcomer, roles, agency_tree):
        request = ask(newcomer, agency_tree.clinic, post="Doctor")

        done = approve_request(request=request, actor=roles.coordinator)

        newcomer.refresh_from_db()
        membership = newcomer.person.memberships.get()
        assert (membership.agency, membership.valid_from, membership.post) == (agency_tree.clinic, SINCE, "Doctor")
        assert (done.state, done.decided_by, newcomer.person.language) == ("approved", roles.coordinator, "be")
        event = Event.objects.get(action="people.join_approved")
        assert (event.actor_id, event.subject) == (roles.coordinator.pk, newcomer.person)
        assert newcomer.person.messages.count() == 1

    def test_refusal_says_why_in_the_language_of_whoever_asked(
        self, newcomer, roles, agency_tree, django_capture_on_commit_callbacks
    ):
        request = ask(newcomer, agency_tree.clinic)

        with django_capture_on_commit_callbacks(execute=True):
            refuse_request(request=request, reason="Мы вас не ведаем.", actor=roles.coordinator)

        letter = mail.outbox[-1]
        assert (letter.to, "Мы вас не ведаем." in letter.body) == (["olga@clinic.example.org"], True)
        assert "/be/account/join/" in letter.body
        assert not Person.objects.filter(email="olga@clinic.example.org").exists()

    def test_the_second_of_two_coordinators_is_told_who_decided(self, newcomer, roles, agency_tree):
        request = ask(newcomer, agency_tree.clinic)
        approve_request(request=request, actor=roles.coordinator)

        with pytest.raises(PeopleError) as late:
            refuse_request(request=request, reason="No.", actor=roles.coordinator_above)

        assert str(late.value) == f"{roles.coordinator.person.full_name} has approved this request already."
        assert Membership.objects.filter(person__email="olga@clinic.example.org").count() == 1

    def test_a_second_click_of_the_same_coordinator_changes_nothing(self, newcomer, roles, agency_tree):
        request = ask(newcomer, agency_tree.clinic)

        for _time in range(2):
            approve_request(request=request, actor=roles.coordinator)

        assert Event.objects.filter(action="people.join_approved").count() == 1

    def test_nobody_decides_about_the_own_request(self, agency_tree, newcomer):
        with pytest.raises(PeopleError, match="Somebody else decides"):
            approve_request(request=ask(newcomer, agency_tree.clinic), actor=newcomer)

    def test_what_was_withdrawn_is_not_decided_and_what_was_decided_is_not_withdrawn(
        self, newcomer, roles, agency_tree
    ):
        request = ask(newcomer, agency_tree.clinic)
        withdraw_request(request=request)
        withdraw_request(request=request)

        with pytest.raises(PeopleError, match="has withdrawn this request"):
            approve_request(request=request, actor=roles.coordinator)
        second = ask(newcomer, agency_tree.clinic)
        approve_request(request=second, actor=roles.coordinator)
        with pytest.raises(PeopleError, match="has approved"):
            withdraw_request(request=second)

    def test_a_namesake_without_an_address_can_be_the_one(self, newcomer, roles, agency_tree):
        known = make_person(agency=agency_tree.clinic, email="", family_name="Лис", given_name="Ольга", patronymic="")
        make_person(agency=agency_tree.unrelated, email="", family_name="Лис", given_name="Ольга", patronymic="")
        request = ask(newcomer, agency_tree.clinic)
        assert namesakes_of(request, roles.coordinator) == [known]

        approve_request(request=request, actor=roles.coordinator, same_as=known.public_code)

        newcomer.refresh_from_db()
        known.refresh_from_db()
        assert (newcomer.person, known.email) == (known, "olga@clinic.example.org")
