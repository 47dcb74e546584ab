"""A world to measure with: always the same, as the services would have written it, never beside real people."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from assessments.models import Attempt
from audit.models import Event
from core.errors import DomainError
from operations.demo.evaluation import load_forms
from operations.demo.people import DOMAIN as DEMO
from operations.scale import Asked, Form, Shape, Size, generate, rows
from operations.services import load_scale
from operations.services.scale import _forms
from people.models import Account, Agency, Membership, Person
from reports.services import read_report
from tests.factories.people import make_account
from workshops.attendance import Cell, share, stand
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, Workshop
from workshops.services import rebuild_records

PEOPLE, WORKSHOPS = 200, 5
FORMS = {
    "end": Form(1, [Asked(1, [1, 2, 3, 4, 5], []), Asked(2, [], ["yes", "no"])]),
    "months_3": Form(2, [Asked(3, [], ["done"])]),
}


def world(
    *,
    people: int = PEOPLE,
    workshops: int = WORKSHOPS,
    today: date = date(2026, 3, 10),
    forms: Mapping[str, Form] = FORMS,
) -> list[Any]:
    return list(generate(Shape(Size(people, workshops), today, 1000, forms)))


@pytest.fixture
def written(db: None) -> int:
    load_forms()
    return load_scale(people=PEOPLE, workshops=WORKSHOPS)


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_the_same_numbers_and_day_give_the_same_rows():
    assert world() == world()


def test_another_day_moves_the_workshops_along():
    first, later = (
        [each.starts_on for each in world(today=day) if isinstance(each, rows.Workshop)]
        for day in (date(2026, 3, 10), date(2026, 3, 17))
    )

    assert [day + timedelta(days=7) for day in first] == later


def test_it_is_as_big_as_was_asked_for():
    found = Counter(type(each) for each in world(people=7_000, workshops=20))

    assert [found[table] for table in (rows.Person, rows.Agency, rows.Workshop)] == [7_000, 28, 20]
    assert found[rows.Session] >= 20 * 12
    # Of 84 who are registered some 70 are confirmed, and most workshops are held.
    assert 60 * 12 * 15 < found[rows.AttendanceRecord] < 75 * 12 * 20
    assert 0.97 < found[rows.AttendanceEvent] / found[rows.AttendanceRecord] < 1


def test_keys_are_above_those_that_exist_and_no_two_are_the_same():
    keys = Counter((type(each), each.id) for each in world())

    assert max(keys.values()) == 1
    assert min(key for _table, key in keys if isinstance(key, int)) == 1001


# --- In the database ------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_every_row_is_written(written):
    expected = Counter(type(each).__name__ for each in world(today=timezone.localdate(), forms=_forms()))

    for model in (Agency, Person, Membership, Workshop, Session, Registration, AttendanceRecord, AttendanceEvent):
        assert model.objects.count() == expected[model.__name__]
    assert Attempt.objects.count() == expected["Attempt"]
    assert written == expected.total()


@pytest.mark.db
def test_records_are_what_their_events_amount_to(written):
    assert rebuild_records(check=True) == (AttendanceRecord.objects.count(), 0)


@pytest.mark.db
def test_whoever_completed_has_reached_the_share_of_hours_and_nobody_else(written):
    over = Registration.objects.filter(workshop__status="closed", confirmed_at__isnull=False).prefetch_related(
        "records__session"
    )

    for each in over:
        records = [record for record in each.records.all() if record.session.makes_up_for_id is None]
        standing = stand(
            Cell(record.planned_minutes, record.credited_minutes, required=record.session.required, held=True)
            for record in records
        )
        reached = bool(records) and standing.has_reached(each.workshop.threshold)
        assert (each.completed_at is not None) == reached
        if reached:
            assert each.completion["share"] == share(standing.credited, standing.planned_all)


@pytest.mark.db
def test_new_rows_find_keys_that_are_free(written):
    assert make_account().person_id > Person.objects.order_by("pk")[PEOPLE - 1].pk


@pytest.mark.db
def test_its_two_accounts_read_reports_each_in_the_own_scope(written):
    manager, coordinator = (Account.objects.get(email=f"{word}@scale.example") for word in ("manager", "coordinator"))

    everywhere = read_report(name="participation", account=manager)
    own = read_report(name="agency-results", account=coordinator)

    assert everywhere.totals["workshops"] >= WORKSHOPS - 2
    assert everywhere.totals["confirmed"] > 100
    assert own.totals["people"] > 100
    assert not manager.has_usable_password()


# --- Where it is refused --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_database_with_real_people_is_refused():
    make_account()

    with pytest.raises(CommandError, match="not of the demonstration"):
        call_command("make_scale_data", people=PEOPLE, workshops=WORKSHOPS)

    assert Person.objects.count() == 1
    assert not Workshop.objects.exists()


@pytest.mark.db
@pytest.mark.django_db
def test_beside_the_demonstration_there_is_room():
    learner = make_account(email=f"learner@{DEMO}")
    load_forms()

    load_scale(people=PEOPLE, workshops=WORKSHOPS)

    assert Person.objects.count() == PEOPLE + 1
    assert min(Person.objects.exclude(pk=learner.person_id).values_list("pk", flat=True)) > learner.person_id


@pytest.mark.django_db
def test_a_second_time_is_refused(written):
    with pytest.raises(DomainError, match="here already"):
        load_scale(people=PEOPLE, workshops=WORKSHOPS)

    assert Workshop.objects.count() == WORKSHOPS


@pytest.mark.django_db
def test_without_the_forms_of_the_evaluation_nothing_is_written():
    with pytest.raises(DomainError, match="forms of the evaluation"):
        load_scale(people=PEOPLE, workshops=WORKSHOPS)

    assert not Person.objects.exists()


def test_fewer_than_ten_people_are_refused():
    with pytest.raises(CommandError, match="ten people"):
        call_command("make_scale_data", people=9, workshops=1)


# --- What is measured in it -----------------------------------------------------------------------------------------


@pytest.mark.db
def test_every_report_is_opened_by_both_readers_and_what_is_noted_is_rolled_back(written):
    out = StringIO()

    call_command("reports_drill", "--json", stdout=out)

    pages = json.loads(out.getvalue())
    opened = {each["report"] for each in pages if each["reader"] == "manager" and each["status"] == 200}
    assert {"participation", "agencies", "agency-attendance", "agency-results", "results-matrix"} <= opened
    assert {each["reader"] for each in pages} == {"manager", "coordinator"}
    assert all(each["queries"] > 0 for each in pages if each["status"] == 200)
    assert not Event.objects.filter(action="reports.read").exists()


@pytest.mark.db
@pytest.mark.deep
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a country of its own needs a PostgreSQL")
def test_the_longest_file_is_made_in_a_process_of_its_own(django_db_blocker):
    out = StringIO()

    with django_db_blocker.unblock():
        call_command("reports_drill", "--json", "--file", people=60, workshops=3, stdout=out, stderr=StringIO())

    file = json.loads(out.getvalue())[-1]
    assert (file["report"], file["format"]) == ("microdata", "xlsx")
    assert 0 < file["rows"] <= 180
    assert file["cpu_seconds"] > 0
    assert file["holds"] == (file["seconds"] < 20 and file["grown_mb"] < 150)


@pytest.mark.django_db
def test_without_such_a_world_the_drill_says_what_to_do():
    with pytest.raises(CommandError, match="make_scale_data"):
        call_command("reports_drill")


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there it would be made")
def test_a_country_of_its_own_needs_a_postgresql():
    with pytest.raises(CommandError, match="must name a PostgreSQL"):
        call_command("reports_drill", people=10)
