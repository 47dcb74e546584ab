"""What recurs: following the clock, and the safety net of completion."""

from datetime import timedelta

import pytest

from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops import tasks
from workshops.models import Registration, Session, Workshop
from workshops.services import sign_off

pytestmark = pytest.mark.django_db


def test_the_clock_opens_registers_and_ends_workshops(time_machine):
    workshop = make_workshop()
    first, second = workshop.sessions.all()

    time_machine.move_to(first.starts_at + timedelta(minutes=1), tick=False)
    tasks.follow_clock()
    assert list(Session.objects.filter(opened_at__isnull=False)) == [first]

    time_machine.move_to(second.ends_at + timedelta(minutes=1), tick=False)
    tasks.follow_clock()
    tasks.follow_clock()
    assert Session.objects.filter(opened_at__isnull=False).count() == 2
    assert Workshop.objects.get().status == "ended"


def test_the_safety_net_completes_what_was_missed():
    account = make_facilitator()
    workshop = make_workshop(facilitator=account, sessions=1)
    registration = register(workshop)
    session = open_session(workshop)
    mark(session, registration.person)
    sign_off(session=session, actor=account)
    Registration.objects.update(completed_at=None, completion=None)

    tasks.complete_earned()

    assert Registration.objects.get().completed_at is not None
