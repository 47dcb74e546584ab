"""`grant_role`, the command that makes the first administrator."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from people.models import Account, RoleGrant
from tests.factories.people import make_account, make_agency

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def grants(account: Account) -> list[tuple[str, str | None]]:
    return list(RoleGrant.objects.filter(account=account).order_by("role").values_list("role", "agency__code"))


def test_an_account_is_made_and_becomes_administrator():
    call_command("grant_role", "Anna.Kavaliova@example.org", "administrator", "--create")

    account = Account.objects.get()
    assert (account.email, account.is_superuser, account.person.full_name) == (
        "anna.kavaliova@example.org",
        True,
        "Kavaliova Anna",
    )


def test_a_coordinator_coordinates_the_agency_and_belongs_to_it():
    agency = make_agency(code="clinic")

    call_command("grant_role", "c@example.org", "coordinator", "--agency", "clinic", "--create")

    account = Account.objects.get()
    assert grants(account) == [("coordinator", "clinic")]
    assert account.person.memberships.get().agency == agency


def test_granting_twice_grants_once():
    account = make_account()

    for _ in range(2):
        call_command("grant_role", account.email, "facilitator")

    assert grants(account) == [("facilitator", None)]


def test_a_person_who_belongs_somewhere_is_not_moved():
    account, other = make_account(), make_agency(code="other")

    call_command("grant_role", account.email, "coordinator", "--agency", "other")

    assert grants(account) == [("coordinator", "other")]
    assert account.person.memberships.get().agency != other


def test_everybody_with_an_account_is_a_learner():
    make_agency(code="clinic")

    call_command("grant_role", "l@example.org", "learner", "--agency", "clinic", "--create")

    account = Account.objects.get()
    assert grants(account) == []
    assert account.person.memberships.get().agency.code == "clinic"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody@example.org", "editor"], "Nobody signs in as nobody@example.org; with --create the account is made."),
        (["a@example.org", "coordinator", "--create"], "A coordinator needs an agency."),
        (["a@example.org", "coordinator", "--create", "--agency", "x"], "No agency has the code x."),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("grant_role", *arguments)

    assert not Account.objects.exists()
