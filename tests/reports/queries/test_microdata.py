"""R18: rows for research, recomputed by plain loops."""

import doctest
import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from people import privacy
from people.models import Person
from people.services import record_consent
from programmes.models import Programme
from reports import formats
from reports.queries import KINDS, Audience, Question, microdata, scope_of
from reports.queries.microdata import pseudonyms
from reports.services import freeze_report
from tests.factories.evaluation import ask as ask_for_evaluation
from tests.factories.evaluation import make_wave
from tests.factories.people import make_agency, make_agency_tree, make_person, make_role_holders
from tests.factories.results import make_phase_attempt
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.attendance import WAS_THERE
from workshops.models import AttendanceRecord, Registration, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
# In the world below.
EVERYBODY = 20


def make_programme(code: str, *workshops: Workshop) -> Programme:
    programme = Programme.objects.create(
        code=code, title_en=code, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    programme.workshops.set(workshops)
    return programme


def ask(account: Any, programme: Programme, **asked: Any) -> Any:
    values = {"audience": Audience.PROGRAMME, "now": AFTER, **asked}
    return KINDS["microdata"].ask(Question(scope=scope_of(account), programme=programme, **values))


def attend(workshop: Workshop, agency: Any, number: int, sex: str = "female", status: str = "present") -> list[Person]:
    people = [make_person(agency=agency, sex=sex) for _each in range(number)]
    for person in people:
        register(workshop, person, agency)
        for session in workshop.sessions.all():
            mark(session, person, status)
    return people


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Roles and the world, made once for all tests; what a test adds is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield SimpleNamespace(roles=make_role_holders(make_agency_tree()), world=make_world())
        transaction.set_rollback(True)


@pytest.fixture
def roles(standing, db) -> SimpleNamespace:
    return deepcopy(standing.roles)


@pytest.fixture
def world(standing, db) -> SimpleNamespace:
    return deepcopy(standing.world)


def make_world() -> SimpleNamespace:
    """Women: 6 of clinics in Brest, 3 and 3 of clinics in Gomel and Grodno, 4 and 2 of NGOs in two regions. Men: 2."""
    workshop = make_workshop()
    for session in workshop.sessions.all():
        open_session(workshop, session.number)
    kinds = {"clinic": "health_institution", "ngo": "ngo", "state": "state_authority"}
    agencies = {
        name: make_agency(kind=kinds[name.split()[0]], region=name.split()[1])
        for name in ("clinic brest", "clinic gomel", "clinic grodno", "ngo brest", "state gomel")
    }
    sizes = {"clinic brest": 6, "clinic gomel": 3, "clinic grodno": 3, "ngo brest": 4, "state gomel": 2}
    people = {name: attend(workshop, agencies[name], number) for name, number in sizes.items()}
    people["men"] = attend(workshop, agencies["clinic brest"], 2, "male")
    return SimpleNamespace(
        workshop=workshop, agencies=agencies, people=people, programme=make_programme("P1", workshop)
    )


def test_the_worked_examples_hold():
    assert doctest.testmod(microdata).failed == 0


def test_what_few_people_share_is_made_coarse_and_then_left_out(roles, world):
    report = ask(roles.manager, world.programme)

    assert Counter((row["sex"], row["agency_kind"], row["region"]) for row in report.rows) == {
        ("female", "health_institution", "brest"): 6,
        ("female", "health_institution", "other"): 6,
        ("female", "other", "other"): 6,
        (None, None, None): 2,
    }
    assert report.totals == {
        "rows": 20, "people": 20, "region_given_up": 12, "kind_given_up": 6, "emptied": 2,
    }  # fmt: skip


def test_whoever_does_not_agree_to_research_is_left_out(roles, world, monkeypatch):
    person = world.people["clinic brest"][0]

    def rows() -> int:
        return len(ask(roles.manager, world.programme).rows)

    record_consent(person=person, purpose="research", given=False)
    assert rows() == EVERYBODY - 1
    record_consent(person=person, purpose="research", given=True)
    assert rows() == EVERYBODY
    monkeypatch.setitem(privacy.PURPOSES, "research", replace(privacy.PURPOSES["research"], version=2))
    assert rows() == EVERYBODY - 1


def test_a_row_that_is_left_out_is_empty_and_marked(roles, world):
    report = ask(roles.manager, world.programme)

    keys = {column.key for column in report.columns}
    empty = [place for place, row in enumerate(report.rows) if set(row.values()) == {None}]
    assert empty == [18, 19]
    assert set(report.hidden) == {(place, key) for place in empty for key in keys}


@pytest.mark.parametrize(("audience", "k"), [(Audience.PROGRAMME, 5), (Audience.OUTSIDE, 10)])
def test_nobody_stands_out(roles, world, audience, k):
    report = ask(roles.manager, world.programme, audience=audience)

    groups = Counter(
        (row["sex"], row["agency_kind"], row["region"], row["workshop"]) for row in report.rows if row["pseudonym"]
    )
    assert all(number >= k for number in groups.values())


def recomputed(workshop: Workshop, programme: Programme) -> dict[str, dict[str, Any]]:
    """What is said of each person, by pseudonym."""
    found = {}
    for registration in Registration.objects.filter(workshop=workshop):
        credited = planned = 0
        there = False
        for record in AttendanceRecord.objects.filter(session__workshop=workshop, person=registration.person_id):
            there = there or record.status in WAS_THERE
            if record.session.required:
                credited += record.credited_minutes
                planned += record.planned_minutes
        share = 100 * credited / planned
        hours = "none" if not credited else "all" if share >= 100 else "80_99" if share >= 80 else "50_79"
        hours = "1_49" if 0 < share < 50 else hours
        results: dict[str, float] = {}
        for link in registration.phase_attempts.order_by("attempt__submitted_at"):
            results[link.phase] = round(20 * link.attempt.mark / link.attempt.max_mark) / 20
        found[pseudonyms(programme)(registration.person_id)] = {
            "took_part": there,
            "hours": hours,
            "before": results.get("pre"),
            "after": results.get("post"),
            "completed": there and registration.completed_at is not None,
        }
    return found


def test_each_row_says_what_plain_loops_find(roles, world):
    first, second, third, *_others = world.people["clinic brest"]
    late, early = world.workshop.sessions.order_by("number")
    mark(late, first, "absent")
    mark(early, second, "late", minutes=31)
    for session in (late, early):
        mark(session, third, "absent")
    for person, phase, per_cent in ((first, "pre", 42), (first, "post", 20), (first, "post", 88), (second, "pre", 100)):
        make_phase_attempt(Registration.objects.get(person=person), phase, per_cent)

    rows = [row for row in ask(roles.manager, world.programme).rows if row["pseudonym"]]

    expected = recomputed(world.workshop, world.programme)
    keys = ("took_part", "hours", "before", "after", "completed")
    assert {row["pseudonym"]: {key: row[key] for key in keys} for row in rows} == {
        row["pseudonym"]: expected[row["pseudonym"]] for row in rows
    }
    said = {row["pseudonym"]: row for row in rows}
    assert [said[pseudonyms(world.programme)(each.pk)]["hours"] for each in (first, second, third)] == [
        "50_79", "80_99", "none",
    ]  # fmt: skip
    assert said[pseudonyms(world.programme)(first.pk)]["after"] == 0.9


def test_follow_up_says_when_somebody_was_asked_last(roles, world):
    person, other, *_others = world.people["clinic brest"]
    for kind, opens_on in (("end", date(2026, 3, 10)), ("months_3", date(2026, 6, 8)), ("months_6", date(2026, 9, 6))):
        wave = make_wave(world.workshop, kind, opens_on=opens_on)
        ask_for_evaluation(wave, person)
    ask_for_evaluation(world.workshop.waves.get(kind="end"), other)

    said = {row["pseudonym"]: row["follow_up_months"] for row in ask(roles.manager, world.programme).rows}

    people = [person, other, world.people["clinic brest"][2]]
    # The wave after six months has not opened yet.
    assert [said[pseudonyms(world.programme)(each.pk)] for each in people] == [3, 0, None]


def test_a_pseudonym_is_that_of_the_programme_and_of_this_site(roles, world):
    other = make_programme("P2", world.workshop)
    person = world.people["clinic brest"][0].pk

    here, there = pseudonyms(world.programme)(person), pseudonyms(other)(person)
    with override_settings(SECRET_KEY="of another site"):
        elsewhere = pseudonyms(world.programme)(person)

    assert len({here, there, elsewhere}) == 3
    assert pseudonyms(world.programme)(person) == here


def test_a_person_has_one_pseudonym_in_all_workshops_of_a_programme(roles, world):
    again = make_workshop()
    open_session(again)
    for person in world.people["clinic brest"]:
        register(again, person)
    world.programme.workshops.add(again)

    rows = ask(roles.manager, world.programme).rows

    own = {pseudonyms(world.programme)(person.pk) for person in world.people["clinic brest"]}
    assert Counter(row["pseudonym"] for row in rows if row["pseudonym"] in own) == dict.fromkeys(own, 2)


def test_nothing_in_the_file_names_anybody_or_a_day(roles, world):
    report = ask(roles.manager, world.programme)

    data = json.dumps(json.loads(formats.to_json(report))["rows"])
    for person in Person.objects.all():
        for word in (person.public_code, person.family_name, person.email):
            assert f'"{word}"' not in data
    assert {row["month"] for row in report.rows} == {"2026-03", None}
    assert "2026-03-" not in data


def test_rows_stand_in_an_order_that_tells_nothing(roles, world):
    names = [row["pseudonym"] for row in ask(roles.manager, world.programme).rows if row["pseudonym"]]

    assert names == sorted(names)


def test_a_code_book_explains_each_column(roles, world):
    report = ask(roles.manager, world.programme)

    assert {column.key for column in report.columns} <= set(report.definitions)
    for column in report.columns:
        if column.type == "code":
            values = {row[column.key] for row in report.rows} - {None, ""}
            assert values <= set(report.codes[column.key])


def test_it_is_for_managers_who_name_a_programme(roles, world, client_of):
    address = reverse("report", args=["microdata"])

    assert client_of(roles.coordinator).get(address, {"programme": "P1"}).status_code == 404
    assert client_of(roles.manager).get(address).context["missing"]
    page = client_of(roles.manager).get(address, {"programme": "P1"})
    assert page.context["report"].totals["emptied"] == 2


def test_more_people_need_no_more_queries(roles, world):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(roles.manager, world.programme)
        return len(queries)

    cost()
    first = cost()
    for _more in range(2):
        workshop = make_workshop()
        for session in workshop.sessions.all():
            open_session(workshop, session.number)
        register(workshop, agency=world.agencies["ngo brest"])
        world.programme.workshops.add(workshop)

    assert (cost(), first <= 25) == (first, True)


@pytest.mark.parametrize("kind", ["", "xlsx", "csv", "json", "pdf"])
def test_whoever_reads_it_on_a_page_or_as_a_file_is_noted(roles, world, client_of, kind):
    address, asked = reverse("report", args=["microdata"]), {"programme": "P1", **({"format": kind} if kind else {})}

    client_of(roles.manager).get(address)
    assert readings() == []
    response = client_of(roles.manager).get(address, asked)

    assert response.status_code == 200
    assert readings() == [(roles.manager, {"report": "microdata", "programme": "P1"})]


def test_whoever_takes_it_by_the_command_is_noted(roles, world, tmp_path):
    path = tmp_path / "rows.csv"
    asked = ["--programme", "P1", "--as", roles.administrator.email, "--format", "csv", "-o", str(path)]

    call_command("report", "microdata", *asked)

    assert path.exists()
    assert readings() == [(roles.administrator, {"report": "microdata", "programme": "P1"})]


def test_whoever_reads_it_frozen_is_noted_each_time(roles, world, client_of):
    number = freeze_report(name="microdata", account=roles.manager, programme="P1").number
    assert readings() == []

    for address in (reverse("frozen_report", args=[number]), reverse("frozen_file", args=[number, "en", "csv"])):
        assert client_of(roles.administrator).get(address).status_code == 200

    assert readings() == [(roles.administrator, {"report": number, "programme": "P1"})] * 2


def readings() -> list[tuple[Any, dict[str, Any]]]:
    """Who read which report, as it is noted."""
    return [(event.actor, event.after) for event in Event.objects.filter(action="reports.read").order_by("pk")]
