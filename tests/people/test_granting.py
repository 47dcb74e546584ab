"""Roles that people give and end: who may, what is refused, who hears of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from mail.models import Message
from people.errors import PeopleError
from people.models import Account, Role, RoleGrant
from people.services import end_grant, give_role, left_alone
from tests.factories.people import give_role as have_role
from tests.factories.people import make_account, make_agency

pytestmark = pytest.mark.django_db


def in_force() -> list[tuple[str, str]]:
    return list(RoleGrant.objects.active().order_by("pk").values_list("account__email", "role"))


def test_a_role_has_days_a_giver_and_a_reason_and_the_person_is_told():
    manager, person, agency = make_account("manager"), make_account(), make_agency(code="clinic")
    today = timezone.localdate()
    since, until = today + timedelta(days=3), today + timedelta(days=30)

    grant = give_role(
        account=person, role="coordinator", agency=agency, since=since, until=until, reason="Order 5", actor=manager
    )

    assert (grant.valid_from, grant.valid_to, grant.granted_by) == (since, until, manager)
    event = Event.objects.get(action="people.role_granted", actor=manager)
    assert (event.subject, event.reason, event.after) == (
        person.person,
        "Order 5",
        {"role": "coordinator", "agency": "clinic"},
    )
    assert Message.objects.get(key=f"role:{grant.pk}:given").recipient == person.person


@pytest.mark.parametrize(
    ("giver", "role", "allowed"),
    [
        ("manager", "facilitator", True),
        ("manager", "editor", True),
        ("manager", "manager", False),
        ("manager", "administrator", False),
        ("administrator", "manager", True),
        ("administrator", "administrator", True),
        ("editor", "facilitator", False),
        ("coordinator", "facilitator", False),
    ],
)
def test_nobody_gives_a_role_that_reaches_further_than_the_own(giver, role, allowed):
    actor, person = make_account(giver, agency=make_agency()), make_account()

    if allowed:
        give_role(account=person, role=role, reason="Order", actor=actor)
    else:
        with pytest.raises(PeopleError, match="You may not give this role"):
            give_role(account=person, role=role, reason="Order", actor=actor)
    assert ((person.email, role) in in_force()) is allowed


def test_nobody_gives_a_role_to_oneself_twice_in_the_past_or_with_rights_for_later():
    admin, person, today = make_account("administrator"), make_account(), timezone.localdate()
    give_role(account=person, role="facilitator", reason="Order", actor=admin)

    for fields, sentence in (
        ({"account": admin, "role": "manager"}, "Nobody gives a role to oneself"),
        ({"account": person, "role": "facilitator"}, "has this role already in that time"),
        ({"account": person, "role": "manager", "since": today - timedelta(days=1)}, "begins today or later"),
        ({"account": person, "role": "manager", "since": today + timedelta(days=1)}, "rights in the CMS"),
        ({"account": person, "role": "manager", "until": today - timedelta(days=1)}, "before the first one"),
    ):
        with pytest.raises(PeopleError, match=sentence):
            give_role(**{"reason": "Order", "actor": admin, **fields})


def test_a_coordinator_delegates_within_the_own_subtree_and_ends_what_was_delegated_there():
    ministry = make_agency(code="ministry")
    clinic, elsewhere = make_agency(code="clinic", parent=ministry), make_agency(code="elsewhere")
    coordinator, person = make_account("coordinator", agency=ministry), make_account(agency=clinic)
    with pytest.raises(PeopleError, match="You may not give this role"):
        give_role(account=person, role="coordinator", agency=elsewhere, reason="Leave", actor=coordinator)

    grant = give_role(account=person, role="coordinator", agency=clinic, reason="Leave", actor=coordinator)
    end_grant(grant=grant, reason="Back", actor=coordinator)

    assert in_force() == [(coordinator.email, "coordinator")]


def test_colleagues_do_not_end_each_others_role_and_nobody_below_ends_one_above():
    ministry = make_agency(code="ministry")
    clinic = make_agency(code="clinic", parent=ministry)
    manager = make_account("manager")
    one, two, above = make_account(), make_account(), make_account()
    grants = [
        give_role(account=account, role="coordinator", agency=agency, reason="Order", actor=manager)
        for account, agency in ((one, clinic), (two, clinic), (above, ministry))
    ]

    for grant, actor in ((grants[1], one), (grants[2], one), (grants[0], above)):
        with pytest.raises(PeopleError, match="You may not end this role"):
            end_grant(grant=grant, reason="No", actor=actor)


def test_the_last_administrator_stays():
    admin, other = make_account("administrator"), make_account()
    own = RoleGrant.objects.get(account=admin)
    with pytest.raises(PeopleError, match="This is the last administrator"):
        end_grant(grant=own, reason="Rest", actor=admin)
    for_a_time = give_role(account=other, role="administrator", until=timezone.localdate(), reason="Leave", actor=admin)
    with pytest.raises(PeopleError, match="This is the last administrator"):
        end_grant(grant=own, reason="Rest", actor=admin)

    RoleGrant.objects.filter(pk=for_a_time.pk).update(valid_to=None)
    end_grant(grant=own, reason="Rest", actor=admin)

    assert in_force() == [(other.email, "administrator")]
    assert not Account.objects.get(pk=admin.pk).is_superuser


def test_a_role_may_end_later_and_its_last_day_is_no_day_of_the_past():
    admin, manager, today = make_account("administrator"), make_account("manager"), timezone.localdate()
    grant = RoleGrant.objects.get(account=manager)
    with pytest.raises(PeopleError, match="today or later"):
        end_grant(grant=grant, reason="Rest", last_day=today - timedelta(days=1), actor=admin)

    end_grant(grant=grant, reason="Rest", last_day=today + timedelta(days=2), actor=admin)

    assert (manager.email, "manager") in in_force()
    event = Event.objects.get(action="people.role_revoked")
    assert (event.after, event.reason) == ({"until": str(today + timedelta(days=2))}, "Rest")


def test_an_agency_left_without_a_coordinator_is_named_until_somebody_comes():
    manager, agency = make_account("manager"), make_agency(code="clinic")
    coordinator, never = make_account("coordinator", agency=agency), make_agency(code="never")

    end_grant(grant=RoleGrant.objects.get(account=coordinator), reason="Rest", actor=manager)
    assert [each.code for each in left_alone()] == ["clinic"]
    assert Message.objects.get(key__contains=":alone:").recipient == manager.person

    have_role(make_account(), Role.COORDINATOR, agency)
    assert list(left_alone()) == []
    assert never.code == "never"


# --- Pages ----------------------------------------------------------------------------------------------------------
def test_a_manager_gives_and_ends_a_role_on_the_pages(client_of):
    manager, person = make_account("manager"), make_account()
    client = client_of(manager)

    refused = client.post(reverse("role_new"), {"person": person.email, "role": "coordinator", "reason": "Order"})
    assert refused.context["form"].errors == {"agency": ["A coordinator needs an agency."]}
    client.post(reverse("role_new"), {"person": person.email, "role": "facilitator", "reason": "Order"})
    grant = RoleGrant.objects.get(account=person)
    assert grant.role == "facilitator"

    client.post(reverse("role_end", args=[grant.pk]), {"reason": "Over"})
    assert in_force() == [(manager.email, "manager")]


def test_a_coordinator_delegates_on_the_page_of_the_agency(client_of):
    agency = make_agency(code="clinic")
    coordinator, person = make_account("coordinator", agency=agency), make_account(agency=agency)

    client_of(coordinator).post(
        reverse("coordinator_new", args=["clinic"]), {"person": person.email, "reason": "Leave"}
    )

    assert in_force() == [(coordinator.email, "coordinator"), (person.email, "coordinator")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_roles_costs_the_same_however_many(client_of, django_assert_num_queries, rows):
    client = client_of(make_account("manager"))
    for _row in range(rows):
        make_account("coordinator", "facilitator", agency=make_agency())
    client.get(reverse("roles"))

    # session, account, roles, how many, the rows
    with django_assert_num_queries(5):
        client.get(reverse("roles"))
