"""R8: what people learned in workshops, recomputed by plain loops over raw rows."""

from datetime import UTC, datetime, timedelta
from statistics import mean, stdev
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from scipy import stats

from reports import drawing, formats, wording
from reports.effect import learning_effect
from reports.queries import KINDS, Audience, Question, scope_of
from tests.factories.people import AgencyTree, make_person, make_standing
from tests.factories.results import make_phase_attempt
from tests.factories.workshops import DAY, make_workshop, mark, open_session, register
from workshops.attendance import WAS_THERE
from workshops.models import AttendanceRecord, Facilitation, PhaseAttempt, Registration, Workshop
from workshops.services import cancel_workshop, withdraw_registration

pytestmark = [pytest.mark.django_db, pytest.mark.db]

AFTER = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
FIGURES = [
    "mean_pre", "mean_post", "change", "change_ci95", "gain", "gain_ci95", "d_av", "mastery_before", "mastery_after",
    "mcnemar_p", "ceiling_share", "refused",
]  # fmt: skip
# Per cent before and after of twelve people.
TWELVE = [(20, 60), (30, 80), (40, 40), (50, 90), (10, 70), (60, 80), (80, 90), (90, 80), (30, 30), (40, 75), (55, 95),
          (25, 85)]  # fmt: skip


def ask(account: Any, **asked: Any) -> Any:
    agency = asked.pop("agency", "")
    return KINDS["learning-effect"].ask(Question(scope=scope_of(account, agency), now=AFTER, **asked))


def take_part(workshop: Workshop, agency: Any, *, there: bool = True) -> Registration:
    registration = register(workshop, agency=agency)
    mark(open_session(workshop), registration.person, "present" if there else "absent")
    return registration


def make_pairs(workshop: Workshop, agency: Any, shares: list[tuple[int, int]], **fields: Any) -> list[Registration]:
    """People of an agency who were there and took the test before and after."""
    registrations = [take_part(workshop, agency) for _share in shares]
    for registration, (before, after) in zip(registrations, shares, strict=True):
        make_phase_attempt(registration, "pre", before, **fields)
        make_phase_attempt(registration, "post", after, **fields)
    return registrations


def pairs_by_hand(workshop: Workshop) -> list[tuple[int, int]]:
    """Marks in hundredths before and after, of people who took part and have both; the last results count."""
    running = set(Facilitation.objects.filter(workshop=workshop).values_list("person_id", flat=True))
    confirmed = {each.person_id for each in Registration.objects.filter(workshop=workshop) if each.confirmed_at}
    there = {
        record.person_id
        for record in AttendanceRecord.objects.filter(session__workshop=workshop)
        if record.status in WAS_THERE
    }
    marks: dict[str, dict[int, int]] = {"pre": {}, "post": {}}
    links = PhaseAttempt.objects.filter(registration__workshop=workshop).select_related("attempt", "registration")
    for link in sorted(links, key=lambda each: each.attempt.submitted_at):
        if link.attempt.mark is not None:
            marks[link.phase][link.registration.person_id] = link.attempt.mark
    people = sorted((confirmed & there & set(marks["pre"]) & set(marks["post"])) - running)
    return [(marks["pre"][person], marks["post"][person]) for person in people]


def make_crowd(agency_tree: AgencyTree) -> Workshop:
    """A workshop with twelve pairs, and with whoever else can make a pair wrong."""
    workshop = make_workshop(sessions=1)
    registrations = make_pairs(workshop, agency_tree.clinic, TWELVE)
    # Somebody sat the test after once more, and the last result counts.
    make_phase_attempt(registrations[0], "post", 70)
    # One has only a result before, one was not there, one runs the workshop.
    make_phase_attempt(take_part(workshop, agency_tree.clinic), "pre", 50)
    absent = take_part(workshop, agency_tree.clinic, there=False)
    helper = take_part(workshop, agency_tree.clinic)
    for registration in (absent, helper):
        make_phase_attempt(registration, "pre", 0)
        make_phase_attempt(registration, "post", 100)
    Facilitation.objects.create(workshop=workshop, person=helper.person)
    # One withdrew after the test before and came back.
    first = take_part(workshop, agency_tree.clinic)
    make_phase_attempt(first, "pre", 35)
    withdraw_registration(registration=first)
    again = register(workshop, first.person, agency_tree.clinic)
    make_phase_attempt(again, "post", 65)
    return workshop


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(crowd=make_crowd)


@pytest.fixture
def crowd(stood: SimpleNamespace) -> Workshop:
    return stood.crowd


def test_the_figures_of_a_workshop_are_what_plain_loops_count(roles, crowd):
    (row,) = ask(roles.manager).rows

    pairs = pairs_by_hand(crowd)
    before, after = ([mark[place] / 100 for mark in pairs] for place in (0, 1))
    changes = [later - earlier for earlier, later in zip(before, after, strict=True)]
    n = len(pairs)
    reach = stats.t.ppf(0.975, n - 1) * stdev(changes) / n**0.5
    gained = sum(a >= 75 > b for b, a in zip(before, after, strict=True))
    lost = sum(b >= 75 > a for b, a in zip(before, after, strict=True))
    assert (n, row["n"], row["started"], row["matched_share"]) == (13, 13, 14, pytest.approx(13 / 14))
    assert (row["unit"], row["maximum"]) == ("marks", 100)
    assert row["mean_pre"] == pytest.approx(mean(before))
    assert row["mean_post"] == pytest.approx(mean(after))
    assert row["change"] == pytest.approx(mean(changes))
    assert row["change_ci95"] == pytest.approx((mean(changes) - reach, mean(changes) + reach))
    assert row["gain"] == pytest.approx((mean(after) - mean(before)) / (100 - mean(before)))
    assert row["d_av"] == pytest.approx(
        (1 - 3 / (4 * (n - 1) - 1)) * mean(changes) / ((stdev(before) + stdev(after)) / 2)
    )
    assert row["mastery_before"] == pytest.approx(sum(each >= 75 for each in before) / n)
    assert row["mastery_after"] == pytest.approx(sum(each >= 75 for each in after) / n)
    assert row["mcnemar_p"] == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)
    assert row["ceiling_share"] == pytest.approx(sum(each >= 90 for each in before) / n)
    assert row["gain_ci95"] == learning_effect(pairs, maximum=10_000, pass_mark_percent=75).gain_ci95.value
    assert row["refused"] == {}


def test_everything_together_is_what_plain_loops_count(roles, agency_tree, crowd):
    other = make_workshop(sessions=1, starts_on=DAY + timedelta(days=7))
    make_pairs(other, agency_tree.clinic, TWELVE[:6])

    report = ask(roles.manager)

    pairs = pairs_by_hand(crowd) + pairs_by_hand(other)
    effect = learning_effect(pairs, maximum=10_000, pass_mark_percent=75)
    totals = {name: report.totals[name] for name in FIGURES if name != "refused"}
    assert totals == {name: effect.values[name] for name in totals}
    assert [report.totals[key] for key in ("workshops", "started", "n")] == [2, 20, 19]
    assert [row["workshop"] for row in report.rows] == [crowd.code, other.code]


def test_tests_with_other_highest_marks_are_put_together_in_per_cent(roles, agency_tree):
    make_pairs(make_workshop(sessions=1), agency_tree.clinic, [(50, 100), (0, 50)], highest=1200)
    make_pairs(make_workshop(sessions=1), agency_tree.clinic, [(20, 40)], highest=2000)

    report = ask(roles.manager)

    assert [(row["unit"], row["maximum"], row["mean_pre"]) for row in report.rows] == [
        ("marks", 12, 3.0),
        ("marks", 20, 4.0),
    ]
    totals = [report.totals[key] for key in ("unit", "maximum", "n", "mean_pre", "mean_post")]
    assert totals == ["per_cent", None, 3, pytest.approx(70 / 3), pytest.approx(190 / 3)]


def test_every_workshop_is_held_against_its_own_pass_mark(roles, agency_tree):
    make_pairs(make_workshop(sessions=1, pass_mark=50), agency_tree.clinic, [(50, 50), (40, 60)])
    make_pairs(make_workshop(sessions=1, pass_mark=90), agency_tree.clinic, [(50, 80), (60, 90)])

    report = ask(roles.manager)

    assert [(row["mastery_before"], row["mastery_after"]) for row in report.rows] == [(0.5, 1.0), (0.0, 0.5)]
    assert (report.totals["mastery_before"], report.totals["mastery_after"]) == (0.25, 0.75)


def test_of_fewer_than_ten_people_no_gain_is_said_and_why(roles, agency_tree):
    make_pairs(make_workshop(sessions=1), agency_tree.clinic, TWELVE[:9])

    (row,) = ask(roles.manager).rows

    assert row["refused"] == {"gain": "too_few_pairs", "gain_ci95": "too_few_pairs"}
    assert (row["gain"], row["gain_ci95"]) == (None, None)
    assert row["change"] == pytest.approx(mean(after - before for before, after in TWELVE[:9]))


def test_results_of_nobody_who_has_both_are_a_row_without_figures(roles, agency_tree):
    workshop = make_workshop(sessions=1)
    make_phase_attempt(take_part(workshop, agency_tree.clinic), "pre", 50)

    (row,) = ask(roles.manager).rows

    assert (row["started"], row["n"], row["matched_share"], row["mean_pre"]) == (1, 0, 0, None)
    assert row["refused"] == dict.fromkeys([name for name in FIGURES if name != "refused"], "no_pairs")


def test_workshops_without_a_result_or_that_were_cancelled_have_no_row(roles, agency_tree):
    take_part(make_workshop(sessions=1), agency_tree.clinic)
    stopped = make_workshop(sessions=1)
    make_phase_attempt(register(stopped, agency=agency_tree.clinic), "pre", 50)
    cancel_workshop(workshop=stopped, reason="No room", actor=roles.manager)

    report = ask(roles.manager)

    assert list(report.rows) == []
    assert (report.totals["n"], report.totals["mean_pre"]) == (0, None)
    assert (wording.findings(report), drawing.charts(report)) == ([], [])


# --- Whose people, and how many -------------------------------------------------------------------------------------


def test_a_coordinator_reads_about_the_own_people_only(roles, agency_tree):
    workshop = make_workshop(sessions=1)
    make_pairs(workshop, agency_tree.clinic, [(20, 40), (40, 80)])
    make_pairs(workshop, agency_tree.unrelated, [(100, 100)] * 6)

    (own,) = ask(roles.coordinator).rows
    (every,) = ask(roles.manager).rows

    assert (own["n"], own["started"], own["mean_pre"], own["mean_post"]) == (2, 2, 30.0, 60.0)
    assert (every["n"], every["mean_pre"]) == (8, 82.5)


def test_of_fewer_than_five_people_nothing_is_said_and_another_workshop_does_not_give_them_away(roles, agency_tree):
    sizes = [3, 9, 12]
    for size in sizes:
        make_pairs(make_workshop(sessions=1), agency_tree.clinic, TWELVE[:size])

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    assert [row["n"] for row in report.rows] == [None, None, 12]
    for place in (0, 1):
        row = report.rows[place]
        assert [row[key] for key in ("matched_share", *FIGURES)] == [None] * 13
        assert {key for number, key in report.hidden if number == place} >= {"n", "matched_share", *FIGURES}
    assert (report.totals["n"], report.rows[2]["mean_pre"] is None) == (24, False)


def test_a_total_of_few_people_is_hidden_however_often_they_took_part(roles, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    for _each in range(6):
        workshop = make_workshop(sessions=1)
        registration = register(workshop, person, agency_tree.clinic)
        mark(open_session(workshop), person)
        make_phase_attempt(registration, "pre", 50)
        make_phase_attempt(registration, "post", 60)

    report = ask(roles.manager, audience=Audience.PROGRAMME)

    assert {row["n"] for row in report.rows} == {None}
    assert [report.totals[key] for key in ("n", *FIGURES)] == [None] * 13


# --- What is asked, and how it is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"last_day": DAY - timedelta(days=1)}, 0),
        ({"first_day": DAY, "last_day": DAY}, 1),
        ({"language": "be"}, 0),
        ({"aspect": "legal"}, 0),
    ],
)
def test_a_question_narrows_the_workshops(roles, crowd, asked, rows):
    assert len(ask(roles.manager, **asked).rows) == rows


def test_every_figure_has_a_definition(roles, crowd):
    report = ask(roles.manager)

    figures = {column.key for column in report.columns} - {"workshop", "title", "starts_on"}
    assert (figures | set(report.totals)) - set(report.definitions) == set()
    assert list(report.rows[0]) != []
    assert set(report.rows[0]) == {column.key for column in report.columns}


def test_the_findings_say_how_many_what_changed_and_who_passed(roles, crowd):
    said = [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in wording.findings(ask(roles.manager))]

    assert said == [
        "13 people have a result both before and after, 92 % of those who took part.",
        "The mean went from 43.5 to 73.1 of 100 marks, by 29.6 (15.3 to 43.9).",
        "15 % reached the pass mark before, 61 % after.",
    ]


def test_a_ceiling_is_said(roles, agency_tree):
    make_pairs(make_workshop(sessions=1), agency_tree.clinic, [(100, 100)] * 4 + [(50, 60)] * 8)

    said = wording.findings(ask(roles.manager))

    assert said[-1].replace("\N{NO-BREAK SPACE}", " ") == (
        "33 % had nearly everything before, so the test hides what they learned."
    )


def test_the_picture_has_both_means_and_hides_what_the_table_hides(roles, agency_tree, crowd):
    make_pairs(make_workshop(sessions=1, starts_on=DAY + timedelta(days=7)), agency_tree.clinic, TWELVE[:3])
    make_pairs(make_workshop(sessions=1, starts_on=DAY + timedelta(days=9)), agency_tree.clinic, TWELVE[:10])

    (chart,) = drawing.charts(ask(roles.manager, audience=Audience.PROGRAMME))

    hidden = [any(cell.hidden for cell in row) for row in chart.table.rows]
    assert hidden == [False, True, True]
    assert [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in chart.table.rows[0][1:3]] == ["43 %", "73 %"]


def test_files_have_the_intervals_in_two_columns_and_json_as_pairs(roles, crowd):
    report = ask(roles.manager)

    line = formats.to_csv(report).decode("utf-8-sig").splitlines()[0].split(",")

    assert line[line.index("change") : line.index("d_av")] == [
        "change", "change_ci95_low", "change_ci95_high", "gain", "gain_ci95_low", "gain_ci95_high",
    ]  # fmt: skip


def counted(account: Any) -> int:
    question = Question(scope=scope_of(account), now=AFTER, audience=Audience.PROGRAMME)
    with CaptureQueriesContext(connection) as queries:
        list(KINDS["learning-effect"].ask(question).rows)
    return len(queries)


def test_three_workshops_cost_as_many_queries_as_one(roles, agency_tree, crowd):
    one = counted(roles.manager)
    for day in (7, 14):
        make_pairs(make_workshop(sessions=1, starts_on=DAY + timedelta(days=day)), agency_tree.clinic, TWELVE[:5])

    # One more than without the person who sat the test after twice.
    assert (one, counted(roles.manager)) == (4, 4)
