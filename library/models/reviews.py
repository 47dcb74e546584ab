"""What rests on law or medicine: who reviews it, and on which day somebody looks at it again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractGroupApprovalTask, Revision, TaskState, Workflow
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField

from core.errors import DomainError
from people.models import Account, Role


class Expert(models.TextChoices):
    """Who reads what rests on law or medicine before it goes live. The values are those of their roles."""

    LAWYER = Role.LAWYER.value, _("a lawyer")
    DOCTOR = Role.DOCTOR.value, _("a doctor")


# What the workflow of each kind of expert is called; its name in the database is the English one.
REVIEWS = {Expert.LAWYER: _("Review by a lawyer"), Expert.DOCTOR: _("Review by a doctor")}


class AwaitsExpertError(DomainError):
    """What an expert has to read first does not go live."""


class OwnField(BaseTranslatableField):
    """A field of which every language has its own value: neither translated nor copied from the source."""


class ExpertReviewTask(AbstractGroupApprovalTask):
    """A step of a workflow: an expert reads a text and approves it, or asks for changes and says which.

    It is for the groups or, if one is named, for one account. Experts answer on a page of their own (`reviews`), where
    they see nothing but what was given to them; so the editor of the CMS offers them no buttons.
    """

    expert = models.CharField(_("expert"), max_length=10, choices=Expert.choices)
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("only this person"),
        help_text=_("Empty: whoever of the groups comes first."),
    )

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "expert", "account"]
    admin_form_widgets = {"groups": forms.CheckboxSelectMultiple}

    class Meta:
        verbose_name = _("review by an expert")
        verbose_name_plural = _("reviews by experts")

    def may_answer(self, user: Any) -> bool:
        """Whether the review is for this account. An administrator who is no expert has no say in it."""
        return user.pk == self.account_id if self.account_id is not None else self._user_in_groups(user)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return False

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Editors go on writing; what is approved is what the expert has read, or nothing."""
        return False

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return False

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        return []

    def get_task_states_user_can_moderate(self, user: Any, **_kwargs: Any) -> models.QuerySet[TaskState]:
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return waiting if self.may_answer(user) else waiting.none()

    @classmethod
    def get_description(cls) -> Any:
        return _("A lawyer or a doctor reads the text before it goes live.")


class Checked(models.Model):
    """What may rest on facts that an expert has to confirm. Goes before Wagtail's mixins, or before the page."""

    expert = models.CharField(
        _("reviewed by"),
        max_length=10,
        choices=Expert.choices,
        blank=True,
        help_text=_("Whom it is given to when it is submitted."),
    )
    needs_review = models.BooleanField(
        _("awaits review by an expert"),
        default=False,
        help_text=_("It does not go live before the expert approves it, which takes this mark off."),
    )
    review_on = models.DateField(
        _("to be reviewed by"),
        null=True,
        blank=True,
        help_text=_("The day until which somebody looks at it again. Readers go on seeing it after that day."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.needs_review and not self.expert:
            raise ValidationError({"expert": _("Say who has to review it.")})
        if not self.needs_review and self._was_marked():
            raise ValidationError({"needs_review": _("Only the expert who approves the text takes this mark off.")})

    def _was_marked(self) -> bool:
        newest = getattr(self, "latest_revision", None) if self.pk else None
        model: Any = type(self)
        kept = model.objects.filter(pk=self.pk, needs_review=True)
        return bool(newest and newest.content.get("needs_review")) or kept.exists()

    def get_workflow(self) -> Workflow | None:
        """The workflow of its expert, called in the reader's language, unless it was given one of its own."""
        found = Workflow.objects.active().filter(
            workflow_tasks__task__expertreviewtask__expert=self.expert,
            workflow_tasks__task__expertreviewtask__account=None,
            workflow_tasks__task__active=True,
        )
        own = getattr(self, "workflowpage", None)
        workflow = found.first() if self.expert and own is None else None
        if workflow is None:
            return super().get_workflow()  # type: ignore[misc]
        workflow.name = str(REVIEWS[Expert(self.expert)])
        return workflow

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """The last door: whichever way it came here, nothing that waits for an expert goes live."""
        if revision.content.get("needs_review"):
            raise AwaitsExpertError(_("An expert has to review this first."))
        return super().publish(revision, *args, **kwargs)  # type: ignore[misc]


CHECKED_PANELS = [
    MultiFieldPanel([FieldPanel(name) for name in ("review_on", "expert", "needs_review")], heading=_("review"))
]
# How the fields of `Checked` follow a source: each language is reviewed by itself, and looked at again on one day.
CHECKED_FIELDS = (
    *(SynchronizedField(name, overridable=False) for name in ("expert", "review_on")),
    OwnField("needs_review"),
)
