"""Moves of people between agencies: both sides agree, membership follows on the day, the past stays."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from mail.models import Message
from people.errors import PeopleError
from people.models import Membership, RoleGrant, Transfer
from people.services import ask_transfer, confirm_transfer, refuse_transfer, withdraw_transfer
from reports.queries import agency_attendance
from tests.factories.people import SINCE, give_role, make_account, make_agency, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from tests.reports.test_queries import ask
from workshops.services import sign_off

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)  # the second day of the workshops of the factory


@pytest.fixture
def sides() -> SimpleNamespace:
    """Two agencies that have nothing to do with each other, a coordinator of each, and somebody who moves."""
    losing, gaining = make_agency(code="losing", name_en="Losing"), make_agency(code="gaining", name_en="Gaining")
    return SimpleNamespace(
        losing=losing,
        gaining=gaining,
        giver=make_account("coordinator", agency=losing),
        taker=make_account("coordinator", agency=gaining),
        manager=make_account("manager"),
        person=make_person(agency=losing),
    )


def asked_by(sides: SimpleNamespace, actor: Any, on: date = DAY) -> Transfer:
    return ask_transfer(person=sides.person, gaining=sides.gaining, on=on, actor=actor, reason="A new post")


def periods(person: Any) -> list[tuple[str, date, date | None]]:
    found = Membership.objects.filter(person=person).order_by("valid_from")
    return list(found.values_list("agency__code", "valid_from", "valid_to"))


@pytest.mark.parametrize(("asks", "answers"), [("giver", "taker"), ("taker", "giver"), ("giver", "manager")])
def test_one_side_asks_the_other_confirms_and_membership_follows_on_the_day(sides, asks, answers):
    transfer = asked_by(sides, getattr(sides, asks))
    assert periods(sides.person) == [("losing", SINCE, None)]

    confirm_transfer(transfer=transfer, actor=getattr(sides, answers))

    assert periods(sides.person) == [("losing", SINCE, DAY - timedelta(days=1)), ("gaining", DAY, None)]
    events = Event.objects.filter(subject=sides.person, action__startswith="people.transfer").order_by("pk")
    assert list(events.values_list("action", "actor")) == [
        ("people.transfer_asked", getattr(sides, asks).pk),
        ("people.transfer_confirmed", getattr(sides, answers).pk),
    ]


def test_whoever_asked_does_not_confirm_and_neither_does_a_colleague_of_the_same_side(sides):
    transfer = asked_by(sides, sides.taker)
    colleague = make_account("coordinator", agency=sides.gaining)

    for account in (sides.taker, colleague, make_account("coordinator", agency=make_agency())):
        with pytest.raises(PeopleError, match="The other agency or a manager answers this transfer"):
            confirm_transfer(transfer=transfer, actor=account)
    assert periods(sides.person) == [("losing", SINCE, None)]


def test_a_manager_speaks_for_both_sides(sides):
    transfer = asked_by(sides, sides.manager)

    assert (transfer.state, transfer.decided_by) == (Transfer.State.CONFIRMED, sides.manager)
    assert periods(sides.person)[-1] == ("gaining", DAY, None)


def test_a_stranger_asks_for_nothing(sides):
    with pytest.raises(PeopleError, match="A coordinator of one of the two agencies"):
        asked_by(sides, make_account("coordinator", agency=make_agency()))


def test_it_is_refused_by_the_other_side_and_taken_back_by_the_own_with_a_reason(sides):
    first = asked_by(sides, sides.taker)
    with pytest.raises(PeopleError, match="Say why"):
        refuse_transfer(transfer=first, reason=" ", actor=sides.giver)
    refuse_transfer(transfer=first, reason="She stays", actor=sides.giver)

    second = asked_by(sides, sides.taker)
    with pytest.raises(PeopleError, match="takes it back"):
        withdraw_transfer(transfer=second, reason="No", actor=sides.giver)
    withdraw_transfer(transfer=second, reason="A mistake", actor=sides.taker)

    assert list(Transfer.objects.order_by("pk").values_list("state", "answer", "decided_by")) == [
        ("refused", "She stays", sides.giver.pk),
        ("withdrawn", "A mistake", sides.taker.pk),
    ]
    assert periods(sides.person) == [("losing", SINCE, None)]


def test_whoever_is_second_hears_who_was_first(sides):
    transfer = asked_by(sides, sides.taker)
    refuse_transfer(transfer=transfer, reason="She stays", actor=sides.giver)

    with pytest.raises(PeopleError) as refused:
        confirm_transfer(transfer=transfer, actor=sides.manager)

    assert str(refused.value) == f"This transfer waits no more. State: refused, by {sides.giver.get_full_name()}."


@pytest.mark.parametrize(
    ("on", "gaining", "sentence"),
    [
        (SINCE, "gaining", "came to Losing on"),
        (DAY, "losing", "belongs to Losing already"),
        (SINCE - timedelta(days=1), "gaining", "belongs to no agency on that day"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(sides, on, gaining, sentence):
    with pytest.raises(PeopleError, match=sentence):
        ask_transfer(person=sides.person, gaining=getattr(sides, gaining), on=on, actor=sides.manager)


def test_one_transfer_waits_at_a_time(sides):
    asked_by(sides, sides.taker)

    with pytest.raises(PeopleError, match="was asked for on"):
        asked_by(sides, sides.giver)


def test_both_sides_and_the_person_are_written_to(sides):
    transfer = asked_by(sides, sides.taker)
    confirm_transfer(transfer=transfer, actor=sides.giver)

    sent = Message.objects.filter(key__startswith=f"transfer:{transfer.pk}:").order_by("pk")
    assert [(each.key.split(":")[2], each.recipient) for each in sent] == [
        ("asked", sides.giver.person),
        ("moved", sides.person),
        ("decided", sides.taker.person),
    ]


# --- Reports of both agencies ----------------------------------------------------------------------------------------
def minutes(account: Any) -> list[Any]:
    """Per person of the agency's report: the minutes of each session that count for it."""
    rows = agency_attendance(ask(account, now=timezone.now())).rows
    return [(row["person"], {int(number): each["minutes"] for number, each in row["sessions"].items()}) for row in rows]


@pytest.mark.parametrize("signed", [False, True])
def test_somebody_who_moved_between_two_days_counts_here_and_there_unless_it_was_signed(sides, signed):
    workshop = make_workshop(sessions=4)
    register(workshop, sides.person)
    for number in (1, 2, 3, 4):
        session = open_session(workshop, number)
        mark(session, sides.person)
        if signed:
            sign_off(session=session, actor=sides.manager)

    confirm_transfer(transfer=asked_by(sides, sides.taker), actor=sides.giver)

    code = sides.person.public_code
    first, second = {1: 60, 2: 60}, {3: 60, 4: 60}
    if signed:
        assert (minutes(sides.giver), minutes(sides.taker)) == ([(code, {**first, **second})], [])
    else:
        assert (minutes(sides.giver), minutes(sides.taker)) == ([(code, first)], [(code, second)])
        restamped = Event.objects.filter(action="workshops.register_restamped").values_list("object_id", flat=True)
        assert sorted(restamped) == sorted(str(each.pk) for each in workshop.sessions.filter(day=DAY))


# --- Coordinators who leave -------------------------------------------------------------------------------------------
def test_a_coordinator_who_leaves_loses_the_role_and_managers_hear_of_an_agency_left_alone(sides):
    transfer = ask_transfer(person=sides.giver.person, gaining=sides.gaining, on=DAY, actor=sides.taker)
    confirm_transfer(transfer=transfer, actor=sides.manager)

    role = RoleGrant.objects.get(account=sides.giver)
    warned = Message.objects.get(key__startswith=f"agency:{sides.losing.pk}:alone:")
    assert role.valid_to == DAY - timedelta(days=1)
    assert (warned.recipient, warned.subject) == (sides.manager.person, "An agency without a coordinator: Losing")


def test_nobody_is_warned_where_a_colleague_stays(sides):
    make_account("coordinator", agency=sides.losing)

    confirm_transfer(
        transfer=ask_transfer(person=sides.giver.person, gaining=sides.gaining, on=DAY, actor=sides.taker),
        actor=sides.manager,
    )

    assert not Message.objects.filter(key__contains=":alone:").exists()


def test_a_coordinator_who_moves_within_the_own_subtree_keeps_the_role(sides):
    below = make_agency(parent=sides.losing)

    ask_transfer(person=sides.giver.person, gaining=below, on=DAY, actor=sides.giver)

    assert RoleGrant.objects.get(account=sides.giver).valid_to is None


# --- Pages ----------------------------------------------------------------------------------------------------------
def test_the_gaining_side_finds_by_the_whole_address_only_and_the_losing_side_confirms(sides, client_of):
    taker, giver = client_of(sides.taker), client_of(sides.giver)
    new = reverse("transfer_new")
    asked = {"gaining": "gaining", "on": "2026-03-10", "reason": "A new post"}

    for guess in (sides.person.family_name, sides.person.email[:-1]):
        form = taker.post(new, {**asked, "person": guess}).context["form"]
        assert form.errors == {"person": ["Nobody has this e-mail or code."]}
    taker.post(new, {**asked, "person": sides.person.email.upper()})
    transfer = Transfer.objects.get()
    page = reverse("transfer", args=[transfer.pk])
    assert [taker.get(page).context[name] for name in ("answers", "withdraws")] == [False, True]
    assert [giver.get(page).context[name] for name in ("answers", "withdraws")] == [True, False]

    giver.post(page, {"step": "confirm"})

    transfer.refresh_from_db()
    assert transfer.state == Transfer.State.CONFIRMED


def test_a_refusal_without_a_reason_says_so_at_the_field(sides, client_of):
    transfer = asked_by(sides, sides.taker)

    answer = client_of(sides.giver).post(reverse("transfer", args=[transfer.pk]), {"step": "refuse", "reason": ""})

    assert list(answer.context["form"].errors) == ["reason"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_many(sides, client_of, django_assert_num_queries, rows):
    for _row in range(rows):
        person = make_person(agency=sides.losing)
        ask_transfer(person=person, gaining=sides.gaining, on=DAY, actor=sides.taker)
    give_role(sides.giver, "facilitator")
    client = client_of(sides.giver)
    client.get(reverse("transfers"))

    # session, account, roles, those that wait, how many were answered
    with django_assert_num_queries(5):
        assert len(client.get(reverse("transfers")).context["waiting"]) == rows
