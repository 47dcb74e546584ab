"""R10: figures of tests beside figures worked out by hand, and beside those of `quiz_stats`."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.models import Attempt, Test
from assessments.services import add_version, create_test, mark_response, void_version
from assessments.services.corrections import apply_voiding
from assessments.services.tests import SectionPlan
from assessments.statistics import Reason
from people.models import Account, Agency
from reports.queries import KINDS, Audience, Counting, Question, Scope, TooFewError, forms_of, taken_tests
from reports.queries.items import item_analysis
from reports.services import correct_snapshot, freeze_report, read_report, report_of
from tests.factories.assessments import SINGLE, make_question, make_test, take_test, words_of
from tests.factories.people import make_agency, make_person
from tests.reports.test_views import words

pytestmark = pytest.mark.django_db

# Answers of four people to three questions of one mark each; B is right. Totals 3, 2, 1, 0.
SCALE = ["BBB", "BBA", "BAA", "AAC"]


@pytest.fixture
def of_three() -> Test:
    return make_test(*(make_question(code=f"Q{number}") for number in (1, 2, 3)), code="T", attempts_limit=None)


def taken(test: Test, answers: list[str], **fields: Any) -> list[Attempt]:
    """Each line of answers by a person of the same agency."""
    agency = fields.pop("agency", None) or make_agency()
    return [take_test(test, *line, person=make_person(agency=agency), **fields) for line in answers]


def question(test: Test, **asked: Any) -> Question:
    """What a programme asks about a test."""
    fields = {"attempts": Counting.FIRST, "audience": Audience.PROGRAMME, **asked}
    return Question(Scope(Agency.objects.all()), timezone.now(), test=test, **fields)


def ask(test: Test, **asked: Any) -> Any:
    return item_analysis(question(test, **asked))


def report_about(test: Test, **asked: Any) -> Any:
    return KINDS["item-analysis"].ask(question(test, **asked))


def address(**asked: str) -> str:
    return f"{reverse('report', args=['item-analysis'])}?{urlencode({'test': 'T'} | asked)}"


def rounded(figure: Any) -> float | None:
    return None if figure.value is None else round(figure.value, 4)


# --- Figures --------------------------------------------------------------------------------------------------------


def test_figures_are_those_worked_out_by_hand(of_three):
    taken(of_three, SCALE)

    found = ask(of_three)

    # A Guttman scale: variances 5/3 of the totals and 1/4, 1/3, 1/4 of the questions; 3/2 · (1 − 5/6 ÷ 5/3) = 3/4.
    overall = found.figures.overall
    assert [overall.attempts, overall.mean.value, overall.median.value, rounded(overall.sd)] == [4, 1.5, 1.5, 1.291]
    assert [overall.alpha_percent.value, overall.kr20.value, overall.error_ratio.value] == [75.0, 0.75, 50.0]
    assert rounded(overall.standard_error) == 0.6455
    # Q2 earned 1, 1, 0, 0 with rests 2, 1, 1, 0: r = 1/√(1 · 2) = 0.7071, and sorting both changes nothing.
    second = found.questions[1].analysis.figures
    assert [second.facility.value, rounded(second.discrimination), second.discriminative_efficiency.value] == [
        50.0,
        70.7107,
        100.0,
    ]
    assert found.results == ((3.0, 3.0), (2.0, 3.0), (1.0, 3.0), (0.0, 3.0))
    assert found.highest == 3.0


def test_the_report_has_the_figures_of_quiz_stats(of_three, roles, tmp_path, capsys):
    attempts = taken(of_three, [*SCALE, "BCB", "CBB", "BBB", "ABA", "BBC", "CAB"])
    marks = [[item.mark / 100 for item in attempt.items.order_by("position")] for attempt in attempts]
    (tmp_path / "marks.csv").write_text("\n".join(["Q1,Q2,Q3", *(",".join(map(str, row)) for row in marks)]))
    (tmp_path / "max.csv").write_text("Q1,Q2,Q3\n1,1,1")
    call_command("quiz_stats", marks=tmp_path / "marks.csv", max_marks=tmp_path / "max.csv", json=True)
    told = json.loads(capsys.readouterr().out)

    report = read_report(name="item-analysis", account=roles.manager, test="T")

    assert report.totals["attempts"] == told["test"]["attempts"] == 10
    for key in ("mean", "median", "sd", "skewness", "kurtosis", "standard_error", "kr20"):
        assert report.totals[key] == told["test"][key], key
    assert report.totals["alpha"] == pytest.approx(told["test"]["alpha_percent"] / 100)
    assert report.totals["error_ratio"] == pytest.approx(told["test"]["error_ratio"] / 100)
    for row, item in zip(report.rows, told["items"], strict=True):
        assert row["question"] == item["name"]
        for key in ("facility", "discrimination", "discriminative_efficiency", "effective_weight"):
            assert row[key] == pytest.approx(item[key] / 100), key
        for key in ("sd", "covariance", "r_total", "r_rest", "alpha_if_dropped"):
            assert row[key] == item[key], key


def test_answers_are_counted_with_the_mean_of_the_rest(of_three):
    taken(of_three, [*SCALE, "B"])

    third = ask(of_three).questions[2]

    # Rests of the third question: 2 for B, 2 and 1 for A, 0 for C, 1 for whoever left it open.
    told = [(each.option, each.right, each.count, each.mean_rest.value) for each in third.analysis.options]
    assert told == [("A", False, 2, 1.5), ("B", True, 1, 2.0), ("C", False, 1, 0.0), (None, False, 1, 1.0)]
    assert [(option.letter, option.words) for option in third.options] == [
        ("A", "Option A"),
        ("B", "Option B"),
        ("C", "Option C"),
    ]


def test_a_figure_that_cannot_be_has_its_reason(of_three):
    taken(of_three, ["BBB"] * 5)

    report = report_about(of_three)

    assert report.totals["reasons"]["alpha"] == Reason.SAME_TOTALS
    assert (report.totals["alpha"], report.rows[0]["discrimination"]) == (None, None)
    labels = "Discrimination, Discriminative efficiency, r with the total, r with the rest"
    assert report.rows[0]["undefined"].startswith(f"{labels}: Everybody has the same mark for this question.")


# --- What is counted ------------------------------------------------------------------------------------------------


def test_of_each_person_the_first_attempt_or_the_best_or_all_are_counted(of_three):
    person = make_person(agency=make_agency())
    for line in ("AAA", "BBB", "BAA"):
        take_test(of_three, *line, person=person)

    earned = {each.value: [mark for mark, _of in ask(of_three, attempts=each).results] for each in Counting}
    assert earned == {"first": [0.0], "counting": [3.0], "all": [0.0, 3.0, 1.0]}


def test_the_attempt_that_counts_follows_the_rule_of_the_test():
    test = make_test(make_question(), code="LAST", grading="last")
    person = make_person(agency=make_agency())
    for line in ("B", "A"):
        take_test(test, *line, person=person)

    assert [mark for mark, _of in ask(test, attempts=Counting.BY_RULE).results] == [0.0]


def test_language_and_period_choose_among_the_attempts(of_three):
    early, late = datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 4, 1, 12, tzinfo=UTC)
    taken(of_three, ["BBB"], day=early)
    taken(of_three, ["AAA"], day=late)

    assert ask(of_three, first_day=late.date()).results == ((0.0, 3.0),)
    assert ask(of_three, last_day=early.date()).results == ((3.0, 3.0),)
    assert ask(of_three, language="ru").attempts == 0
    assert ask(of_three, language="en").attempts == 2


def test_a_second_try_in_the_period_is_not_taken_for_the_first(of_three):
    person = make_person(agency=make_agency())
    take_test(of_three, *"AAA", person=person, day=datetime(2026, 3, 9, 12, tzinfo=UTC))
    take_test(of_three, *"BBB", person=person, day=datetime(2026, 4, 1, 12, tzinfo=UTC))

    assert ask(of_three, first_day=datetime(2026, 4, 1, tzinfo=UTC).date()).attempts == 0


def test_what_is_open_or_waits_for_its_mark_is_left_out(of_three):
    essay = make_question("essay", code="E")
    test = make_test(make_question(code="Q9"), essay, code="ESSAY")
    marked, waiting = taken(test, ["Bx", "By"])
    account = Account.objects.create_user(email="marker@example.org")
    mark_response(item=marked.items.get(position=2), mark=50, reason="half", actor=account)

    found = ask(test)

    assert (found.results, found.unmarked) == (((1.5, 2.0),), 1)
    assert waiting.mark is None


def test_a_defective_version_is_left_out_and_named(of_three, roles):
    taken(of_three, SCALE)
    version = of_three.sections.get().items.get(position=2).question.versions.get()
    apply_voiding(voiding=void_version(version=version, reason="Two answers are right.", actor=roles.editor))

    found = ask(of_three)

    assert [each.code for each in found.questions] == ["Q1", "Q3"]
    assert [str(each) for each in found.void] == ["Q2 v1"]
    assert [mark for mark, _of in found.results] == [2.0, 1.0, 1.0, 0.0]


def test_versions_of_a_question_stand_apart(of_three):
    taken(of_three, SCALE)
    question = of_three.sections.get().items.get(position=1).question
    add_version(question=question, structure=SINGLE, texts={"en": words_of(SINGLE)})
    taken(of_three, ["BBB"])

    found = ask(of_three)

    told = [(each.code, each.version.number, each.several, each.analysis.figures.attempts) for each in found.questions]
    assert told == [("Q1", 1, True, 4), ("Q1", 2, True, 1), ("Q2", 1, False, 5), ("Q3", 1, False, 5)]
    assert found.figures.overall.alpha_percent.reason is Reason.DIFFERENT_QUESTIONS


def test_a_test_with_forms_is_read_in_the_first_unless_another_is_asked_for(roles):
    plans = [SectionPlan(form=form, questions=[make_question(code=f"Q{form}")]) for form in "AB"]
    create_test(code="AB", purpose="pre_post", sections=plans, title_en="Before and after")
    test = Test.objects.get(code="AB")
    for _person in range(5):
        person = make_person(agency=make_agency())
        take_test(test, "B", person=person, form="A", phase="pre")
        take_test(test, "A", person=person, form="B", phase="post")

    read = {
        form: read_report(name="item-analysis", account=roles.manager, test="AB", form=form)
        for form in ("", "B", "all")
    }

    assert {form: [row["question"] for row in found.rows] for form, found in read.items()} == {
        "": ["QA"],
        "B": ["QB"],
        "all": ["QA", "QB"],
    }
    assert read[""].filters == {"test": "AB", "attempts": "first", "form": "A"}
    assert forms_of(test) == ["A", "B"]


def test_tests_that_somebody_took_can_be_asked_about(of_three):
    taken(of_three, SCALE)
    make_test(code="UNUSED")

    assert [each.code for each in taken_tests()] == ["T"]


def test_results_are_told_by_tenths(of_three):
    taken(of_three, [*SCALE, "BBB"])

    results = next(table for table in report_about(of_three).tables if table.key == "results")

    # Totals 3, 2, 1, 0 and 3 of 3; the last tenth holds whoever earned everything.
    assert [(row["low"], row["attempts"]) for row in results.rows if row["attempts"]] == [
        (0.0, 1),
        (0.3, 1),
        (0.6, 1),
        (0.9, 2),
    ]
    assert sum(row["part"] for row in results.rows) == pytest.approx(1)


# --- Who sees what --------------------------------------------------------------------------------------------------


def test_agencies_of_ten_attempts_are_shown_unless_the_rest_follows_from_them(of_three):
    large, larger, small = (make_agency(code=code) for code in ("large", "larger", "small"))
    taken(of_three, ["BBA"] * 10, agency=large)
    taken(of_three, ["BAA"] * 11, agency=larger)

    def shown() -> list[str]:
        (groups,) = (table for table in report_about(of_three).tables if table.key == "groups")
        return [row["group"] for row in groups.rows if row["kind"] == "agency"]

    assert shown() == ["larger", "large"]
    taken(of_three, ["BBB"] * 3, agency=small)
    assert shown() == ["larger"]


def test_ten_attempts_of_few_people_are_no_group(of_three):
    large, busy = make_agency(code="large"), make_agency(code="busy")
    taken(of_three, ["BBA"] * 10, agency=large)
    for _again in range(5):
        for person in (make_person(agency=busy), make_person(agency=busy)):
            take_test(of_three, *"BAA", person=person)
    one = make_person(agency=make_agency(code="one"))
    for _again in range(12):
        take_test(of_three, *"AAA", person=one)

    (groups,) = (table for table in report_about(of_three, attempts="all").tables if table.key == "groups")

    # The one person is told apart from nobody, and neither are those who would be left over.
    assert [(row["group"], row["attempts"]) for row in groups.rows if row["kind"] == "agency"] == [("busy", 10)]


def test_figures_about_fewer_than_five_people_are_not_told(of_three, roles, client_of):
    taken(of_three, SCALE)
    person = make_person(agency=make_agency())

    with pytest.raises(TooFewError, match="Fewer than 5 people"):
        report_about(of_three)
    for asked in ({}, {"format": "csv"}, {"format": "pdf"}):
        page = client_of(roles.manager).get(address(**asked))
        assert "Too few people" in page.content.decode()
    take_test(of_three, *"BBB", person=person)
    assert report_about(of_three).totals["attempts"] == 5


def test_an_editor_gets_no_agencies(of_three, roles, client_of):
    taken(of_three, ["BBA"] * 10, agency=make_agency(code="ten", name_en="The clinic of ten"))
    taken(of_three, ["AAA"] * 10, agency=make_agency(code="eleven", name_en="The clinic of eleven"))

    told = {}
    for role in ("editor", "manager"):
        client = client_of(getattr(roles, role))
        document = json.loads(client.get(address(format="json")).content)
        kinds = {row["kind"] for row in document["tables"]["groups"]["rows"]}
        told[role] = (kinds, "The clinic of eleven" in client.get(address()).content.decode())

    assert told == {"editor": ({"language"}, False), "manager": ({"language", "agency"}, True)}


def test_editors_find_this_report_in_the_list_and_no_other(roles, client_of):
    html = client_of(roles.editor).get(reverse("reports")).content.decode()

    assert re.findall(r'report-list__title"><a href="([^"]+)"', html) == [reverse("report", args=["item-analysis"])]
    assert reverse("frozen_reports") not in html


def test_nobody_is_named(of_three, roles, client_of):
    attempts = taken(of_three, SCALE * 3)

    for asked in ({}, {"format": "json"}, {"format": "csv"}):
        text = client_of(roles.manager).get(address(**asked)).content.decode()
        assert not [each for each in attempts if each.person.family_name in text or each.person.public_code in text]


# --- Page and files -------------------------------------------------------------------------------------------------


@pytest.fixture
def page(of_three, roles, client_of):
    def get(**asked: str) -> Any:
        return client_of(roles.manager).get(address(**asked))

    return get


def test_the_page_begins_with_what_stands_out(of_three, page):
    taken(of_three, ["BBB", "BBA", "BBA", "BAA", "BAB"] * 2)

    answer = page()

    text = words(answer.content.decode())
    assert "3 of 3 questions need a second look." in text
    assert "10 attempts that were handed in and are marked. Counted: the first of each person." in text
    assert "Too easy: people earn 100 % of the mark on average." in text
    assert "Nobody chose “C”: replace it." in text
    urgent, more = answer.context["attention"]
    assert [each.address for each in urgent] == ["page=1#row-2", "page=1#row-3", "page=1#row-1"]
    assert more == 0


def test_each_question_has_a_part_that_its_row_leads_to(of_three, page):
    taken(of_three, ["BBB", "BBA", "BBA", "BAA", "BAB"] * 2)

    answer = page()

    parts = answer.context["details"]
    assert [part.anchor for part in parts] == ["row-1", "row-2", "row-3"]
    assert [row[0].address for row in answer.context["rows"]] == ["#row-1", "#row-2", "#row-3"]
    (answers,) = (table for table in parts[1].tables if table.title == "Answers")
    assert [(name, stands_out, cells[0].text) for name, stands_out, cells in answers.rows] == [
        ("A. Option A", False, "4"),
        ("B. Option B", True, "6"),
        ("C. Option C", False, "0"),
        ("No answer", False, "0"),
    ]


def test_the_page_says_what_is_missing_and_why(of_three, page):
    taken(of_three, ["BBB", "BAA"] * 3)

    text = words(page().content.decode())

    labels = "Discrimination, Discriminative efficiency, r with the total, r with the rest"
    assert f"Why a figure is missing: {labels}: Everybody has the same mark for this question." in text
    assert "No attempt to look at" in words(page(language="be").content.decode())


def test_left_out_versions_are_named_on_the_page(of_three, page, roles):
    taken(of_three, [*SCALE, "BBB"])
    version = of_three.sections.get().items.get(position=2).question.versions.get()
    apply_voiding(voiding=void_version(version=version, reason="Wrong.", actor=roles.editor))

    assert "Left out as defective" in (text := words(page().content.decode()))
    assert "Q2 v1." in text


def test_what_cannot_be_asked_is_explained(of_three, page):
    assert "Please look at this again" in page(first_day="soon").content.decode()
    assert "Please look at this again" in page(attempts="none").content.decode()
    assert "Choose above: Test." in words(page(test="").content.decode())


def test_the_form_of_another_test_is_forgotten(of_three, page):
    taken(of_three, SCALE * 2)

    answer = page(form="B")

    assert answer.context["report"].filters == {"test": "T", "attempts": "first"}


def test_a_test_that_does_not_exist_is_not_found(page):
    assert page(test="NOPE").status_code == 404


def test_many_questions_are_shown_in_parts_and_found_whole_in_the_file(roles, client_of):
    test = make_test(*(make_question() for _question in range(21)), code="T")
    taken(test, ["B" * 21] * 5)
    client = client_of(roles.manager)

    shown = [client.get(address(page=number)).context["details"] for number in ("1", "2")]

    assert [[part.anchor for part in parts][::19] for parts in shown] == [["row-1", "row-20"], ["row-21"]]
    assert len(json.loads(client.get(address(format="json")).content)["rows"]) == 21


def test_a_frozen_analysis_says_what_the_page_said(of_three, page, roles, client_of):
    taken(of_three, ["BBB", "BBA", "BBA", "BAA", "BAB"] * 2)
    before = page().context

    frozen = freeze_report(name="item-analysis", account=roles.manager, test="T")

    answer = client_of(roles.manager).get(reverse("frozen_report", args=[frozen.number]))
    assert frozen.number.startswith("R10-")
    assert report_of(frozen, "en").attention == before["report"].attention
    for key in ("details", "readings", "findings", "tables"):
        assert repr(answer.context[key]) == repr(before[key]), key
    assert [row[0].address for row in answer.context["rows"]] == ["#row-1", "#row-2", "#row-3"]
    assert client_of(roles.coordinator).get(reverse("frozen_report", args=[frozen.number])).status_code == 404


def test_a_frozen_analysis_is_corrected_with_the_same_question(of_three, roles):
    taken(of_three, [*SCALE, "BBB"])
    frozen = freeze_report(name="item-analysis", account=roles.manager, test="T", attempts="all")
    taken(of_three, ["BBB"])

    corrected = correct_snapshot(snapshot=frozen, account=roles.manager, reason="Somebody handed in on paper.")

    assert corrected.filters == frozen.filters == {"test": "T", "attempts": "all"}
    assert [report_of(each, "ru").totals["attempts"] for each in (frozen, corrected)] == [5, 6]


def test_queries_do_not_grow_with_questions_and_attempts(roles, client_of):
    client, counts = client_of(roles.manager), []
    for size in (1, 3):
        test = make_test(*(make_question() for _ in range(size)), code=f"OF{size}")
        for _agency in range(size):
            taken(test, ["B" * size] * 10)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(test=test.code)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_files_hold_the_same_rows(of_three, roles, tmp_path):
    taken(of_three, SCALE * 3)
    for kind in ("json", "csv", "xlsx"):
        options = ["--test", "T", "--as", roles.manager.email, "--format", kind, "-o", str(tmp_path / f"r.{kind}")]
        call_command("report", "item-analysis", *options)

    document = json.loads((tmp_path / "r.json").read_text())
    lines = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))
    book = load_workbook(tmp_path / "r.xlsx")
    keys, *rows = list(book.worksheets[1].iter_rows(values_only=True))[1:]
    facilities = [row["facility"] for row in document["rows"]]
    assert facilities == [0.75, 0.5, 0.25]
    assert facilities == [float(line["facility"]) for line in lines] == [row[keys.index("facility")] for row in rows]
    assert book.sheetnames == [
        "About",
        "Data",
        "Answers",
        "Groups",
        "Facility by group",
        "Between languages",
        "How results are spread",
        "Codes",
    ]
    answers = list(book["Answers"].iter_rows(values_only=True))[2:]
    assert [row[5] for row in answers] == [row["count"] for row in document["tables"]["answers"]["rows"]]
    assert document["filters"] == {"test": "T", "attempts": "first"}
    assert set(document["rows"][0]) <= {column["key"] for column in document["columns"]}
    assert {"facility", "alpha", "mean_rest"} <= set(document["definitions"])


@pytest.mark.parametrize("role", ["learner", "facilitator", "coordinator"])
def test_the_command_refuses_who_may_not_read_it(of_three, roles, tmp_path, role):
    taken(of_three, SCALE)
    with pytest.raises(CommandError, match="may not read this report"):
        call_command("report", "item-analysis", "--test", "T", "--as", getattr(roles, role).email, "-o", tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", [["--test", "NOPE"], ["--test", "T", "--form", "Z"], []])
def test_the_command_fails_for_what_does_not_exist(of_three, roles, tmp_path, asked):
    with pytest.raises(CommandError):
        call_command("report", "item-analysis", *asked, "--as", roles.manager.email, "-o", str(tmp_path / "r.json"))
    assert list(tmp_path.iterdir()) == []
