"""What of questions and answers awaits an editor or a marker. Writes nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.models import Appeal, AttemptItem, Question, QuestionImport, QuestionText, QuestionVersion
from assessments.question_types.texts import plain_stem
from library.desk import Entry, Part, Pile
from people.models import Account


def piles_of_question_editors(account: Account) -> Iterator[Pile]:
    """Drafts that the account's imports brought, and questions that it began; the oldest first."""
    yield _brought(account)
    yield _begun(account)


def _brought(account: Account) -> Pile:
    drafts = Count("questions", filter=Q(questions__status=Question.Status.DRAFT))
    imports = QuestionImport.objects.filter(created_by=account).annotate(drafts=drafts).filter(drafts__gt=0)
    found: list[Any] = list(imports.order_by("created_at"))
    total = sum(each.drafts for each in found)
    heading = ngettext(
        "%(count)s question of your imports is still a draft",
        "%(count)s questions of your imports are still drafts",
        total,
    )
    return Pile(
        "imported",
        Part.AWAITS,
        total,
        heading % {"count": total},
        _("No question of your imports is left as a draft."),
        [
            Entry(each.filename, reverse("questions:import_page", args=[each.pk]), said=_import_sentence(each))
            for each in found
        ],
    )


def _import_sentence(brought: Any) -> str:
    sentence = ngettext("%(count)s draft, brought on %(day)s", "%(count)s drafts, brought on %(day)s", brought.drafts)
    return sentence % {"count": brought.drafts, "day": date_format(brought.created_at, "SHORT_DATE_FORMAT")}


def _begun(account: Account) -> Pile:
    """Drafts that came in no file and of which the account wrote a version."""
    own = QuestionVersion.objects.filter(created_by=account).values("question")
    drafts = Question.objects.filter(pk__in=own, status=Question.Status.DRAFT, imported=None).order_by("pk")
    found = {question.pk: question for question in drafts}
    texts = _newest_texts(found)
    heading = ngettext(
        "%(count)s question that you began is a draft", "%(count)s questions that you began are drafts", len(found)
    )
    return Pile(
        "questions",
        Part.AWAITS,
        len(found),
        heading % {"count": len(found)},
        _("You have finished every question that you began."),
        [
            Entry(
                f"{question.code} {_first_words(texts.get(key))}".strip(),
                reverse("questions:page", args=[key]),
                texts[key].language if key in texts else "",
            )
            for key, question in found.items()
        ],
    )


def _newest_texts(questions: Iterable[int]) -> dict[int, QuestionText]:
    """The words of the newest version of each question (by id), in the reader's language or the next best."""
    newest = QuestionVersion.objects.newest().filter(question__in=list(questions))
    texts = QuestionText.objects.filter(version__in=newest).select_related("version")
    found: dict[int, QuestionText] = {}
    for text in texts.best_first((get_language() or "en")[:2]):
        found.setdefault(text.version.question_id, text)
    return found


def _first_words(text: QuestionText | None) -> str:
    return " ".join(plain_stem(text.words).split()) if text is not None else ""


def piles_of_markers(account: Account) -> Iterator[Pile]:
    """How many answers and appeals wait for somebody who marks; never the own ones."""
    answers = AttemptItem.objects.to_mark_by(account).count()
    yield Pile(
        "marking",
        Part.AWAITS,
        answers,
        ngettext("%(count)s answer waits for a mark", "%(count)s answers wait for a mark", answers)
        % {"count": answers},
        _("No answer waits for a mark."),
        listed=reverse("marking:index"),
    )
    appeals = Appeal.objects.open().exclude(item__attempt__person=account.person_id).count()
    heading = ngettext("%(count)s appeal waits for an answer", "%(count)s appeals wait for an answer", appeals)
    yield Pile(
        "appeals",
        Part.AWAITS,
        appeals,
        heading % {"count": appeals},
        _("No appeal waits for an answer."),
        listed=reverse("appeals:index"),
    )
