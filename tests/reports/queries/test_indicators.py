"""R15: the results matrix, recomputed by plain loops over registrations, records, enrolments and certificates."""

from datetime import UTC, date, datetime
from math import floor
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Certificate
from courses.models import Enrolment
from people.models import Person
from programmes.indicators import Formula
from programmes.models import Indicator, IndicatorValue, Programme
from programmes.services import add_component, add_period, correct_value, enter_value, set_targets
from reports import drawing, wording
from reports.queries import KINDS, Audience, OutOfScopeError, Question, scope_of
from tests.factories.certificates import COMPLETED, make_completed_enrolment
from tests.factories.evaluation import answer_many, make_wave
from tests.factories.people import AgencyTree, make_person, make_standing
from tests.factories.programmes import make_indicator, make_programme
from tests.factories.reports import make_attended_workshop
from tests.factories.results import make_phase_attempt
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.attendance import WAS_THERE
from workshops.models import AttendanceRecord, EvaluationAnswer, PhaseAttempt, Registration, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
COUNTED = [
    Formula.PEOPLE_CONFIRMED, Formula.PEOPLE_STARTED, Formula.PEOPLE_COMPLETED, Formula.PEOPLE_CERTIFIED,
    Formula.PARTICIPATIONS, Formula.AGENCIES_REACHED, Formula.WORKSHOPS_HELD, Formula.TRAINING_HOURS,
    Formula.ATTENDANCE_RATE, Formula.COMPLETION_RATE, Formula.MASTERY_AFTER, Formula.LEARNING_GAIN,
    Formula.EVALUATION_TOP,
]  # fmt: skip


def ask(account: Any, programme: Programme | None, **asked: Any) -> Any:
    return KINDS["results-matrix"].ask(Question(scope=scope_of(account), now=AFTER, programme=programme, **asked))


def row_of(report: Any, number: str) -> dict[str, Any]:
    (row,) = [row for row in report.rows if row["number"] == number]
    return row


def certify(**proof: Any) -> Certificate:
    """A certificate as it stands in the register."""
    return Certificate.objects.create(
        code=f"C{Certificate.objects.count() + 1}",
        kind="achievement",
        issued_at=COMPLETED,
        sealed_at=COMPLETED,
        pdf_sha256="0" * 64,
        language="en",
        payload={},
        **proof,
    )


def answered(workshop: Workshop, *numbers: int) -> None:
    """A few days after a workshop people give these numbers on a scale."""
    with time_machine.travel(datetime(2026, 3, 15, 9, 0, tzinfo=UTC), tick=False):
        answer_many(make_wave(workshop), *({"E1": number} for number in numbers))


def make_world(agency_tree: AgencyTree) -> SimpleNamespace:
    """Two workshops of the programme and one beside it; a module that some of their people take; two components."""
    first = make_attended_workshop(agency_tree)
    second, beside = make_workshop(sessions=1), make_workshop(sessions=1)
    people = [first.people["whole"], *(make_person(agency=agency_tree.unrelated) for _each in range(11))]
    for workshop in (second, beside):
        session = open_session(workshop)
        for person in people:
            register(workshop, person)
            mark(session, person)
    registrations = {each.person_id: each for each in second.registrations.all()}
    for place, person in enumerate(people):
        make_phase_attempt(registrations[person.pk], "pre", 20 + 4 * place)
        make_phase_attempt(registrations[person.pk], "post", 60 + 3 * place)
    Registration.objects.filter(workshop=second, person__in=people[:7]).update(completed_at=COMPLETED, completion={})
    answered(second, 5, 5, 4, 3, 2, 5)
    for registration in second.registrations.filter(completed_at__isnull=False)[:6]:
        certify(registration=registration, person=registration.person, agency=registration.agency)
    completed = make_completed_enrolment(person=people[0])
    module = completed.module
    for person in (people[1], make_person(agency=agency_tree.clinic)):
        moments = {"enrolled_at": COMPLETED, "started_at": COMPLETED}
        Enrolment.objects.create(module=module, person=person, agency=agency_tree.clinic, **moments)
    certify(enrolment=completed, person=people[0], agency=completed.agency)
    programme = make_programme(modules=[module], workshops=[first.workshop, second])
    component = add_component(
        programme=programme, number=1, title_en="One", modules=[module], workshops=[first.workshop]
    )
    return SimpleNamespace(
        programme=programme, component=component, first=first.workshop, second=second, module=module, people=people
    )


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(world=make_world)


@pytest.fixture
def world(stood: SimpleNamespace) -> SimpleNamespace:
    return stood.world


# --- The same by plain loops ----------------------------------------------------------------------------------------


def registrations_of(workshops: list[Workshop]) -> list[Registration]:
    """One for each person and workshop; nobody registers twice in this world."""
    return [each for each in Registration.objects.all() if each.workshop in workshops]


def was_there(registration: Registration) -> bool:
    records = AttendanceRecord.objects.filter(person=registration.person, session__workshop=registration.workshop)
    return registration.confirmed_at is not None and any(record.status in WAS_THERE for record in records)


def recomputed(workshops: list[Workshop], modules: list[Any]) -> dict[str, Any]:
    confirmed = [each for each in registrations_of(workshops) if each.confirmed_at is not None]
    started = [each for each in confirmed if was_there(each)]
    completed = [each for each in started if each.completed_at is not None]
    enrolments = [each for each in Enrolment.objects.all() if each.module in modules]
    proofs = [each for each in Certificate.objects.all() if each.revoked_at is None]
    certified = [each for each in completed if any(proof.registration_id == each.pk for proof in proofs)]
    records = [
        record
        for record in AttendanceRecord.objects.all()
        if record.session.workshop in workshops and record.session.required
    ]
    credited, planned = sum(each.credited_minutes for each in records), sum(each.planned_minutes for each in records)
    people = {
        Formula.PEOPLE_CONFIRMED: {each.person_id for each in confirmed},
        Formula.PEOPLE_STARTED: {each.person_id for each in [*started, *enrolments]},
        Formula.PEOPLE_COMPLETED: {
            each.person_id for each in [*completed, *(each for each in enrolments if each.completed_at)]
        },
        Formula.PEOPLE_CERTIFIED: {each.person_id for each in certified}
        | {each.person_id for each in enrolments if any(proof.enrolment_id == each.pk for proof in proofs)},
    }
    figures: dict[str, Any] = {formula: len(found) for formula, found in people.items()}
    figures |= {
        Formula.PARTICIPATIONS: len(started),
        Formula.AGENCIES_REACHED: len({each.agency_id for each in [*started, *enrolments]}),
        Formula.WORKSHOPS_HELD: len(workshops),
        Formula.TRAINING_HOURS: floor(credited / 45 * 2) / 2,
        Formula.ATTENDANCE_RATE: credited / planned,
        Formula.COMPLETION_RATE: len(completed) / len(started),
        **marks_by_hand(started),
        **evaluation_by_hand(workshops),
    }
    sexes = {person.pk: person.sex for person in Person.objects.all()}
    women = {formula: sum(sexes[person] == "female" for person in found) for formula, found in people.items()}
    return {"figures": figures, "women": women}


def marks_by_hand(started: list[Registration]) -> dict[str, Any]:
    marks: dict[str, dict[int, float]] = {"pre": {}, "post": {}}
    for link in PhaseAttempt.objects.all():
        if link.registration in started:
            marks[link.phase][link.registration.person_id] = link.attempt.mark / 100
    before, after = list(marks["pre"].values()), list(marks["post"].values())
    if len(before) < 10:
        return {Formula.MASTERY_AFTER: None, Formula.LEARNING_GAIN: None}
    mean_before, mean_after = sum(before) / len(before), sum(after) / len(after)
    return {
        Formula.MASTERY_AFTER: sum(mark >= 75 for mark in after) / len(after),
        Formula.LEARNING_GAIN: (mean_after - mean_before) / (100 - mean_before),
    }


def evaluation_by_hand(workshops: list[Workshop]) -> dict[str, Any]:
    answers = [
        answer.number
        for answer in EvaluationAnswer.objects.all()
        if answer.response.wave.workshop in workshops and answer.number is not None
    ]
    return {Formula.EVALUATION_TOP: sum(number >= 4 for number in answers) / len(answers) if answers else None}


@pytest.mark.parametrize("part", ["whole", "component"])
def test_every_formula_comes_to_what_plain_loops_count(roles, world, part):
    component = world.component if part == "component" else None
    for place, formula in enumerate(COUNTED):
        by_sex = formula.startswith("people_")
        make_indicator(world.programme, str(place), formula=formula, component=component, by_sex=by_sex)

    report = ask(roles.manager, world.programme)

    by_hand = recomputed([world.first] if component else [world.first, world.second], [world.module])
    found = {row["formula"]: row["actual"] for row in report.rows}
    assert found == pytest.approx(by_hand["figures"])
    assert {row["formula"]: row["female"] for row in report.rows if row["female"] is not None} == by_hand["women"]


def test_an_enrolment_and_a_workshop_count_in_the_period_in_which_they_lie(roles, world):
    for number, formula in enumerate((Formula.PEOPLE_STARTED, Formula.PARTICIPATIONS, Formula.TRAINING_HOURS)):
        make_indicator(world.programme, str(number), formula=formula)
    before = {"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 31)}

    january = ask(roles.manager, world.programme, **before)
    march = ask(roles.manager, world.programme, first_day=date(2026, 3, 1), last_day=date(2026, 3, 31))

    assert [row["actual"] for row in january.rows] == [0, 0, 0]
    by_hand = recomputed([world.first, world.second], [world.module])["figures"]
    assert [row["actual"] for row in march.rows] == [
        by_hand[Formula.PEOPLE_STARTED],
        by_hand[Formula.PARTICIPATIONS],
        by_hand[Formula.TRAINING_HOURS],
    ]


# --- By hand --------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_hand(roles) -> Indicator:
    """Orders: 2 at first, 8 promised; 3 in January, 9 and then, corrected, 5 in March."""
    programme = make_programme()
    indicator = make_indicator(programme, baseline=2, target=8)
    fields = {"evidence": "Letters", "actor": roles.manager}
    enter_value(indicator=indicator, measured_on=date(2026, 1, 20), value=3, **fields)
    wrong = enter_value(indicator=indicator, measured_on=date(2026, 3, 1), value=9, **fields)
    correct_value(
        corrected=wrong, measured_on=date(2026, 3, 1), value=5, reason="Drafts", evidence="Orders", actor=roles.manager
    )
    return indicator


@pytest.mark.parametrize(
    ("last_day", "found"),
    [
        (None, {"actual": 5, "progress": 0.5, "reached": False, "source": "Orders"}),
        (date(2026, 2, 28), {"actual": 3, "progress": pytest.approx(1 / 6), "reached": False, "source": "Letters"}),
        (date(2026, 1, 19), {"actual": None, "progress": None, "reached": None, "source": ""}),
    ],
)
def test_the_latest_value_that_nobody_corrected_counts(roles, by_hand, last_day, found):
    (row,) = ask(roles.manager, by_hand.programme, last_day=last_day).rows

    assert row == {
        "number": "1.1",
        "indicator": "1.1 Indicator 1.1",
        "component": "",
        "formula": "by_hand",
        "unit": "number",
        "target": 8,
        "target_of_period": None,
        "baseline": 2,
        "female": None,
        "male": None,
        **found,
    }


def test_the_target_is_that_of_the_period_in_which_the_last_day_lies(roles, by_hand):
    periods = [
        add_period(programme=by_hand.programme, number=number, starts_on=date(2026, *first), ends_on=date(2026, *last))
        for number, (first, last) in enumerate((((1, 1), (3, 31)), ((5, 1), (12, 31))), start=1)
    ]
    set_targets(indicator=by_hand, targets=dict(zip(periods, (4, 8), strict=True)))

    targets = [
        ask(roles.manager, by_hand.programme, last_day=day).rows[0]["target_of_period"]
        for day in (date(2026, 3, 31), date(2026, 4, 15), date(2026, 5, 1))
    ]

    assert targets == [4, None, 8]


def test_less_can_be_better_and_numbers_stand_in_their_order(roles, by_hand):
    days = make_indicator(by_hand.programme, "1.10", direction="down", target=10)
    make_indicator(by_hand.programme, "1.2", withdrawn=True)
    enter_value(indicator=days, measured_on=date(2026, 3, 1), value=9, evidence="Survey", actor=roles.manager)
    make_indicator(by_hand.programme, "1.9")

    report = ask(roles.manager, by_hand.programme)

    assert [(row["number"], row["reached"]) for row in report.rows] == [("1.1", False), ("1.9", None), ("1.10", True)]
    assert report.totals == {"indicators": 3, "indicators_reached": 1}
    assert wording.findings(report) == ["1 of 3 targets are reached.", "1 has no value yet."]


# --- Few people -----------------------------------------------------------------------------------------------------


def test_an_indicator_about_fewer_people_than_may_be_reported_is_empty(roles, world):
    make_indicator(world.programme, "1", formula="people_certified", component=world.component, by_sex=True)
    make_indicator(world.programme, "2", formula="workshops_held")

    report = ask(roles.manager, world.programme, audience=Audience.PROGRAMME)

    hidden = ("actual", "progress", "female", "male", "reached")
    assert sorted(report.hidden) == sorted((0, key) for key in hidden)
    assert {row_of(report, "1")[key] for key in hidden} == {None}
    assert row_of(report, "2")["actual"] == 2
    assert wording.findings(report) == ["0 of 2 targets are reached."]


def test_a_few_men_are_not_told_and_neither_are_the_women_that_would_tell_them(roles, world):
    programme = make_programme("P2", workshops=[world.second])
    Person.objects.filter(pk__in=[each.pk for each in world.people]).update(sex="female")
    Person.objects.filter(pk=world.people[0].pk).update(sex="male")
    make_indicator(programme, formula="people_started", by_sex=True)

    shown, kept_back = (
        ask(roles.manager, programme, audience=audience) for audience in (Audience.AGENCY, Audience.PROGRAMME)
    )

    assert [(row["actual"], row["female"], row["male"]) for row in shown.rows] == [(12, 11, 1)]
    assert [(row["actual"], row["female"], row["male"]) for row in kept_back.rows] == [(12, None, None)]
    assert sorted(kept_back.hidden) == [(0, "female"), (0, "male")]


def test_a_share_of_few_answers_is_empty(roles, world):
    few = make_workshop(sessions=1)
    answered(few, 5, 5, 4)
    programme = make_programme("P2", workshops=[few])
    make_indicator(programme, formula="evaluation_top")

    report = ask(roles.manager, programme, audience=Audience.PROGRAMME)

    assert [row["actual"] for row in report.rows] == [None]
    assert sorted(report.hidden) == [(0, "actual"), (0, "progress"), (0, "reached")]


# --- Page, files, queries -------------------------------------------------------------------------------------------


def test_the_report_is_about_a_programme_and_about_nothing_without_one(roles):
    with pytest.raises(OutOfScopeError, match="Say of which programme"):
        ask(roles.manager, None)


def test_a_share_is_written_in_per_cent_beside_numbers_of_people(roles, world, client):
    make_indicator(world.programme, "1", formula="people_started", target=20)
    make_indicator(world.programme, "2", formula="attendance_rate", target=0.85)
    client.force_login(roles.manager)

    page = client.get(reverse("report", args=["results-matrix"]), {"programme": "P1"}).content.decode()

    assert '<td class="number" data-label="Target">20</td>' in page
    assert '<td class="number" data-label="Target">85\N{NO-BREAK SPACE}%</td>' in page
    (chart,) = drawing.charts(ask(roles.manager, world.programme))
    assert [row[0].text for row in chart.table.rows] == ["1 Indicator 1", "2 Indicator 2"]


def test_queries_do_not_grow_with_indicators_and_values(roles, world):
    fields = {"measured_on": date(2026, 3, 1), "evidence": "Letters", "actor": roles.manager}
    counts = {}
    # The account remembers its roles from now on.
    ask(roles.manager, world.programme)
    for number in range(3):
        make_indicator(world.programme, f"1.{number}", formula="people_started")
        enter_value(indicator=make_indicator(world.programme, f"2.{number}"), value=number, **fields)
        with CaptureQueriesContext(connection) as queries:
            ask(roles.manager, world.programme)
        counts[number + 1] = len(queries)

    assert IndicatorValue.objects.count() == 3
    assert counts[3] == counts[1]
    # The page adds those who ask, what they may ask for, and the session.
    assert counts[3] <= 18
