"""Writes of the question bank. Versions and texts are only ever added."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.models import Category, Objective, Question, QuestionTag, QuestionText, QuestionVersion
from assessments.question_types import TYPES
from assessments.question_types.texts import clean_words
from assessments.services.marks import credit_for
from audit.services import record
from people.models import Account, Language

DESCRIPTION = frozenset({"category", "name", "objective", "review_on", "source", "status", "unverified"})


@transaction.atomic
def create_question(
    *,
    code: str,
    category: Category,
    type: str,  # noqa: A002 - the word of the data model
    structure: dict[str, Any],
    texts: Mapping[str, dict[str, Any]],
    name: str = "",
    objective: Objective | None = None,
    status: str = Question.Status.DRAFT,
    source: str = "",
    unverified: bool = False,
    review_on: date | None = None,
    tags: Iterable[str] = (),
    created_by: Account | None = None,
) -> Question:
    """Put a question into the bank with its first version. `texts` are its words by language, `tags` are made if new.

    Raises QuestionError when the code is taken or the question could not be asked or marked.
    """
    if type not in TYPES:
        raise QuestionError(_("There is no question type “%(type)s”.") % {"type": type})
    try:
        with transaction.atomic():
            question = Question.objects.create(
                code=code,
                name=name,
                category=category,
                type=type,
                objective=objective,
                status=status,
                source=source,
                unverified=unverified,
                review_on=review_on,
            )
    except IntegrityError as error:
        raise QuestionError(_("There is already a question with the code %(code)s.") % {"code": code}) from error
    question.tags.set(_tags(tags))
    _write_version(question, 1, structure, texts, created_by)
    record("assessments.question_created", obj=question, actor=created_by, after={"code": code, "type": type})
    return question


@transaction.atomic
def describe_question(
    *, question: Question, actor: Account | None = None, tags: Iterable[str] | None = None, **fields: Any
) -> Question:
    """Change what a question is filed under: `category`, `name`, `objective`, `status`, `source`, `unverified`,
    `review_on`, `tags`. What is asked changes by `add_version` only."""
    unknown = fields.keys() - DESCRIPTION
    if unknown:
        raise TypeError(f"A question is not filed under {', '.join(sorted(unknown))}.")
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    before = _described(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=sorted(fields) or ["status"])
    if tags is not None:
        locked.tags.set(_tags(tags))
    after = _described(locked)
    if before != after:
        record("assessments.question_described", obj=locked, actor=actor, before=before, after=after)
    return locked


@transaction.atomic
def duplicate_question(*, question: Question, code: str, created_by: Account | None = None) -> Question:
    """Make a draft with the newest structure and words of a question, under another code."""
    version = question.versions.latest("number")
    texts: dict[str, dict[str, Any]] = {}
    for text in QuestionText.objects.filter(version=version).order_by("language", "-revision"):
        texts.setdefault(text.language, text.words)
    return create_question(
        code=code,
        category=question.category,
        type=question.type,
        structure=version.structure,
        texts=texts,
        objective=question.objective,
        source=question.source,
        unverified=question.unverified,
        review_on=question.review_on,
        tags=question.tags.values_list("name", flat=True),
        created_by=created_by,
    )


@transaction.atomic
def add_version(
    *,
    question: Question,
    structure: dict[str, Any],
    texts: Mapping[str, dict[str, Any]],
    created_by: Account | None = None,
) -> QuestionVersion:
    """Change what is asked or how it is scored: attempts from now on show the new version, earlier ones keep theirs."""
    locked = Question.objects.select_for_update().get(pk=question.pk)
    latest = QuestionVersion.objects.filter(question=locked).first()
    number = latest.number + 1 if latest else 1
    version = _write_version(locked, number, structure, texts, created_by)
    record("assessments.question_changed", obj=locked, actor=created_by, after={"code": locked.code, "version": number})
    return version


@transaction.atomic
def revise_text(
    *, version: QuestionVersion, language: str, words: dict[str, Any], review: str = QuestionText.Review.AWAITING
) -> QuestionText:
    """Mend the words of one language, or add a language. The same words again change nothing."""
    question = Question.objects.select_for_update().get(pk=version.question_id)
    words = checked_words(question.type, version.structure, language, words)
    current = QuestionText.objects.filter(version=version, language=language).first()
    if current is not None and (current.words, current.review) == (words, review):
        return current
    revision = current.revision + 1 if current else 1
    text = QuestionText.objects.create(
        version=version, language=language, revision=revision, words=words, review=review
    )
    record(
        "assessments.question_text_revised",
        obj=question,
        after={"code": question.code, "language": language, "revision": revision},
    )
    return text


def check_practice(*, question: Question, response: Any) -> tuple[Fraction | None, str]:
    """Mark an answer to the present version of a question and keep nothing.

    Returns the part earned (0 … 1; None when a person has to say) and the reason. Raises AnswerError when the answer
    cannot be read.
    """
    version = QuestionVersion.objects.newest().select_related("question").get(question=question)
    credit = credit_for(version, TYPES[question.type].parse(version.structure, response))
    return (None, "awaits marking") if credit is None else (credit.part, credit.reason)


def _tags(names: Iterable[str]) -> list[QuestionTag]:
    """The tags of those names, lower-cased; made when missing."""
    wanted = {" ".join(name.lower().split()) for name in names} - {""}
    return [QuestionTag.objects.get_or_create(name=name)[0] for name in sorted(wanted)]


def _described(question: Question) -> dict[str, Any]:
    """What the audit trail keeps of where a question is filed."""
    return {
        "category": question.category.slug,
        "name": question.name,
        "objective": question.objective.code if question.objective else None,
        "status": question.status,
        "source": question.source,
        "unverified": question.unverified,
        "review_on": question.review_on.isoformat() if question.review_on else None,
        "tags": sorted(question.tags.values_list("name", flat=True)),
    }


def _write_version(
    question: Question,
    number: int,
    structure: dict[str, Any],
    texts: Mapping[str, dict[str, Any]],
    created_by: Account | None,
) -> QuestionVersion:
    """Insert a version and its first texts after looking at all of them."""
    TYPES[question.type].check_structure(structure)
    if not texts:
        raise QuestionError(_("A question needs its text in at least one language."))
    checked = {language: checked_words(question.type, structure, language, words) for language, words in texts.items()}
    version = QuestionVersion.objects.create(
        question=question, number=number, structure=structure, created_by=created_by
    )
    QuestionText.objects.bulk_create(
        QuestionText(version=version, language=language, words=words) for language, words in checked.items()
    )
    return version


def checked_words(type_name: str, structure: dict[str, Any], language: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return words as they are stored, their HTML cleaned; raises QuestionError when something is missing in them."""
    if language not in Language.values:
        raise QuestionError(_("“%(code)s” is not one of the languages of the academy.") % {"code": language})
    cleaned = clean_words(words)
    TYPES[type_name].check_words(structure, cleaned)
    return cleaned
