"""Marks that learners ask to have looked at again, in the CMS, without a name."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from assessments.forms.marking import AppealForm
from assessments.forms.points import in_points
from assessments.models import Appeal, QuestionText
from assessments.question_types.texts import plain_stem
from assessments.services import marked_by_hand
from assessments.wagtail_hooks.marking import MarkersMenuItem, markers_only, shown_answer, text_of
from assessments.wagtail_hooks.question_list import shortened
from people.models import Account

NEWEST_ANSWERED = 30


class AppealViewSet(ViewSet):
    """Marks to be looked at again."""

    icon = "comment"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Appeals")
    menu_item_class = MarkersMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of appeals."""
        return [path("", index, name="index"), path("<int:pk>/", answer, name="answer")]


def appeals_for(marker: Account) -> QuerySet[Appeal]:
    """Appeals that this person may answer: not the own ones."""
    found = Appeal.objects.select_related("item__version__question", "item__attempt__test", "item__response_text")
    return found.exclude(item__attempt__person=marker.person_id)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Appeals that wait, the oldest first, and those that were answered last."""
    marker = markers_only(request)
    appeals = appeals_for(marker)
    answered = appeals.filter(answered_at__isnull=False).order_by("-answered_at")[:NEWEST_ANSWERED]
    context = {
        "waiting": _told(appeals.filter(answered_at__isnull=True)),
        "answered": _told(answered),
        "breadcrumbs_items": [{"url": "", "label": _("Appeals")}],
        "header_title": _("Appeals"),
        "header_icon": "comment",
    }
    return render(request, "assessments/cms/appeals.html", context)


def _told(appeals: QuerySet[Appeal]) -> list[Any]:
    """Appeals with the first words of their questions and their marks in points; two queries."""
    listed: list[Any] = list(appeals)
    language = (get_language() or "en")[:2]
    texts = QuestionText.objects.shown({each.item.version_id for each in listed}, language)
    for each in listed:
        text = texts[each.item.version_id]
        each.words, each.words_language = shortened(plain_stem(text.words)), text.language
        each.before, each.highest = in_points(each.mark_before), in_points(each.item.max_mark)
        each.after = "" if each.mark_after is None else in_points(each.mark_after)
        each.raised = each.mark_after is not None and each.mark_after > each.mark_before
    return listed


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: the answer, its mark, why it was asked about; words for the learner and perhaps a higher mark."""
    marker = markers_only(request)
    appeal = get_object_or_404(appeals_for(marker), pk=pk)
    if appeal.answered_at is not None and request.method == "POST":
        messages.warning(request, _("This appeal is answered already. Nothing was changed."))
        return redirect("appeals:index")
    form = AppealForm(request.POST if request.method == "POST" else None, appeal=appeal)
    if form.is_valid() and form.save(actor=marker) is not None:
        messages.success(request, _("Answered. The learner reads it beside the question."))
        return redirect("appeals:index")
    item = appeal.item
    context = {
        "appeal": appeal,
        "item": item,
        "question": shown_answer(item, text_of(item)),
        "mark": in_points(item.mark or 0),
        "highest": in_points(item.max_mark),
        "by_hand": marked_by_hand(item),
        "form": form,
        "breadcrumbs_items": [
            {"url": reverse("appeals:index"), "label": _("Appeals")},
            {"url": "", "label": item.version.question.code},
        ],
        "header_title": item.version.question.code,
        "header_icon": "comment",
    }
    return render(request, "assessments/cms/appeals_answer.html", context, status=422 if form.is_bound else 200)
