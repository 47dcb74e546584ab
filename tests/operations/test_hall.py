"""A hall that is filled to be measured, and what is measured in it."""

import pytest
from django.urls import reverse

from operations.management.commands.bench import _checking_in, _size_of_register
from operations.management.hall import Hall, fill_course, fill_hall
from people.models import Account
from workshops.models import AttendanceEvent, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

PEOPLE = 3


@pytest.fixture
def hall(db: None) -> Hall:
    return fill_hall(PEOPLE)


def test_everybody_in_it_is_expected_and_may_check_in(hall):
    assert hall.session.takes_check_in
    assert hall.session.workshop.status == Workshop.Status.RUNNING
    assert set(hall.session.records.values_list("person", "status")) == {
        (each.person_id, "not_recorded") for each in hall.people
    }
    assert Account.objects.count() == PEOPLE + 1


def test_one_person_after_the_other_comes_and_then_goes(hall):
    tap = _checking_in(hall)
    for _ in range(PEOPLE + 1):
        tap()

    came = AttendanceEvent.objects.filter(kind="in")
    assert [each.actor for each in came.order_by("server_time")] == hall.people
    assert AttendanceEvent.objects.get(kind="out").actor == hall.people[0]


def test_the_register_is_weighed_as_it_goes_over_the_wire(hall, client_of):
    plain = client_of(hall.facilitator).get("/be/workshops/MEASURED-HALL/sessions/1/register/")

    assert 1_000 < _size_of_register(hall) < len(plain.content) / 2


def test_a_course_has_a_record_of_everybody_in_each_session(client_of):
    course = fill_course(PEOPLE, 4)

    page = client_of(course.coordinator).get(reverse("agency_report"), {"workshop": course.workshop.code})
    report = page.context["report"]

    assert (len(report.rows), report.session_numbers(), report.provisional) == (PEOPLE, [1, 2, 3, 4], False)
    assert {cell["status"] for row in report.rows for cell in row["sessions"].values()} >= {"present", "late"}
