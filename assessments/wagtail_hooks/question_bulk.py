"""What editors do with several questions at once, after a page that lists them. All of them, or none."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from assessments.errors import QuestionError
from assessments.forms.bank import MoveForm, StatusForm, TagsForm
from assessments.models import Question
from assessments.services import move_questions, set_status, tag_questions
from assessments.wagtail_hooks.question_edit import editor_of
from assessments.wagtail_hooks.question_list import told, with_newest

MOST = 500


class QuestionBulkAction(BulkAction):
    """One thing done with the questions that were ticked."""

    models = [Question]
    template_name = "assessments/cms/bulk.html"
    heading: ClassVar[str | Promise]
    button: ClassVar[str | Promise]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        editor_of(request)
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Iterable[str]) -> list[Question]:
        """The questions that were ticked; ids that are none are nobody's business."""
        ids = [int(each) for each in object_ids if str(each).isdecimal() and len(str(each)) < 18][:MOST]  # noqa: PLR2004
        return told(with_newest(Question.objects.filter(pk__in=ids)), (get_language() or "en")[:2])

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Sequence[int]:
        """Never "all", whatever the list was narrowed by."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "heading": self.heading, "button": self.button}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        questions, _refused = self.get_actionable_objects()
        try:
            with transaction.atomic():
                sentence = self.carry_out(questions, form)
        except QuestionError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, sentence)
        return redirect(self.next_url)

    def carry_out(self, questions: Sequence[Question], form: forms.Form) -> str:
        """Call the service; return what happened, and how it is undone, in a sentence."""
        raise NotImplementedError


class MoveAction(QuestionBulkAction):
    """Put questions into another drawer."""

    display_name = gettext_lazy("Move")
    aria_label = gettext_lazy("Move the chosen questions to another category")
    action_type = "move"
    action_priority = 10
    form_class = MoveForm
    heading = gettext_lazy("Move questions to another category")
    button = gettext_lazy("Move them")

    def carry_out(self, questions: Sequence[Question], form: forms.Form) -> str:
        category = form.cleaned_data["category"]
        before = sorted({str(each.category) for each in questions if each.category_id != category.pk})
        moved = move_questions(questions=questions, category=category, actor=editor_of(self.request))
        facts = {"moved": moved, "category": category, "before": ", ".join(before) or category}
        return (
            ngettext(
                "%(moved)s question lies in “%(category)s” now. To undo it, move it back to “%(before)s”.",
                "%(moved)s questions lie in “%(category)s” now. To undo it, move them back to “%(before)s”.",
                moved,
            )
            % facts
        )


class TagsAction(QuestionBulkAction):
    """Give questions tags, or take tags away."""

    display_name = gettext_lazy("Tags")
    aria_label = gettext_lazy("Add tags to the chosen questions, or take tags away")
    action_type = "tags"
    action_priority = 20
    form_class = TagsForm
    heading = gettext_lazy("Add tags to questions, or take tags away")
    button = gettext_lazy("Change the tags")

    def carry_out(self, questions: Sequence[Question], form: forms.Form) -> str:
        add, remove = form.cleaned_data["add"], form.cleaned_data["remove"]
        changed = tag_questions(questions=questions, add=add, remove=remove, actor=editor_of(self.request))
        return ngettext(
            "The tags of %(changed)s question changed. To undo it, do the opposite: its history says what it had.",
            "The tags of %(changed)s questions changed. To undo it, do the opposite: their history says what they had.",
            changed,
        ) % {"changed": changed}


class StatusAction(QuestionBulkAction):
    """Take questions to another step of their life."""

    display_name = gettext_lazy("Status")
    aria_label = gettext_lazy("Change the status of the chosen questions")
    action_type = "status"
    action_priority = 30
    form_class = StatusForm
    heading = gettext_lazy("Change the status of questions")
    button = gettext_lazy("Change the status")

    def carry_out(self, questions: Sequence[Question], form: forms.Form) -> str:
        status = form.cleaned_data["status"]
        before = sorted({str(each.get_status_display()) for each in questions if each.status != status})
        changed = set_status(questions=questions, status=status, actor=editor_of(self.request))
        label = Question.Status(status).label
        if not changed:
            return _("All of them had the status “%(status)s” already.") % {"status": label}
        return ngettext(
            "%(changed)s question has the status “%(status)s” now. To undo it, set it back to: %(before)s.",
            "%(changed)s questions have the status “%(status)s” now. To undo it, set them back to: %(before)s.",
            changed,
        ) % {"changed": changed, "status": label, "before": ", ".join(before)}
