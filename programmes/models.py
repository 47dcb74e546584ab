"""What a funder pays for: modules and workshops under one name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from courses.models import Module
from people.models import Agency, Person
from programmes.rules import RULE_FIELDS, Rule
from workshops.models import Workshop


class Programme(models.Model):
    """A programme groups modules and workshops for a funder and its reports."""

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    modules = models.ManyToManyField(Module, blank=True, related_name="programmes")
    workshops = models.ManyToManyField(Workshop, blank=True, related_name="programmes")
    # Whether it has a certificate of its own, and what that asks for and says.
    certificate = models.BooleanField(_("has a certificate of its own"), default=False)
    modules_needed = models.PositiveSmallIntegerField(_("how many of the modules"), null=True, blank=True)
    threshold = models.PositiveSmallIntegerField(_("share of the hours of all workshops, per cent"), default=80)
    test_required = models.BooleanField(_("the test after of each workshop must be passed"), default=False)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark of the test after, per cent"), default=75)
    evaluation_invited = models.BooleanField(_("asked for an evaluation"), default=False)
    hours_printed = models.BooleanField(_("hours stand on the certificate"), default=True)
    certificate_months = models.PositiveSmallIntegerField(_("certificate valid for, months"), null=True, blank=True)

    title = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="programme_dates_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(threshold__lte=100, pass_mark__lte=100), name="programme_per_cent"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rule(self) -> Rule:
        """What the certificate asks for."""
        return Rule(**{name: getattr(self, name) for name in RULE_FIELDS})


class ProgrammeCompletion(models.Model):
    """Somebody has met the rule of a programme, once. Frozen: no later rule or content changes it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="completions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="programme_completions")
    # The agency for which the last part was done.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programme_completions")
    completed_at = models.DateTimeField()
    # What was counted: see `programmes.rules.explain`.
    completion = models.JSONField()
    # Minutes of finished lessons and credited minutes of workshops, as they were.
    minutes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-completed_at", "-pk"]
        verbose_name = _("completed programme")
        verbose_name_plural = _("completed programmes")
        constraints = [models.UniqueConstraint(fields=["programme", "person"], name="programme_completed_once")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.person}"
