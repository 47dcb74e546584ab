"""The command that proves attendance records equal to their events."""

import json

import pytest
from django.core.management import call_command

from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.models import AttendanceRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record() -> None:
    workshop = make_workshop()
    person = register(workshop).person
    mark(open_session(workshop), person)


def test_records_that_follow_from_their_events_are_fine(capsys):
    call_command("rebuild_attendance", "--check", "--json")

    assert json.loads(capsys.readouterr().out) == {"records": 1, "different": 0}


def test_a_check_finds_what_differs_ends_with_1_and_writes_nothing(capsys):
    AttendanceRecord.objects.update(credited_minutes=1)

    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_attendance", "--check", "--json")

    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"records": 1, "different": 1}
    assert AttendanceRecord.objects.get().credited_minutes == 1


def test_without_the_check_it_mends(capsys):
    AttendanceRecord.objects.update(credited_minutes=1)

    call_command("rebuild_attendance")

    assert capsys.readouterr().out == "1 records, 1 different\n"
    assert AttendanceRecord.objects.get().credited_minutes == 60
