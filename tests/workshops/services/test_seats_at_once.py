"""A hundred people press "Register" at the same moment, and ten seats go to ten of them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from people.models import Account
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_workshop
from workshops.models import Registration, Workshop
from workshops.services import register_oneself, set_seats, waiting_lists

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.db,
]
PATIENCE = 60  # seconds
CLICKS, SEATS = 100, 10
# As many at the same moment as PostgreSQL has connections for, with some to spare.
AT_ONCE = 50


def test_of_a_hundred_clicks_ten_are_confirmed_and_ninety_wait_in_the_order_in_which_they_came(time_machine):
    time_machine.move_to("2026-03-01T08:00:00Z")
    workshop = make_workshop(self_registration=True)
    set_seats(workshop=workshop, agency=None, seats=SEATS)
    agency = make_agency()
    accounts = [make_account(agency=agency) for _ in range(CLICKS)]

    _at_once(workshop, accounts)

    registrations = list(Registration.objects.order_by("pk"))
    assert Counter(each.state for each in registrations) == {"confirmed": SEATS, "waitlisted": CLICKS - SEATS}
    # Keys are given under the lock, one after the other: the first ten have the seats, the others wait in that order.
    assert [each.state for each in registrations[:SEATS]] == ["confirmed"] * SEATS
    assert list(waiting_lists(workshop).values()) == [[each.pk for each in registrations[SEATS:]]]
    assert [each.created_at for each in registrations] == sorted(each.created_at for each in registrations)


def _at_once(workshop: Workshop, accounts: list[Account]) -> None:
    """Press in threads that start together, each with its own connection."""
    gate = Barrier(AT_ONCE, timeout=PATIENCE)

    def press(account: Account) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            register_oneself(workshop=workshop, person=account.person, actor=account)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as room:
        list(room.map(press, accounts))
