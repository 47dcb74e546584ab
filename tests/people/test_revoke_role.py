"""`revoke_role`, which ends a role at once."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from people.models import Account, RoleGrant
from people.services import grant_role
from tests.factories.people import make_account, make_agency

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def roles_of(account: Account) -> list[tuple[str, str | None]]:
    grants = RoleGrant.objects.active().filter(account=account)
    return list(grants.order_by("role", "agency__code").values_list("role", "agency__code"))


@pytest.mark.parametrize("role", ["facilitator", "manager", "editor", "administrator"])
def test_the_role_and_its_rights_end_at_once(role):
    account = make_account(role)

    call_command("revoke_role", account.email.upper(), role)

    fresh = Account.objects.get(pk=account.pk)
    assert (roles_of(account), fresh.is_superuser, fresh.sees_everybody, fresh.groups.count()) == ([], False, False, 0)
    event = Event.objects.get(action="people.role_revoked")
    assert (event.subject, event.before) == (account.person, {"role": role})


def test_a_role_of_today_ends_at_once_and_can_be_given_again():
    account = make_account()
    grant_role(account=account, role="facilitator")

    call_command("revoke_role", account.email, "facilitator")
    assert roles_of(account) == []

    grant_role(account=account, role="facilitator")
    assert roles_of(account) == [("facilitator", None)]


def test_a_coordinator_stays_one_of_the_other_agency():
    account, other = make_account("coordinator", agency=make_agency(code="clinic")), make_agency(code="other")
    grant_role(account=account, role="coordinator", agency=other)

    call_command("revoke_role", account.email, "coordinator", "--agency", "clinic")
    assert roles_of(account) == [("coordinator", "other")]

    call_command("revoke_role", account.email, "coordinator")
    assert roles_of(account) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody@example.org", "editor"], "Nobody signs in as nobody@example.org."),
        (["person1@example.org", "editor"], "person1@example.org does not have this role."),
        (["person1@example.org", "coordinator", "--agency", "x"], "No agency has the code x."),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(arguments, sentence):
    account = make_account("facilitator", public_code="person1", email="person1@example.org")

    with pytest.raises(CommandError, match=sentence):
        call_command("revoke_role", *arguments)

    assert roles_of(account) == [("facilitator", None)]
