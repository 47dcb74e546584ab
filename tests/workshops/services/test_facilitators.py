"""Who runs a workshop: invited, accepted, declined, asked again."""

from datetime import UTC, datetime

import pytest

from audit.models import Event
from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, open_session
from workshops.errors import WorkshopError
from workshops.models import Facilitation, Workshop
from workshops.services import add_facilitator, answer_facilitation, remove_facilitator, sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead(db) -> Account:
    return make_facilitator()


@pytest.fixture
def other(db) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(lead) -> Workshop:
    return make_workshop(facilitator=lead)


@pytest.fixture
def invited(workshop, lead, other) -> Facilitation:
    return add_facilitator(workshop=workshop, person=other.person, actor=lead)


def test_whoever_names_oneself_has_accepted_and_somebody_else_is_invited(workshop, invited, other):
    manager = make_account("manager")
    own = add_facilitator(workshop=workshop, person=manager.person, actor=manager)

    assert (own.state, own.invited_at) == ("accepted", None)
    assert (invited.state, invited.invited_at, invited.answered_at) == ("invited", NOW, None)


def test_somebody_who_is_invited_can_prepare_and_somebody_who_declined_cannot(workshop, invited, other):
    assert Workshop.objects.managed_by(other).get() == workshop

    answer_facilitation(facilitation=invited, accepts=False, actor=other)

    assert not Workshop.objects.managed_by(other).exists()


def test_an_answer_is_given_once_and_not_turned_round(invited, other):
    for _click in range(2):
        answer_facilitation(facilitation=invited, accepts=True, actor=other)

    with pytest.raises(WorkshopError, match="You have answered already"):
        answer_facilitation(facilitation=invited, accepts=False, actor=other)
    invited.refresh_from_db()
    assert (invited.state, invited.answered_at) == ("accepted", NOW)
    assert Event.objects.filter(action="workshops.facilitation_accepted").count() == 1


def test_whoever_declined_is_asked_again(workshop, invited, lead, other):
    answer_facilitation(facilitation=invited, accepts=False, actor=other)

    again = add_facilitator(workshop=workshop, person=other.person, actor=lead)

    assert (again.pk, again.state, again.invited_at, again.answered_at) == (invited.pk, "invited", NOW, None)
    assert answer_facilitation(facilitation=again, accepts=True, actor=other).state == "accepted"


def test_whoever_signed_a_register_stays_on_the_list(workshop, invited, lead, other, time_machine):
    time_machine.move_to(datetime(2026, 3, 9, 12, tzinfo=UTC))
    sign_off(session=open_session(workshop, 2), actor=other)

    with pytest.raises(WorkshopError, match=r"signed registers here \(sessions 2\)"):
        remove_facilitator(workshop=workshop, person=other.person, actor=lead)

    remove_facilitator(workshop=workshop, person=lead.person, actor=lead)
    assert workshop.facilitations.get() == invited
