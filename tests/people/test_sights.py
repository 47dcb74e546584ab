"""Who can see a person, and why: the other end of scope."""

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Account, Person, RoleGrant
from people.services import Change, ChangeKind, Part, carry_out_change, who_sees
from tests.factories.people import (
    SINCE,
    join,
    make_account,
    make_agency,
    make_agency_tree,
    make_person,
    make_role_holders,
)
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db


def test_the_list_names_exactly_those_accounts_that_see_the_person():
    tree = make_agency_tree()
    make_role_holders(tree)
    person = make_person(agency=tree.clinic)
    join(make_person(agency=tree.clinic), tree.unrelated, SINCE.replace(year=2024))
    register(make_workshop(), person)
    ended = make_account("coordinator", agency=tree.clinic)
    RoleGrant.objects.filter(account=ended).update(valid_to=SINCE)
    names = {"name_en": "New", "name_ru": "", "name_be": ""}
    change = Change(ChangeKind.RENAME, tree.clinic, timezone.localdate().replace(day=1), "", (Part(names),))
    carry_out_change(change=change, actor=None)

    for each in Person.objects.all():
        seen_by = {account for account in Account.objects.exclude(person=each) if _sees(account, each)}
        assert {sight.account for sight in who_sees(person=each)} == seen_by


def _sees(account: Account, person: Person) -> bool:
    return Person.objects.visible_to(account).filter(pk=person.pk).exists()


def test_each_has_a_reason_and_a_day():
    agency = make_agency(code="clinic", name_en="Clinic")
    coordinator, manager = make_account("coordinator", agency=agency), make_account("manager")
    person = make_person(agency=agency)
    workshop = make_workshop(title_en="First aid")
    register(workshop, person)
    [facilitator] = [each.person.account for each in workshop.facilitations.all()]

    found = {sight.account: (sight.reason, sight.since) for sight in who_sees(person=person)}

    assert found == {
        coordinator: ("Coordinator of Clinic", SINCE),
        manager: ("For the whole Academy: programme manager", SINCE),
        facilitator: ("Facilitator of the workshop “First aid”", None),
    }


def test_a_person_reads_it_about_oneself_and_a_coordinator_about_own_people(client_of):
    agency = make_agency(code="clinic")
    account, coordinator = make_account(agency=agency), make_account("coordinator", agency=agency)
    address = reverse("who_sees_person", args=[account.person.public_code])

    own = client_of(account).get(reverse("who_sees_me")).context["sights"]
    theirs = client_of(coordinator).get(address).context["sights"]

    assert [sight.account for sight in own] == [sight.account for sight in theirs] == [coordinator]
    assert client_of(account).get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many(client_of, django_assert_num_queries, rows):
    agency = make_agency(code="clinic")
    account = make_account(agency=agency)
    for _row in range(rows):
        make_account("coordinator", "manager", agency=agency)
        register(make_workshop(), account.person)
    client = client_of(account)
    client.get(reverse("who_sees_me"))

    # session, account, person; managers, administrators without a role, coordinators, facilitators
    with django_assert_num_queries(6):
        client.get(reverse("who_sees_me"))
