"""What of questions and answers lies on a desk."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Question, QuestionImport
from assessments.services.desk import piles_of_markers, piles_of_question_editors
from library.desk import Entry
from people.models import Account
from tests.factories.assessments import make_category, make_question, make_test, take_test
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db


def brought(actor: Account, filename: str, *statuses: str) -> QuestionImport:
    """A file of an account that brought a question of each status."""
    made = QuestionImport.objects.create(
        format="gift", filename=filename, category=make_category(), language="en", created_by=actor, status="done"
    )
    for place, status in enumerate(statuses):
        question = make_question(status=status)
        Question.objects.filter(pk=question.pk).update(imported=made, import_place=place)
    return made


def test_drafts_of_own_imports_are_counted_by_file(roles: SimpleNamespace) -> None:
    first = brought(roles.editor, "first.gift", "draft", "draft", "published")
    brought(roles.editor, "done.gift", "published")
    brought(roles.administrator, "of-others.gift", "draft")

    imported, _begun = piles_of_question_editors(roles.editor)

    assert (imported.number, imported.heading) == (2, "2 questions of your imports are still drafts")
    [entry] = imported.entries
    assert (entry.title, entry.address) == ("first.gift", reverse("questions:import_page", args=[first.pk]))
    assert entry.said.startswith("2 drafts, brought on ")


def test_questions_that_were_begun_and_left(roles: SimpleNamespace) -> None:
    mine = make_question(code="MINE", status="draft", created_by=roles.editor, languages=("ru",))
    make_question(code="DONE", created_by=roles.editor)
    make_question(code="OTHER", status="draft", created_by=roles.administrator)

    _imported, begun = piles_of_question_editors(roles.editor)

    entry = Entry("MINE What is right? (ru)", reverse("questions:page", args=[mine.pk]), "ru")
    assert (begun.number, begun.entries) == (1, [entry])


def test_answers_wait_for_those_who_did_not_give_them(roles: SimpleNamespace) -> None:
    test = make_test(make_question("essay"))
    take_test(test, "An essay", person=make_person(agency=make_agency()))
    take_test(test, "An essay of the manager", person=roles.manager.person)

    numbers = {role: [each.number for each in piles_of_markers(getattr(roles, role))] for role in ("editor", "manager")}

    assert numbers == {"editor": [2, 0], "manager": [1, 0]}


def test_as_many_queries_for_one_as_for_three(roles: SimpleNamespace) -> None:
    counts = []
    for number in range(3):
        brought(roles.editor, f"{number}.gift", "draft")
        make_question(code=f"D{number}", status="draft", created_by=roles.editor)
        with CaptureQueriesContext(connection) as queries:
            list(piles_of_question_editors(roles.editor))
        counts.append(len(queries))

    assert counts == [3, 3, 3]
