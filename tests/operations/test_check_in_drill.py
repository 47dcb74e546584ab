"""A hall full of people checks in at once: real processes, real requests, nobody lost."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from operations.management.commands.check_in_drill import hold
from operations.management.hall import fill_hall

PEOPLE = 600


@pytest.mark.deep
@pytest.mark.db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two processes and SQLite have one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_a_hall_that_taps_at_once_nobody_is_lost_and_nobody_counts_twice():
    hall = fill_hall(PEOPLE)

    drill = hold(hall)

    assert (drill.people, drill.taps, drill.present, drill.lost, drill.twice) == (600, 720, 600, 0, 0)
    assert hall.session.attendance_events.count() == PEOPLE


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there it would be held")
def test_it_needs_a_postgresql():
    with pytest.raises(CommandError, match="must name a PostgreSQL"):
        call_command("check_in_drill")
