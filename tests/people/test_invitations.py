"""Letters that let people in."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import Event
from people.columns import RosterRow
from people.models import Account, Agency, Invitation, Membership, Person
from people.services import (
    Meaning,
    PeopleError,
    accept_invitation,
    find_invitation,
    invite_list,
    invite_person,
    objection_to_acceptance,
    people_to_invite,
    plan_invitations,
    resend_invitation,
    withdraw_invitation,
)
from tests.factories.people import join, make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, register

pytestmark = [pytest.mark.django_db, pytest.mark.db]

LINK = re.compile(r"/account/invitation/([^/\s]+)/")
NEW = {"email": "Olga.Lis@Example.org ", "family_name": "Лис", "given_name": "Ольга", "language": "be"}
SINCE = date(2026, 3, 1)


@pytest.fixture
def clinic(agency_tree: Any) -> Agency:
    return agency_tree.clinic


@pytest.fixture
def coordinator(clinic: Agency) -> Account:
    return make_account("coordinator", agency=clinic)


@pytest.fixture
def invite(coordinator: Account, clinic: Agency, django_capture_on_commit_callbacks: Any) -> Any:
    """`invite(email=…)`: a letter that has gone."""

    def invited(**fields: Any) -> Invitation:
        with django_capture_on_commit_callbacks(execute=True):
            return invite_person(**{"agency": clinic, "actor": coordinator, "since": SINCE, **fields})

    return invited


def secret_in_the_letter(address: str) -> str:
    letter = [each for each in mail.outbox if each.to == [address]][-1]
    found = LINK.search(letter.body)
    assert found, letter.body
    return found.group(1)


def actions() -> list[str]:
    return list(Event.objects.filter(action__startswith="people.invit").values_list("action", flat=True).order_by("pk"))


class TestTheLetter:
    def test_it_goes_in_the_persons_language_with_a_link_of_which_only_the_digest_is_kept(self, invite):
        invitation = invite(**NEW)

        secret = secret_in_the_letter("olga.lis@example.org")
        invitation.refresh_from_db()
        assert (find_invitation(secret), secret in str(vars(invitation))) == (invitation, False)
        assert "/be/account/invitation/" in mail.outbox[-1].body
        assert actions() == ["people.invited"]

    def test_inviting_the_same_address_again_sends_no_second_letter(self, invite):
        first, second = invite(**NEW), invite(**NEW)

        assert (first, len(mail.outbox), Invitation.objects.count()) == (second, 1, 1)

    def test_one_that_expired_is_sent_anew(self, invite):
        old = invite(**NEW)
        past = timezone.now() - timedelta(days=20)
        Invitation.objects.filter(pk=old.pk).update(invited_at=past, expires_at=past + timedelta(days=14))

        again = invite(**NEW)

        assert (again, again.state_at(timezone.now()), len(mail.outbox)) == (old, "waiting", 2)

    def test_how_long_it_lasts_is_a_setting(self, invite, settings):
        settings.INVITATION_DAYS = 3

        invitation = invite(**NEW)

        assert (invitation.expires_at - invitation.invited_at).days in {2, 3}


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [({"email": ""}, "An invitation needs an e-mail."), ({"email": "a@b.org"}, "Agency clinic is closed.")],
    )
    def test_without_an_address_or_into_a_closed_agency(self, invite, clinic, fields, sentence):
        if fields["email"]:
            clinic.closed_on = timezone.localdate()
            clinic.save()

        with pytest.raises(PeopleError) as refused:
            invite(**fields)

        assert str(refused.value) == sentence

    def test_somebody_of_another_agency_is_transferred_and_not_invited(self, invite, agency_tree):
        make_person(agency=agency_tree.unrelated, email="away@example.org")

        with pytest.raises(PeopleError, match="belongs to another agency"):
            invite(email="away@example.org")

    def test_whoever_can_sign_in_already_needs_no_letter(self, invite, clinic):
        make_account(agency=clinic, email="here@example.org")
        Account.objects.filter(email="here@example.org").update(last_login=timezone.now())

        with pytest.raises(PeopleError, match="has signed in already"):
            invite(email="HERE@example.org")


class TestAccepting:
    def test_a_new_person_gets_an_account_and_the_agency_since_the_day(self, invite, clinic):
        invitation = invite(**NEW, post="Doctor")

        account = accept_invitation(invitation=find_invitation(secret_in_the_letter("olga.lis@example.org")))

        membership = Membership.objects.get(person=account.person)
        assert (account.email, account.person.full_name, account.person.language) == (
            "olga.lis@example.org",
            "Лис Ольга",
            "be",
        )
        assert (membership.agency, membership.valid_from, membership.post) == (clinic, SINCE, "Doctor")
        invitation.refresh_from_db()
        assert (invitation.accepted_by, invitation.person) == (account, account.person)
        assert account.person.messages.get().language == "be"
        assert actions() == ["people.invited", "people.invitation_accepted"]

    def test_the_person_writes_the_names_that_the_inviter_left_out(self, invite):
        invitation = invite(email="n@example.org")

        with pytest.raises(PeopleError, match="Write the family name and the given name"):
            accept_invitation(invitation=invitation)
        account = accept_invitation(invitation=invitation, names={"family_name": "Лис", "given_name": "Ольга"})

        assert account.person.full_name == "Лис Ольга"

    def test_a_known_person_stays_the_same_with_the_membership_that_was_there(self, invite, clinic):
        person = make_person(agency=clinic, email="known@example.org")

        account = accept_invitation(invitation=invite(email=" Known@Example.ORG"))

        assert (account.person, Person.objects.filter(email="known@example.org").count()) == (person, 1)
        assert [each.valid_from for each in person.memberships.all()] == [date(2020, 1, 1)]

    def test_a_known_person_without_an_address_gets_it(self, invite, clinic):
        person = make_person(agency=clinic, email="")

        account = accept_invitation(invitation=invite(person=person, email="found@example.org"))

        person.refresh_from_db()
        assert (account.person, person.email) == (person, "found@example.org")

    def test_nobody_belongs_to_two_agencies_on_one_day(self, invite, clinic, agency_tree):
        person = make_person(email="back@example.org")
        earlier = join(person, agency_tree.unrelated)
        earlier.valid_to = date(2026, 3, 10)
        earlier.save()

        accept_invitation(invitation=invite(email="back@example.org"))

        assert person.memberships.get(agency=clinic).valid_from == date(2026, 3, 11)

    @pytest.mark.parametrize("state", ["accepted", "expired", "withdrawn"])
    def test_a_letter_that_does_not_wait_says_why_and_changes_nothing(self, invite, coordinator, state):
        invitation = invite(**NEW)
        match state:
            case "accepted":
                accept_invitation(invitation=invitation)
            case "withdrawn":
                withdraw_invitation(invitation=invitation, actor=coordinator)
            case _:
                past = timezone.now() - timedelta(days=20)
                Invitation.objects.filter(pk=invitation.pk).update(invited_at=past, expires_at=timezone.now())
        before = Account.objects.count(), Membership.objects.count()
        invitation.refresh_from_db()

        with pytest.raises(PeopleError) as refused:
            accept_invitation(invitation=invitation)

        assert (
            str(refused.value)
            == {
                "accepted": "This invitation was accepted already. Sign in with your work e-mail.",
                "expired": "This invitation has expired. Ask whoever invited you to send it again.",
                "withdrawn": "This invitation was withdrawn. Ask the coordinator of your agency.",
            }[state]
        )
        assert (Account.objects.count(), Membership.objects.count()) == before

    def test_somebody_else_who_is_signed_in_cannot_accept(self, invite, account):
        invitation = invite(**NEW)

        sentence = objection_to_acceptance(invitation, account)
        with pytest.raises(PeopleError, match="for somebody else"):
            accept_invitation(invitation=invitation, signed_in=account)

        assert account.email in sentence
        assert not Person.objects.filter(email="olga.lis@example.org").exists()

    def test_an_address_that_others_wrote_on_record_opens_no_account_that_has_another_one(self, invite, clinic):
        account = make_account(agency=clinic)
        Membership.objects.filter(person=account.person).update(valid_to=date(2025, 1, 1))
        Person.objects.filter(pk=account.person.pk).update(email="evil@example.org")

        with pytest.raises(PeopleError, match="another e-mail already"):
            accept_invitation(invitation=invite(email="evil@example.org"))


class TestAgainAndBack:
    def test_a_new_letter_ends_the_link_of_the_old_one(self, invite, coordinator, django_capture_on_commit_callbacks):
        invitation = invite(**NEW)
        old = secret_in_the_letter("olga.lis@example.org")
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + timedelta(days=2))

        with django_capture_on_commit_callbacks(execute=True):
            resend_invitation(invitation=invitation, actor=coordinator)

        new = secret_in_the_letter("olga.lis@example.org")
        assert (find_invitation(old), find_invitation(new)) == (None, invitation)
        assert actions() == ["people.invited", "people.invitation_resent"]

    def test_a_second_click_sends_nothing(self, invite, coordinator):
        invitation = invite(**NEW)

        resend_invitation(invitation=invitation, actor=coordinator)

        assert (len(mail.outbox), actions()) == (1, ["people.invited"])

    def test_withdrawing_twice_is_withdrawing_once_and_what_was_accepted_stays(self, invite, coordinator):
        first, second = invite(**NEW), invite(email="b@example.org", family_name="Б", given_name="В")
        accept_invitation(invitation=second)

        for _time in range(2):
            withdraw_invitation(invitation=first, actor=coordinator)

        assert actions().count("people.invitation_withdrawn") == 1
        with pytest.raises(PeopleError, match="accepted already"):
            withdraw_invitation(invitation=second, actor=coordinator)
        with pytest.raises(PeopleError, match="was withdrawn"):
            resend_invitation(invitation=first, actor=coordinator)


class TestAList:
    def test_each_row_says_what_it_means(self, invite, clinic, agency_tree, coordinator):
        make_person(agency=clinic, email="known@example.org")
        make_person(agency=agency_tree.unrelated, email="away@example.org")
        make_account(agency=clinic, email="here@example.org")
        Account.objects.filter(email="here@example.org").update(last_login=timezone.now())
        namesake = make_person(agency=clinic, email="", family_name="Зуй", given_name="Інна", patronymic="")
        invite(email="again@example.org")
        rows = [
            RosterRow(2, "Лис", "Ольга", email="new@example.org"),
            RosterRow(3, "Кот", "Иван", email="known@example.org"),
            RosterRow(4, "Зуй", "Інна", email="inna@example.org"),
            RosterRow(5, "Рак", "Пётр", email="again@example.org"),
            RosterRow(6, "Дуб", "Пётр", email="away@example.org"),
            RosterRow(7, "Ива", "Анна", email="here@example.org"),
            RosterRow(8, "Ива", "Вера"),
            RosterRow(9, "Ива", "Нина", email="nina@example.org", agency="unrelated"),
        ]

        entries, errors = plan_invitations(rows=rows, agency=clinic, account=coordinator)

        assert [(each.row.line, each.meaning) for each in entries] == [
            (2, Meaning.NEW),
            (3, Meaning.KNOWN),
            (4, Meaning.DOUBTFUL),
            (5, Meaning.AGAIN),
        ]
        assert entries[2].namesakes == (namesake,)
        assert [(each.line, each.column) for each in errors] == [
            (6, "email"),
            (7, "email"),
            (8, "email"),
            (9, "agency"),
        ]

    def test_all_are_invited_or_nobody_while_a_row_waits(self, clinic, coordinator):
        namesake = make_person(agency=clinic, email="", family_name="Зуй", given_name="Інна", patronymic="")
        rows = [
            RosterRow(2, "Лис", "Ольга", email="new@example.org"),
            RosterRow(3, "Зуй", "Інна", email="inna@example.org"),
        ]
        entries, _errors = plan_invitations(rows=rows, agency=clinic, account=coordinator)
        common = {"entries": entries, "since": SINCE, "actor": coordinator}

        sent, undecided = invite_list(decisions={}, **common)
        assert (sent, [each.line for each in undecided], Invitation.objects.count()) == (0, [3], 0)
        sent, undecided = invite_list(decisions={3: namesake.public_code}, **common)

        assert (sent, undecided) == (2, [])
        assert set(Invitation.objects.values_list("email", "person", "agency", "since")) == {
            ("new@example.org", None, clinic.pk, SINCE),
            ("inna@example.org", namesake.pk, clinic.pk, SINCE),
        }

    @pytest.mark.parametrize("count", [1, 3])
    def test_planning_costs_the_same_for_one_and_three(self, clinic, coordinator, count, django_assert_max_num_queries):
        rows = [RosterRow(line, "Лис", f"Ольга{line}", email=f"n{line}@example.org") for line in range(count)]

        with django_assert_max_num_queries(10):
            entries, _errors = plan_invitations(rows=rows, agency=clinic, account=coordinator)

        assert len(entries) == count


def test_facilitators_invite_people_of_their_workshops_into_the_agency_that_registered_them(agency_tree):
    facilitator = make_account("facilitator", agency=agency_tree.ministry)
    workshop = make_workshop(facilitator=facilitator)
    waiting = make_person(agency=agency_tree.clinic, email="p@example.org")
    register(workshop, waiting)
    register(workshop, make_person(agency=agency_tree.clinic, email=""))
    at_home = make_account(agency=agency_tree.clinic)
    register(workshop, at_home.person)
    Account.objects.filter(pk=at_home.pk).update(last_login=timezone.now())
    register(make_workshop(), make_person(agency=agency_tree.clinic))

    assert people_to_invite(facilitator) == {waiting.pk: agency_tree.clinic.pk}


def test_an_agency_sees_its_own_letters_and_whoever_wrote_one_sees_it(invite, coordinator, agency_tree, clinic):
    invitation = invite(**NEW)
    elsewhere = make_account("coordinator", agency=make_agency())

    assert list(Invitation.objects.visible_to(coordinator)) == [invitation]
    assert list(Invitation.objects.visible_to(elsewhere)) == []
