"""R11 and R12: what people said of workshops, recomputed by plain loops over the answers."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import mean
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import drawing, formats, wording
from reports.queries import KINDS, Audience, OutOfScopeError, Question, scope_of
from reports.services import read_report
from tests.factories.evaluation import answer_many, ask, make_form, make_wave, words
from tests.factories.people import AgencyTree, make_standing
from tests.factories.workshops import DAY, make_workshop
from workshops.models import EvaluationAnswer, EvaluationForm, Wave, Workshop
from workshops.surveys import wilson

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# Every wave has opened by then, and none is closed that a test answers.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SAID = [
    {"E1": 5, "E2": "one", "E3": ["law", "money"], "E4": "Because"},
    {"E1": 4, "E2": "one", "E3": ["law"]},
    {"E1": 4, "E2": "two"},
    {"E1": 2, "E2": "two", "E3": ["money"]},
    {"E1": 1, "E2": "one", "E3": ["law"]},
    {"E1": "na", "E3": ["law"]},
]


def report(name: str, account: Any, **asked: Any) -> Any:
    return KINDS[name].ask(Question(scope=scope_of(account), now=NOW, **{"audience": Audience.PROGRAMME, **asked}))


def answered(workshop: Workshop, *said: Any, kind: str = "end") -> Wave:
    """A wave of a workshop that is open today, with answers."""
    with time_machine.travel(NOW, tick=False):
        wave = make_wave(workshop, kind, opens_on=NOW.date() - timedelta(days=1))
        answer_many(wave, *said)
    return wave


def make_answered_wave(_tree: AgencyTree) -> Wave:
    """Six of seven answered."""
    found = answered(make_workshop(), *SAID)
    ask(found)
    return found


@pytest.fixture(scope="module")
def standing(standing_database: None) -> SimpleNamespace:
    return make_standing(wave=make_answered_wave)


@pytest.fixture
def wave(stood: SimpleNamespace) -> Wave:
    return stood.wave


def rows_of(found: Any) -> dict[str, dict[str, Any]]:
    return {row["question"]: row for row in found.rows}


# --- R11 ------------------------------------------------------------------------------------------------------------


def test_the_figures_of_each_question_are_what_plain_loops_count(roles, wave):
    rows = rows_of(report("evaluation", roles.manager))

    given = [each for each in EvaluationAnswer.objects.select_related("question") if each.question.code == "E1"]
    numbers = [each.number for each in given if each.number is not None]
    counts = Counter(map(str, numbers))
    top = sum(number >= 4 for number in numbers)
    assert rows["E1"] == {
        "form": "F-end",
        "question": "E1",
        "text": "Clear? en",
        "kind": "scale",
        "workshops_counted": 1,
        "delivered": 7,
        "n": len(numbers),
        "instead": len(given) - len(numbers),
        "response_rate": 6 / 7,
        "mean": mean(numbers),
        "top2": top / len(numbers),
        "top2_ci95": wilson(top, len(numbers)),
        "answers": {code: counts[code] for code in "12345"},
    }
    assert (rows["E2"]["n"], rows["E2"]["answers"], rows["E2"]["mean"]) == (5, {"one": 3, "two": 2}, None)
    assert (rows["E3"]["n"], rows["E3"]["answers"], rows["E3"]["top2"]) == (5, {"law": 4, "money": 2}, None)


def test_words_that_people_wrote_are_in_no_report(roles, wave):
    found = report("evaluation", roles.manager)

    assert set(rows_of(found)) == {"E1", "E2", "E3"}
    assert "Because" not in formats.to_json(found).decode()


def test_the_response_is_that_of_all_workshops(roles, wave):
    answered(make_workshop(), *SAID[:2])

    totals = report("evaluation", roles.manager).totals

    assert totals == {"workshops": 2, "people_reached": 9, "people_answered": 8, "rate": 8 / 9}


def test_answers_of_workshops_are_added_up(roles, wave):
    answered(make_workshop(), *SAID, SAID[0])

    rows = rows_of(report("evaluation", roles.manager))

    assert (rows["E1"]["workshops_counted"], rows["E1"]["n"], rows["E1"]["instead"]) == (2, 11, 2)
    assert rows["E1"]["answers"] == {"1": 2, "2": 2, "3": 0, "4": 4, "5": 3}
    assert (rows["E1"]["delivered"], rows["E1"]["response_rate"]) == (14, 13 / 14)


def test_a_workshop_in_which_few_answered_is_in_no_sum_that_could_give_it_away(roles, wave):
    alone = rows_of(report("evaluation", roles.manager))
    answered(make_workshop(), *[{"E1": 1, "E2": "two", "E3": ["money"]}] * 4)

    assert rows_of(report("evaluation", roles.manager)) == alone


def test_a_question_that_few_answered_is_empty_and_hidden(roles):
    answered(make_workshop(), *[{"E1": 5, "E2": "one"}] * 4, {"E1": 3}, {"E1": 3})

    found = report("evaluation", roles.manager)

    rows = rows_of(found)
    assert (rows["E1"]["n"], rows["E2"]["n"], rows["E2"]["answers"], rows["E3"]["n"]) == (6, None, None, 0)
    place = [row["question"] for row in found.rows].index("E2")
    assert {key for number, key in found.hidden if number == place} == {
        "workshops_counted", "delivered", "n", "instead", "response_rate", "mean", "top2", "top2_ci95", "answers",
    }  # fmt: skip
    assert {number for number, _key in found.hidden} == {place}


def test_outside_the_programme_ten_have_to_answer(roles, wave):
    found = report("evaluation", roles.manager, audience=Audience.OUTSIDE)

    assert [row["n"] for row in found.rows] == [None, None, None]
    assert (found.totals["people_answered"], found.totals["rate"]) == (None, None)
    assert wording.findings(found) == []


def test_a_wave_that_has_not_opened_is_not_reported(roles):
    workshop = make_workshop()
    make_wave(workshop, opens_on=NOW.date() + timedelta(days=1))

    found = report("evaluation", roles.manager)

    assert (found.rows, found.totals["workshops"]) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [({"last_day": DAY - timedelta(days=1)}, 0), ({"first_day": DAY, "last_day": DAY}, 3), ({"language": "be"}, 0)],
)
def test_a_question_narrows_the_workshops(roles, wave, asked, rows):
    assert len(report("evaluation", roles.manager, **asked).rows) == rows


@pytest.mark.parametrize("name", ["evaluation", "follow-up"])
def test_only_managers_read_what_was_said_across_agencies(roles, wave, name):
    with pytest.raises(OutOfScopeError):
        read_report(name=name, account=roles.coordinator)


@pytest.mark.parametrize("name", ["evaluation", "follow-up"])
def test_every_figure_has_a_definition(roles, wave, name):
    answered(wave.workshop, *SAID, kind="months_3")

    found = report(name, roles.manager)

    figures = {column.key for column in found.columns} - {"form", "question", "text", "kind"}
    assert (figures | set(found.totals)) - set(found.definitions) == set()
    assert {key for row in found.rows for key in row} == {column.key for column in found.columns}


def test_statements_of_five_steps_are_one_picture_and_other_questions_one_each(roles, wave):
    statements, which, what = drawing.charts(report("evaluation", roles.manager))

    assert [cell.text for cell in statements.table.rows[0]] == [
        "Clear? en", "1", "1", "0", "2", "1", "60\N{NO-BREAK SPACE}%", "23–88\N{NO-BREAK SPACE}%", "5 of 7",
    ]  # fmt: skip
    assert (which.title, what.title) == ("Which? en", "What? en")
    assert [[cell.text for cell in row] for row in which.table.rows] == [
        ["one en", "60\N{NO-BREAK SPACE}%", "5"],
        ["two en", "40\N{NO-BREAK SPACE}%", "5"],
    ]


def test_a_picture_hides_what_the_table_hides(roles):
    answered(make_workshop(), *[{"E1": 5, "E2": "one"}] * 4, *[{"E2": "two"}] * 2)

    statements, which = drawing.charts(report("evaluation", roles.manager))

    assert [cell.hidden for cell in statements.table.rows[0][1:]] == [True] * 8
    assert which.title == "Which? en"


def test_the_findings_say_how_many_answered_and_when_these_are_few(roles, wave):
    said = wording.findings(report("evaluation", roles.manager))
    with time_machine.travel(NOW, tick=False):
        for _each in range(7):
            ask(wave)

    fewer = wording.findings(report("evaluation", roles.manager))

    assert [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in said] == [
        "6 of 7 people who were reached answered (85 %)."
    ]
    assert fewer[1].startswith("Fewer than half have answered.")


def test_a_file_has_a_column_for_each_answer(roles, wave):
    heads = formats.to_csv(report("evaluation", roles.manager)).decode("utf-8-sig").splitlines()[0].split(",")

    answers = [head for head in heads if head.startswith("answers_")]
    assert answers == [f"answers_{code}" for code in ("1", "2", "3", "4", "5", "one", "two", "law", "money")]


# --- R12 ------------------------------------------------------------------------------------------------------------


def make_follow_up_forms() -> None:
    """Forms with the codes that say what was meant and what was applied."""
    times = [{"code": code, **words(code)} for code in ("0", "1-2")]
    tools = [{"code": code, **words(code)} for code in ("map", "nothing")]
    able = {"code": "E11", "kind": "scale", "text": words("Able?")}
    clear = {"code": "E1", "kind": "scale", "text": words("Clear?")}
    make_form("end", questions=[able, clear])
    often = {"code": "F3", "kind": "choice", "text": words("Times?"), "options": times}
    which = {"code": "F2", "kind": "several", "text": words("What?"), "options": tools}
    make_form("months_3", questions=[often, which])
    make_form("months_6", questions=[{"code": "S1", "kind": "choice", "text": words("Times?"), "options": times}])


@pytest.fixture
def followed() -> Workshop:
    make_follow_up_forms()
    workshop = make_workshop()
    answered(workshop, *[{"E11": number} for number in (5, 5, 4, 3, 2)])
    after_three = [
        ("0", ["nothing"]),
        ("1-2", ["map"]),
        ("1-2", ["map", "nothing"]),
        ("0", ["nothing"]),
        ("1-2", ["map"]),
    ]
    answered(workshop, *[{"F3": times, "F2": tools} for times, tools in after_three], kind="months_3")
    answered(workshop, *[{"S1": "1-2"}] * 4, {"S1": "0"}, kind="months_6")
    # Of a workshop without a follow-up yet, what was meant is not compared.
    answered(make_workshop(), *[{"E11": 1}] * 5)
    return workshop


def test_what_was_applied_stands_beside_what_was_meant(roles, followed):
    found = report("follow-up", roles.manager)

    assert [(row["wave"], row["question"], row["n"], row["applied"], row["applied_ci95"]) for row in found.rows] == [
        ("end", "E11", 5, 0.6, wilson(3, 5)),
        ("months_3", "F3", 5, 0.6, wilson(3, 5)),
        ("months_3", "F2", 5, 0.6, wilson(3, 5)),
        ("months_6", "S1", 5, 0.8, wilson(4, 5)),
    ]
    assert [row["answers"] for row in found.rows] == [
        {"1": 0, "2": 1, "3": 1, "4": 1, "5": 2},
        {"0": 2, "1-2": 3},
        {"map": 3, "nothing": 3},
        {"0": 1, "1-2": 4},
    ]


def test_each_wave_has_its_response(roles, followed):
    found = report("follow-up", roles.manager)

    (table,) = found.tables
    assert table.rows == [
        {"wave": kind, "workshops": 1, "people_reached": 5, "people_answered": 5, "rate": 1.0}
        for kind in ("end", "months_3", "months_6")
    ]
    assert found.totals == {"workshops": 1, "people_reached": 10, "people_answered": 10, "rate": 1.0}
    said = [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in wording.findings(found)]
    assert said == [
        "At the end 5 of 5 people who were reached answered (100 %).",
        "After 90 days 5 of 5 people who were reached answered (100 %).",
        "After 180 days 5 of 5 people who were reached answered (100 %).",
    ]


def test_the_first_picture_goes_from_what_was_meant_to_what_was_done(roles, followed):
    first, *others = drawing.charts(report("follow-up", roles.manager))

    assert [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row[:2]] for row in first.table.rows] == [
        ["At the end: Able? en", "60 %"],
        ["After 90 days: Times? en", "60 %"],
        ["After 90 days: What? en", "60 %"],
        ["After 180 days: Times? en", "80 %"],
    ]
    assert [chart.title for chart in others] == [
        "How answers spread", "After 90 days: Times? en", "After 90 days: What? en", "After 180 days: Times? en",
    ]  # fmt: skip


def test_before_the_first_follow_up_there_is_nothing_to_say(roles, wave):
    found = report("follow-up", roles.manager)

    assert (found.rows, found.totals["workshops"], drawing.charts(found)) == ([], 0, [])


def test_a_newer_form_of_a_wave_has_rows_of_its_own(roles, wave):
    make_form(code="F-end-2")
    answered(make_workshop(), *SAID)

    found = report("evaluation", roles.manager)

    assert EvaluationForm.objects.count() == 2
    assert [(row["form"], row["question"]) for row in found.rows] == [
        (form, question) for form in ("F-end", "F-end-2") for question in ("E1", "E2", "E3")
    ]


def counted(name: str, account: Any) -> int:
    question = Question(scope=scope_of(account), now=NOW, audience=Audience.PROGRAMME)
    with CaptureQueriesContext(connection) as queries:
        KINDS[name].ask(question)
    return len(queries)


@pytest.mark.parametrize(("name", "queries"), [("evaluation", 9), ("follow-up", 11)])
def test_three_workshops_of_few_cost_as_many_queries_as_one(roles, wave, name, queries):
    answered(wave.workshop, *SAID, kind="months_3")
    answered_by_few()
    one = counted(name, roles.manager)
    for _each in range(2):
        answered_by_few()

    assert (one, counted(name, roles.manager)) == (queries, queries)


def answered_by_few() -> None:
    workshop = make_workshop()
    for kind in ("end", "months_3"):
        answered(workshop, *SAID[:2], kind=kind)
