"""Writes about tests, categories and objectives."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.models import Category, Objective, Question, Test, TestItem
from audit.services import record

RULES = frozenset({"attempts_limit", "delay_minutes", "time_limit_minutes", "shuffle_questions", "shuffle_options"})
# Questions in their order; in a pair of parallel tests by form: {"A": [...], "B": [...]}.
Questions = Iterable[Question] | Mapping[str, Iterable[Question]]


@transaction.atomic
def create_test(
    *,
    code: str,
    title_en: str,
    purpose: str,
    questions: Questions,
    title_ru: str = "",
    title_be: str = "",
    pass_mark: int = 75,
    **rules: Any,
) -> Test:
    """Make a test of fixed questions. `rules`: attempts_limit, delay_minutes, time_limit_minutes, shuffle_questions,
    shuffle_options. Raises QuestionError when the code is taken or a rule cannot be.
    """
    test = Test(code=code, purpose=purpose)
    _write_test(test, questions, title_en=title_en, title_ru=title_ru, title_be=title_be, pass_mark=pass_mark, **rules)
    record("assessments.test_created", obj=test, after=_rules_of(test))
    return test


@transaction.atomic
def change_test(*, test: Test, questions: Questions | None = None, **fields: Any) -> Test:
    """Change titles, rules or questions. Attempts that have started keep the rules and questions they started with."""
    before = _rules_of(Test.objects.select_for_update().get(pk=test.pk))
    _write_test(test, questions, **fields)
    record("assessments.test_changed", obj=test, before=before, after=_rules_of(test))
    return test


@transaction.atomic
def save_category(*, category: Category) -> Category:
    """Write a drawer of the bank."""
    check_place(category=category, parent=category.parent)
    category.save()
    record("assessments.category_saved", obj=category, after={"slug": category.slug})
    return category


def check_place(*, category: Category, parent: Category | None) -> None:
    """Raise QuestionError when the category would come to lie inside itself."""
    above = parent
    while above is not None and category.pk is not None:
        if above.pk == category.pk:
            raise QuestionError(_("A category cannot lie inside itself."))
        above = above.parent


@transaction.atomic
def save_objective(*, objective: Objective) -> Objective:
    """Write an objective."""
    objective.save()
    record("assessments.objective_saved", obj=objective, after={"code": objective.code})
    return objective


def _write_test(test: Test, questions: Questions | None, **fields: Any) -> None:
    unknown = fields.keys() - RULES - {"title_en", "title_ru", "title_be", "pass_mark", "purpose", "code"}
    if unknown:
        raise TypeError(f"A test has no rule called {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(test, name, value)
    _check_rules(test)
    try:
        with transaction.atomic():
            test.save()
    except IntegrityError as error:
        raise QuestionError(_("There is already a test with the code %(code)s.") % {"code": test.code}) from error
    if questions is not None:
        _write_items(test, questions)


def _check_rules(test: Test) -> None:
    if not 0 <= test.pass_mark <= 100:  # noqa: PLR2004 - per cent
        raise QuestionError(_("The pass mark is a number from 0 to 100 per cent."))
    if test.attempts_limit == 0:
        raise QuestionError(_("Allow at least one attempt, or leave the limit empty."))
    if test.time_limit_minutes == 0:
        raise QuestionError(_("Give at least one minute, or leave the time limit empty."))


def _write_items(test: Test, questions: Questions) -> None:
    """Replace the questions of a test."""
    forms = questions if isinstance(questions, Mapping) else {"": questions}
    items = [
        TestItem(test=test, form=form, question=question, position=position)
        for form, chosen in forms.items()
        for position, question in enumerate(chosen, start=1)
    ]
    if len({(item.form, item.question.pk) for item in items}) < len(items):
        raise QuestionError(_("A question stands in this test twice."))
    test.items.all().delete()
    TestItem.objects.bulk_create(items)


def _rules_of(test: Test) -> dict[str, Any]:
    """What the audit trail keeps of a test."""
    names = ["code", "purpose", "pass_mark", *sorted(RULES)]
    return {name: getattr(test, name) for name in names}
