"""Marking by a person in the CMS: what waits, and one answer at a time without a name.

Nothing here says who answered or for which agency, and nobody sees what another marker gave.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from assessments.forms.marking import MarkForm
from assessments.models import AttemptItem, Marking, QuestionText
from assessments.permissions import may_mark
from assessments.question_types import ShownQuestion, show
from assessments.question_types.texts import plain_stem, plain_words
from assessments.wagtail_hooks.question_list import shortened
from people.models import Account

SECOND, THIRD = 1, 2  # marks given before


class MarkersMenuItem(MenuItem):
    """Seen by those who mark."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_mark(request.user)


class MarkingViewSet(ViewSet):
    """Answers that wait for a person."""

    icon = "edit"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Marking")
    menu_item_class = MarkersMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of marking."""
        return [path("", index, name="index"), path("<int:pk>/", answer, name="answer")]


@dataclass
class Waiting:
    """A question with the answers that wait for a mark, the oldest first."""

    code: str
    words: str
    language: str
    tests: set[str] = field(default_factory=set)
    answers: list[Any] = field(default_factory=list)

    @property
    def first(self) -> Any:
        """The answer that waits longest."""
        return self.answers[0]

    @property
    def since(self) -> datetime:
        """When the oldest of them was handed in."""
        return self.first.attempt.submitted_at

    @property
    def second(self) -> int:
        """How many wait for a second marker."""
        return sum(each.given == SECOND for each in self.answers)

    @property
    def third(self) -> int:
        """How many wait for a third marker, because two lie far apart."""
        return sum(each.given >= THIRD for each in self.answers)


def markers_only(request: HttpRequest) -> Account:
    """Return who marks; raise PermissionDenied for everybody else."""
    if not may_mark(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def waiting(answers: QuerySet[AttemptItem]) -> QuerySet[AttemptItem]:
    """Some answers, oldest first, with how many people have marked each as `given`."""
    found = answers.annotate(given=Count("markings"))
    related = found.select_related("version__question", "attempt__test", "response_text")
    return related.order_by("attempt__submitted_at", "pk")


def waiting_for(marker: Account) -> QuerySet[AttemptItem]:
    """Answers that this person can mark."""
    return waiting(AttemptItem.objects.to_mark_by(marker))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits, by question."""
    marker = markers_only(request)
    answers = list(waiting_for(marker))
    mine = Marking.objects.filter(item=OuterRef("pk"), marker=marker)
    context = {
        "groups": grouped(answers),
        "number": len(answers),
        "elsewhere": AttemptItem.objects.to_mark().filter(Exists(mine)).count(),
        "breadcrumbs_items": [{"url": "", "label": _("Marking")}],
        "header_title": _("Marking"),
        "header_icon": "edit",
    }
    return render(request, "assessments/cms/marking.html", context)


def grouped(answers: Sequence[Any]) -> list[Waiting]:
    """Answers by question; the question whose answer waits longest comes first. One query."""
    language = (get_language() or "en")[:2]
    texts = QuestionText.objects.shown({each.version_id for each in answers}, language)
    groups: dict[int, Waiting] = {}
    for each in answers:
        question, text = each.version.question, texts[each.version_id]
        stem = shortened(plain_stem(text.words))
        group = groups.setdefault(question.pk, Waiting(question.code, stem, text.language))
        group.tests.add(str(each.attempt.test))
        group.answers.append(each)
    return list(groups.values())


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer: read it, mark it, go on to the next of the same question."""
    marker = markers_only(request)
    item = waiting_for(marker).filter(pk=pk).first()
    if item is None:
        return _gone(request, marker, pk)
    queue = list(waiting_for(marker).filter(version__question=item.version.question_id).values_list("pk", flat=True))
    place = queue.index(pk)
    text = text_of(item)
    form = MarkForm(request.POST or None, item=item, criteria=plain_words(text.words).get("criteria") or {})
    if request.method == "POST" and form.is_valid():
        marked = form.save(actor=marker)
        if marked is not None:
            messages.success(request, _told(marked))
            return _go_on([*queue[place + 1 :], *queue[:place]])
    context = {
        "item": item,
        "question": shown_answer(item, text),
        "form": form,
        "second": bool(item.attempt.rules.get("second_marker")),
        "number": place + 1,
        "total": len(queue),
        "earlier": queue[place - 1] if place else None,
        "later": queue[place + 1] if place + 1 < len(queue) else None,
        "breadcrumbs_items": [
            {"url": reverse("marking:index"), "label": _("Marking")},
            {"url": "", "label": item.version.question.code},
        ],
        "header_title": item.version.question.code,
        "header_icon": "edit",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/cms/marking_answer.html", context, status=status)


def text_of(item: AttemptItem) -> QuestionText:
    """The words that the learner answered to."""
    if item.response_text is not None:
        return item.response_text
    return QuestionText.objects.shown([item.version_id], item.attempt.language)[item.version_id]


def shown_answer(item: AttemptItem, text: QuestionText) -> ShownQuestion:
    """A question with the answer that was given, ready for a template."""
    kind, structure = item.version.question.type, item.version.structure
    return show(kind, structure, text.words, language=text.language, order=item.option_order, response=item.response)


def _gone(request: HttpRequest, marker: Account, pk: int) -> HttpResponse:
    """Answers that wait for this person no more: they were marked, by this person or another."""
    marked = AttemptItem.objects.filter(pk=pk, markings__isnull=False).exclude(attempt__person=marker.person_id)
    if not marked.exists():
        raise Http404
    messages.warning(request, _("This answer is marked already. Nothing was changed."))
    return redirect("marking:index")


def _told(item: AttemptItem) -> str:
    if item.mark is None:
        return _("Kept. The answer waits for another marker now.")
    return _("Marked.")


def _go_on(queue: Sequence[int]) -> HttpResponse:
    return redirect("marking:answer", queue[0]) if queue else redirect("marking:index")
