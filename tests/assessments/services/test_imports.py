"""Questions that come in a file: saved all or none, taken up again after an interruption, taken back."""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.errors import QuestionError
from assessments.formats.exchange import understood
from assessments.formats.to_bank import BankQuestion
from assessments.models import Category, Objective, Question, QuestionImport, QuestionTag, QuestionText
from assessments.services import (
    describe_question,
    forget_files,
    import_questions,
    imports,
    keep_file,
    plan_questions,
    questions_in,
    revise_text,
    save_import,
    start_import,
    undo_import,
)
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_category

pytestmark = [pytest.mark.django_db, pytest.mark.db]

EN = "$CATEGORY: Law\n\n::Migrant:: Who? {=One who moves ~One who stays}\n\n::Asylum:: A right. {TRUE}\n"
RU = "::Migrant:: Кто? {=Кто переезжает ~Кто остаётся}\n"


@pytest.fixture
def category() -> Category:
    return make_category("who")


@pytest.fixture
def editor(roles: SimpleNamespace) -> Account:
    return roles.editor


def read(text: str, language: str = "en") -> list[BankQuestion]:
    found = understood("gift", text.encode(), language)
    assert found.errors == []
    return found.questions


def brought(text: str, category: Category, language: str = "en") -> None:
    import_questions(plan=plan_questions(questions=read(text, language), category=category), category=category)


def begun(text: str, category: Category, editor: Account) -> QuestionImport:
    kept = keep_file(
        content=text.encode(), filename="a.txt", format="gift", category=category, language="en", actor=editor
    )
    return start_import(kept=kept, skip_bad=False, actor=editor)


def many(count: int) -> str:
    return "\n\n".join(f"::Q{number}:: Is {number} a number? {{TRUE}}" for number in range(count))


def codes() -> list[str]:
    return list(Question.objects.order_by("code").values_list("code", flat=True))


def test_questions_are_drafts_in_the_categories_of_the_file(category: Category) -> None:
    brought(EN, category)

    found = Question.objects.order_by("code").values_list("code", "name", "type", "status", "category__path")
    assert list(found) == [
        ("WHO-1", "Migrant", "single_choice", "draft", "who/who-law/"),
        ("WHO-2", "Asylum", "true_false", "draft", "who/who-law/"),
    ]
    assert list(QuestionText.objects.values_list("language", flat=True)) == ["en", "en"]
    assert Event.objects.get(action="assessments.questions_imported").after == {"new": 2, "languages": 0}


def test_a_category_with_a_name_in_cyrillic_gets_an_address(category: Category) -> None:
    brought("$CATEGORY: Право\n\nIs it? {TRUE}\n", category)

    made = Category.objects.get(name="Право")
    assert (made.parent, made.slug.startswith("who-")) == (category, True)
    assert made.slug.isascii()


def test_a_file_in_another_language_adds_texts_and_the_same_file_again_changes_nothing(category: Category) -> None:
    brought(EN, category)
    brought(RU, category, "ru")
    brought(RU, category, "ru")

    assert codes() == ["WHO-1", "WHO-2"]
    texts = QuestionText.objects.order_by("version__question__code", "language")
    assert list(texts.values_list("version__question__code", "language", "revision")) == [
        ("WHO-1", "en", 1),
        ("WHO-1", "ru", 1),
        ("WHO-2", "en", 1),
    ]


def test_a_language_with_other_answers_is_no_translation(category: Category) -> None:
    brought(EN, category)

    plan = plan_questions(questions=read("::Migrant:: Кто? {~Один =Другой}\n", "ru"), category=category)

    assert [each.message for each in plan.errors] == [
        (
            "“Migrant” has other answers, or other right ones, than in the language before. All languages of a "
            "question have the same answers in the same order."
        )
    ]


def test_what_is_filed_in_the_native_format_is_filed_again(category: Category) -> None:
    objective = Objective.objects.create(code="M1-O1", text_en="Tell who is who")
    filed = replace(
        read(EN)[0],
        code="M1-Q1",
        tags=("Law", " right  to health "),
        objective="M1-O1",
        source="ICESCR, Art. 12",
        unverified=True,
        review_on="2027-03-01",
        category=(),
    )

    import_questions(plan=plan_questions(questions=[filed], category=category), category=category)

    question = Question.objects.get()
    assert (question.code, question.objective, question.source, question.unverified, question.review_on) == (
        "M1-Q1",
        objective,
        "ICESCR, Art. 12",
        True,
        date(2027, 3, 1),
    )
    assert list(QuestionTag.objects.values_list("name", flat=True)) == ["law", "right to health"]
    again = questions_in(category=category)[0]
    assert replace(again, line=filed.line, tags=filed.tags) == filed


def test_codes_that_are_taken_or_cannot_be_one_are_numbered_on(category: Category) -> None:
    brought("// [id:M1-Q1]\nIs it? {TRUE}\n\n// [id:not a code!]\nIs it so? {TRUE}\n", category)
    brought("// [id:M1-Q1]\n::Other:: Was it? {FALSE}\n", make_category("other"))

    assert codes() == ["M1-Q1", "OTHER-1", "WHO-1"]


def test_one_that_cannot_be_saved_leaves_nothing_behind(category: Category) -> None:
    questions = [read(EN)[0], replace(read(EN)[1], review_on="tomorrow")]

    with pytest.raises(QuestionError, match="“tomorrow” is not a day"):
        import_questions(plan=plan_questions(questions=questions, category=category), category=category)

    assert (codes(), Category.objects.count()) == ([], 1)


def test_a_saving_that_was_interrupted_goes_on_where_it_stood(
    category: Category, editor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    one = begun(many(5), category, editor)
    save = imports._save
    calls: list[int] = []

    def killed(planned: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(len(planned))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return save(planned, *args, **kwargs)

    monkeypatch.setattr(imports, "_save", killed)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        save_import(kept=one)
    monkeypatch.setattr(imports, "_save", save)
    before = Question.objects.count()
    done = save_import(kept=one)

    assert before in {0, 4}
    assert (done.status, codes()) == ("done", [f"WHO-{number}" for number in range(1, 6)])
    assert sorted(Question.objects.values_list("import_place", flat=True)) == [0, 1, 2, 3, 4]


def test_a_saving_that_fails_takes_back_what_came_before(
    category: Category, editor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 1)
    entries = json.dumps(
        {
            "questions": [
                {"type": "true_false", "stem": "A?", "answers": [{"text": "true", "fraction": 1}]},
                {"type": "essay", "texts": {"en": {"stem": "Why?"}}, "review_on": "tomorrow"},
            ]
        }
    )
    kept = keep_file(
        content=entries.encode(), filename="a.json", format="json", category=category, language="en", actor=editor
    )

    done = save_import(kept=start_import(kept=kept, skip_bad=False, actor=editor))

    assert (done.status, done.message, codes()) == ("failed", "“tomorrow” is not a day as YYYY-MM-DD.", [])


def test_a_file_that_is_gone_when_its_turn_comes_is_said(category: Category, editor: Account) -> None:
    one = begun(many(1), category, editor)
    QuestionImport.objects.filter(pk=one.pk).update(file="")

    done = save_import(kept=one)

    assert (done.status, done.message, codes()) == (
        "failed",
        "The file is not kept any more. Choose it again.",
        [],
    )


def test_nothing_is_left_out_in_silence_when_the_bank_changed_meanwhile(category: Category, editor: Account) -> None:
    one = begun("::Migrant:: Who? {=One who moves ~One who stays}\n", category, editor)
    brought("::Migrant:: Кто? {~Один =Другой}\n", category, "ru")

    done = save_import(kept=one)

    assert (done.status, done.message) == (
        "failed",
        "The bank changed meanwhile: more would be left out now. Look at the file again.",
    )


def test_the_same_file_sent_twice_is_kept_once(category: Category, editor: Account) -> None:
    sent = {"filename": "a.txt", "format": "gift", "category": category, "language": "en", "actor": editor}

    first, again = (keep_file(content=b"Is it? {TRUE}", **sent) for _time in range(2))
    other = keep_file(content=b"Is it? {FALSE}", **sent)

    assert (first, QuestionImport.objects.count()) == (again, 2)
    assert other != first


def test_undoing_leaves_what_somebody_works_with(category: Category, editor: Account) -> None:
    one = save_import(kept=begun(many(4), category, editor))
    reviewed, revised = Question.objects.filter(code__in=["WHO-1", "WHO-2"]).order_by("code")
    describe_question(question=reviewed, actor=editor, status=Question.Status.REVIEW)
    version = revised.versions.get()
    revise_text(version=version, language="en", words={"stem": "Is 1 a digit?"})

    stays = undo_import(kept=one, actor=editor)

    assert (stays, codes()) == (["WHO-1", "WHO-2"], ["WHO-1", "WHO-2"])
    assert undo_import(kept=one, actor=editor) == []


def test_undoing_a_language_takes_back_its_texts_only(category: Category, editor: Account) -> None:
    brought(EN, category)
    kept = keep_file(
        content=RU.encode(), filename="ru.txt", format="gift", category=category, language="ru", actor=editor
    )
    one = save_import(kept=start_import(kept=kept, skip_bad=False, actor=editor))
    with_russian = QuestionText.objects.filter(language="ru").count()

    stays = undo_import(kept=one, actor=editor)

    assert (with_russian, QuestionText.objects.filter(language="ru").count(), stays) == (1, 0, [])
    assert codes() == ["WHO-1", "WHO-2"]


def test_the_content_of_a_file_is_kept_for_a_day(category: Category, editor: Account, time_machine: Any) -> None:
    one = save_import(kept=begun(many(1), category, editor))
    early = forget_files()
    time_machine.move_to(timezone.now() + timedelta(hours=25))

    late = forget_files()

    one.refresh_from_db()
    assert (early, late, bool(one.file), one.status) == (0, 1, False, "done")


def test_saving_ten_times_as_many_asks_the_database_as_often(
    category: Category, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        brought(many(3), category)
    with django_assert_max_num_queries(30):
        brought(many(60), make_category("more"))
