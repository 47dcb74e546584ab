"""What editors do with several questions at once, and the steps of a question's life. All of them, or nothing."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.errors import QuestionError
from assessments.models import Category, Question, QuestionText, QuestionVersion
from assessments.services.questions import describe_question, revise_text
from people.models import Account


@transaction.atomic
def move_questions(*, questions: Iterable[Question], category: Category, actor: Account) -> int:
    """Put questions into a drawer. Returns how many lay elsewhere."""
    moved = [question for question in questions if question.category_id != category.pk]
    for question in moved:
        describe_question(question=question, actor=actor, category=category)
    return len(moved)


@transaction.atomic
def tag_questions(
    *, questions: Iterable[Question], actor: Account, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> int:
    """Give questions tags and take tags away. Returns how many changed."""
    given, taken = _folded(add), _folded(remove)
    changed = 0
    for question in questions:
        before = set(question.tags.values_list("name", flat=True))
        after = (before | given) - taken
        if after != before:
            describe_question(question=question, actor=actor, tags=after)
            changed += 1
    return changed


@transaction.atomic
def set_status(*, questions: Iterable[Question], status: str, actor: Account) -> int:
    """Take questions to a step of their life. Returns how many changed.

    Raises QuestionError, and changes none, when one of them is to be published whose newest version is void.
    """
    if status not in Question.Status.values:
        raise QuestionError(_("There is no status “%(status)s”.") % {"status": status})
    changed = [question for question in questions if question.status != status]
    if status == Question.Status.PUBLISHED:
        _refuse_void(changed)
    for question in changed:
        describe_question(question=question, actor=actor, status=status)
    return len(changed)


def review_text(*, text: QuestionText) -> QuestionText:
    """Note that the words of a language were read and found right. Raises QuestionError for words that were replaced.

    Reviewed again, it changes nothing.
    """
    current = QuestionText.objects.filter(version=text.version, language=text.language).first()
    if current is None or current.words != text.words:
        raise QuestionError(_("These words were changed meanwhile. Read them again."))
    return revise_text(
        version=text.version, language=text.language, words=text.words, review=QuestionText.Review.REVIEWED
    )


def _refuse_void(questions: Iterable[Question]) -> None:
    newest = QuestionVersion.objects.newest().filter(question__in=list(questions), voiding__isnull=False)
    void = newest.values_list("question__code", flat=True).first()
    if void:
        raise QuestionError(
            _("The newest version of %(code)s was found defective. Mend the question first.") % {"code": void}
        )


def _folded(names: Iterable[str]) -> set[str]:
    return {" ".join(name.lower().split()) for name in names} - {""}
