"""Questions of the bank as a file takes them along."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from assessments.formats.sources import with_sources
from assessments.formats.to_bank import BankQuestion
from assessments.models import Category, Question, QuestionText, QuestionVersion, Test
from assessments.services.pictures import file_name, pictures_of


def questions_in(*, category: Category) -> list[BankQuestion]:
    """Return the questions of a category and of those below it, in the order of their codes.

    Each says the names of the categories between. Retired questions and void versions stay behind.
    """
    lying = Question.objects.filter(category__path__startswith=category.path)
    return _taken(lying, above=category)


def questions_of(*, test: Test) -> list[BankQuestion]:
    """Return the questions that the sections of a test name, and those that they may draw."""
    named = Question.objects.filter(uses__section__test=test)
    found = set(named.values_list("pk", flat=True))
    for section in test.sections.filter(draw__isnull=False).select_related("category"):
        found.update(Question.objects.drawable().let_through(section).values_list("pk", flat=True))
    return _taken(Question.objects.filter(pk__in=found), above=None)


def _taken(questions: Any, *, above: Category | None) -> list[BankQuestion]:
    kept = questions.exclude(status=Question.Status.RETIRED).select_related("category", "objective")
    listed = list(kept.prefetch_related("tags").order_by("code"))
    versions = {
        each.question_id: each
        for each in QuestionVersion.objects.newest().filter(question__in=listed, voiding__isnull=True)
    }
    words = _words_of(versions.values())
    names = {each.path: each.name for each in Category.objects.all()}
    pictures = pictures_of(words.values())
    return [
        _bank_question(
            each, versions[each.pk].structure, words[versions[each.pk].pk], _path(each, above, names), pictures
        )
        for each in listed
        if each.pk in versions
    ]


def _words_of(versions: Iterable[QuestionVersion]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    texts = QuestionText.objects.filter(version__in=list(versions)).order_by("language", "-revision")
    for version, language, words in texts.values_list("version", "language", "words"):
        found[version].setdefault(language, words)
    return found


def _bank_question(
    question: Question,
    structure: dict[str, Any],
    words: dict[str, Any],
    category: tuple[str, ...],
    pictures: dict[str, bytes],
) -> BankQuestion:
    shown = repr(words)
    own = {source: content for source, content in pictures.items() if f'"{source}"' in shown or f"'{source}'" in shown}
    names = {source: file_name(source, content) for source, content in own.items()}
    return BankQuestion(
        type=question.type,
        structure=structure,
        words=with_sources(words, names),
        name=question.name or question.code,
        code=question.code,
        category=category,
        tags=tuple(each.name for each in question.tags.all()),
        objective=question.objective.code if question.objective else "",
        source=question.source,
        unverified=question.unverified,
        review_on=question.review_on.isoformat() if question.review_on else "",
        files={names[source]: content for source, content in own.items()},
    )


def _path(question: Question, above: Category | None, names: dict[str, str]) -> tuple[str, ...]:
    """The names of the categories from below the one that is written down to that of the question."""
    prefix = above.path if above else ""
    slugs = question.category.path[len(prefix) :].strip("/").split("/")
    paths = [f"{prefix}{'/'.join(slugs[:depth])}/" for depth in range(1, len(slugs) + 1)] if slugs != [""] else []
    return tuple(names[each] for each in paths)
