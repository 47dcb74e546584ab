"""Writes about tests, categories and objectives."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import disclosure
from assessments.errors import QuestionError
from assessments.models import Category, Objective, Question, QuestionTag, Section, Test, TestItem
from audit.services import record

RULES = frozenset(
    {
        "attempts_limit",
        "certainty",
        "closes_at",
        "delay_minutes",
        "disclosed",
        "grading",
        "opens_at",
        "questions_per_page",
        "second_marker",
        "sequential",
        "shuffle_options",
        "shuffle_questions",
        "time_limit_minutes",
    }
)
# Questions in their order; in a pair of parallel tests by form: {"A": [...], "B": [...]}.
Questions = Iterable[Question] | Mapping[str, Iterable[Question]]


@dataclass(frozen=True, kw_only=True)
class SectionPlan:
    """A section as an editor wants it: the `questions` named, or `draw` of those that the filters let through.

    `mark` is what each question counts, in hundredths.
    """

    form: str = ""
    title_en: str = ""
    title_ru: str = ""
    title_be: str = ""
    questions: Sequence[Question] = ()
    draw: int | None = None
    category: Category | None = None
    tag: QuestionTag | None = None
    objective: Objective | None = None
    mark: int = 100
    by_hand: bool = False


@dataclass(frozen=True)
class Supply:
    """What a section that draws finds today: how many questions it wants, how many there are, and how many of them
    serve each objective (None: no objective)."""

    section: Section
    wanted: int
    available: int
    by_objective: tuple[tuple[Objective | None, int], ...]


@transaction.atomic
def create_test(
    *,
    code: str,
    title_en: str,
    purpose: str,
    questions: Questions | None = None,
    sections: Sequence[SectionPlan] | None = None,
    title_ru: str = "",
    title_be: str = "",
    pass_mark: int = 75,
    **rules: Any,
) -> Test:
    """Make a test of `sections`, or of one section of named `questions` for each form.

    `rules` are the names in RULES. Raises QuestionError when the code is taken or a rule or section cannot be.
    """
    test = Test(code=code, purpose=purpose)
    titles = {"title_en": title_en, "title_ru": title_ru, "title_be": title_be}
    _write_test(test, _plans(questions, sections), pass_mark=pass_mark, **titles, **rules)
    record("assessments.test_created", obj=test, after=_rules_of(test))
    return test


@transaction.atomic
def change_test(
    *, test: Test, questions: Questions | None = None, sections: Sequence[SectionPlan] | None = None, **fields: Any
) -> Test:
    """Change titles, rules or sections. Attempts that have started keep the rules and questions they started with."""
    before = _rules_of(Test.objects.select_for_update().get(pk=test.pk))
    _write_test(test, _plans(questions, sections), **fields)
    record("assessments.test_changed", obj=test, before=before, after=_rules_of(test))
    return test


def supply_of(test: Test) -> list[Supply]:
    """Return what the sections of a test that draw at random find today; the preview of its blueprint."""
    drawing = test.sections.filter(draw__isnull=False).select_related("category", "tag", "objective")
    return [supply_for(section) for section in drawing]


def supply_for(section: Section) -> Supply:
    """Return what a section, saved or not, finds today; two queries."""
    found = Question.objects.drawable().let_through(section)
    objectives = dict(found.order_by().values_list("objective").annotate(number=Count("pk")))
    named = {None: None, **Objective.objects.in_bulk([each for each in objectives if each is not None])}
    counts = sorted(((named[pk], number) for pk, number in objectives.items()), key=lambda each: str(each[0] or ""))
    return Supply(section, section.draw or 0, sum(objectives.values()), tuple(counts))


@transaction.atomic
def save_category(*, category: Category) -> Category:
    """Write a drawer of the bank."""
    check_place(category=category, parent=category.parent)
    before = category.path
    category.save()
    if before and before != category.path:
        below = Category.objects.filter(path__startswith=before).exclude(pk=category.pk)
        below.update(path=Concat(Value(category.path), Substr(F("path"), len(before) + 1)))
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


def _plans(questions: Questions | None, sections: Sequence[SectionPlan] | None) -> Sequence[SectionPlan] | None:
    """The sections wanted; None to leave them as they are."""
    if questions is None:
        return sections
    forms = questions if isinstance(questions, Mapping) else {"": questions}
    plans = [SectionPlan(form=form, questions=list(chosen)) for form, chosen in forms.items()]
    return [plan for plan in plans if plan.questions]


def _write_test(test: Test, plans: Sequence[SectionPlan] | None, **fields: Any) -> None:
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
    if plans is not None:
        _write_sections(test, plans)


def _check_rules(test: Test) -> None:
    if not 0 <= test.pass_mark <= 100:  # noqa: PLR2004 - per cent
        raise QuestionError(_("The pass mark is a number from 0 to 100 per cent."))
    if test.attempts_limit == 0:
        raise QuestionError(_("Allow at least one attempt, or leave the limit empty."))
    if test.time_limit_minutes == 0:
        raise QuestionError(_("Give at least one minute, or leave the time limit empty."))
    if test.questions_per_page == 0:
        raise QuestionError(_("Put at least one question on a page, or leave the number empty."))
    if test.opens_at and test.closes_at and test.closes_at <= test.opens_at:
        raise QuestionError(_("The test must close after it opens."))
    try:
        test.disclosed = disclosure.checked(test.disclosed) if test.disclosed else {}
    except ValueError as error:
        raise QuestionError(_("What is shown when cannot be read: %(error)s") % {"error": error}) from error


def _write_sections(test: Test, plans: Sequence[SectionPlan]) -> None:
    """Replace the sections of a test."""
    named = [(plan.form, question.pk) for plan in plans for question in plan.questions]
    if len(set(named)) < len(named):
        raise QuestionError(_("A question stands in this test twice."))
    test.sections.all().delete()
    positions: Counter[str] = Counter()
    for plan in plans:
        positions[plan.form] += 1
        _write_section(test, plan, positions[plan.form])


def _write_section(test: Test, plan: SectionPlan, position: int) -> None:
    if bool(plan.questions) == (plan.draw is not None):
        raise QuestionError(_("A section either names its questions or draws some at random."))
    if plan.draw == 0 or plan.mark <= 0:
        raise QuestionError(_("A section draws at least one question, and each counts something."))
    values = {field.name: getattr(plan, field.name) for field in fields_of(plan) if field.name != "questions"}
    section = Section.objects.create(test=test, position=position, **values)
    TestItem.objects.bulk_create(
        TestItem(section=section, question=question, position=place)
        for place, question in enumerate(plan.questions, start=1)
    )
    if section.draw:
        _check_supply(section)


def _check_supply(section: Section) -> None:
    available = Question.objects.drawable().let_through(section).count()
    if available < (section.draw or 0):
        raise QuestionError(
            ngettext(
                "Section %(section)s wants %(wanted)s questions, and only %(available)s may be shown.",
                "Section %(section)s wants %(wanted)s questions, and only %(available)s may be shown.",
                available,
            )
            % {"section": section.position, "wanted": section.draw, "available": available}
        )


def _rules_of(test: Test) -> dict[str, Any]:
    """What the audit trail keeps of a test."""
    names = ["code", "purpose", "pass_mark", *sorted(RULES)]
    rules = {name: getattr(test, name) for name in names}
    return {**rules, "opens_at": _written(test.opens_at), "closes_at": _written(test.closes_at)}


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
