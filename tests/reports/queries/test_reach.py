"""R17: reach by region, recomputed by plain loops."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import Agency
from reports import drawing, wording
from reports.queries import KINDS, Audience, Question, scope_of
from tests.factories.people import AgencyTree, make_agency, make_person, make_standing
from tests.factories.workshops import DAY, make_workshop, mark, open_session, register
from workshops.attendance import WAS_THERE
from workshops.models import Registration, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def ask(account: Any, agency: str = "", **asked: Any) -> Any:
    return KINDS["reach"].ask(Question(scope=scope_of(account, agency), now=AFTER, **asked))


def take_part(agency: Agency, number: int, workshop: Workshop, status: str = "present") -> None:
    (session, *_others) = workshop.sessions.all()
    for _person in range(number):
        person = make_person(agency=agency)
        register(workshop, person, agency)
        mark(session, person, status)


def make_world(_tree: AgencyTree) -> SimpleNamespace:
    """Brest: two agencies, one of them reached. Gomel: one, with somebody who was absent. Podlasie: not in the list."""
    brest = make_agency(region="brest")
    make_agency(region="brest")
    gomel = make_agency(region="gomel")
    podlasie = make_agency(region="Podlasie")
    workshop, again = make_workshop(), make_workshop()
    open_session(workshop)
    open_session(again)
    take_part(brest, 7, workshop)
    take_part(gomel, 6, workshop)
    take_part(gomel, 1, workshop, "absent")
    take_part(podlasie, 2, workshop)
    # Somebody from Brest came a second time, for an agency in Gomel.
    person = Registration.objects.filter(agency=brest).earliest("pk").person
    register(again, person, gomel)
    mark(again.sessions.get(number=1), person)
    return SimpleNamespace(brest=brest, gomel=gomel, podlasie=podlasie, workshop=workshop)


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(world=make_world)


@pytest.fixture
def world(stood: SimpleNamespace) -> SimpleNamespace:
    return stood.world


def recomputed() -> dict[str, dict[str, set[Any]]]:
    """People who were confirmed, took part and completed, and agencies that were reached, by region; "" for all."""
    found: dict[str, dict[str, set[Any]]] = {}
    for registration in Registration.objects.select_related("agency"):
        for region in (registration.agency.region, "all"):
            group = found.setdefault(
                region, {"confirmed": set(), "started": set(), "completed": set(), "agencies": set()}
            )
            group["confirmed"].add(registration.person_id)
            records = registration.records.all()
            if any(record.status in WAS_THERE for record in records):
                group["started"].add(registration.person_id)
                group["agencies"].add(registration.agency_id)
                if registration.completed_at is not None:
                    group["completed"].add(registration.person_id)
    return found


def test_people_count_once_in_a_region_and_once_in_all(roles, world):
    report = ask(roles.manager)

    expected = recomputed()
    for row in [*report.rows, {"region": "all", **report.totals}]:
        group = expected.get(
            row["region"], {"confirmed": set(), "started": set(), "completed": set(), "agencies": set()}
        )
        found = {key: row[key] for key in ("confirmed", "started", "completed", "agencies_reached")}
        assert found == {
            "confirmed": len(group["confirmed"]),
            "started": len(group["started"]),
            "completed": len(group["completed"]),
            "agencies_reached": len(group["agencies"]),
        }
    assert report.totals["started"] == 15
    assert sum(row["started"] for row in report.rows) == 16


def test_regions_stand_in_the_order_of_the_list_and_unknown_ones_behind_them(roles, world):
    report = ask(roles.manager)

    assert [row["region"] for row in report.rows] == ["brest", "gomel", "", "Podlasie"]


def test_agencies_of_the_region_are_those_that_were_open(roles, world):
    Agency.objects.filter(pk=world.podlasie.pk).update(closed_on=date(2026, 3, 20))
    closed = make_agency(region="brest")
    Agency.objects.filter(pk=closed.pk).update(closed_on=date(2026, 2, 1))

    now = {row["region"]: row["agencies"] for row in ask(roles.manager).rows}
    in_january = {row["region"]: row["agencies"] for row in ask(roles.manager, first_day=date(2026, 1, 1)).rows}

    # What was reached counts although it is closed.
    assert (now["brest"], now["Podlasie"], in_january["brest"]) == (2, 1, 3)


def test_the_share_of_agencies_is_that_of_the_region(roles, world):
    shares = {row["region"]: row["agencies_share"] for row in ask(roles.manager).rows}

    assert (shares["brest"], shares["gomel"]) == (0.5, 1)


def test_a_coordinator_reads_about_the_own_agencies(roles, agency_tree, world):
    assert ask(roles.coordinator).rows == []


def test_a_period_without_workshops_is_empty(roles, world):
    report = ask(roles.manager, first_day=DAY + timedelta(days=1))

    assert (report.rows, report.totals["started"]) == ([], 0)


def test_a_region_of_two_people_is_hidden_and_cannot_be_worked_out(roles, world):
    report = ask(roles.manager, audience=Audience.PROGRAMME)

    rows = {row["region"]: row for row in report.rows}
    keys = ("confirmed", "started", "completed", "agencies_reached", "agencies_share")
    assert [rows["Podlasie"][key] for key in keys] == [None] * 5
    hidden = {report.rows[place]["region"] for place, key in report.hidden if key == "started"}
    assert len(hidden) > 1
    assert "Podlasie" in hidden


def test_the_report_says_first_how_many_were_reached_and_shows_from_where(roles, world):
    report = ask(roles.manager)

    assert wording.findings(report) == [
        "15 different people took part.",
        f"3 of {Agency.objects.count()} agencies were reached.",
    ]
    (chart,) = drawing.charts(report)
    assert [row[0].text for row in chart.table.rows][:2] == ["Brest region", "Gomel region"]


@pytest.mark.parametrize("audience", [Audience.AGENCY, Audience.PROGRAMME])
def test_more_regions_need_no_more_queries(roles, audience):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(roles.manager, audience=audience)
        return len(queries)

    workshop = make_workshop()
    open_session(workshop)
    take_part(make_agency(region="brest"), 1, workshop)
    cost()
    first = cost()
    for region in ("gomel", "grodno"):
        take_part(make_agency(region=region), 3, workshop)

    assert (cost(), first <= 25) == (first, True)
