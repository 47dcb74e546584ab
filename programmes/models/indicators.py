"""What a programme promises to a funder, and what was measured."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from core.models import AppendOnlyModel
from people.models import Account
from programmes.indicators import Direction, Formula, Unit
from programmes.models.programmes import Component, Programme


class ReportingPeriod(models.Model):
    """A time for which a programme reports, and up to which its targets hold."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("number"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        ordering = ["number"]
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="reporting_period_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="reporting_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.starts_on} – {self.ends_on}"


class Indicator(models.Model):
    """Something that is measured: by a formula of the catalogue or, without one, by hand with evidence."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="indicators")
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.PROTECT, related_name="indicators")
    # As it stands in the agreement with the funder: "1.2".
    number = models.CharField(_("number"), max_length=10)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=300, blank=True)
    formula = models.CharField(_("formula"), max_length=20, choices=Formula.choices, blank=True)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit.choices)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices, default=Direction.UP)
    by_sex = models.BooleanField(_("by sex"), default=False)
    baseline = models.FloatField(_("baseline"), null=True, blank=True)
    baseline_on = models.DateField(_("baseline measured on"), null=True, blank=True)
    # For the whole of the programme.
    target = models.FloatField(_("target"))
    # Where the figure can be checked.
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    source_ru = models.CharField(_("source in Russian"), max_length=300, blank=True)
    source_be = models.CharField(_("source in Belarusian"), max_length=300, blank=True)
    withdrawn = models.BooleanField(_("not reported any more"), default=False)

    title = Translated()
    source = Translated()

    class Meta:
        ordering = ["programme", "number"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="indicator_number_once"),
            models.CheckConstraint(
                condition=Q(unit__in=[Unit.NUMBER, Unit.SHARE]) | Q(target__gte=0), name="indicator_target_not_below_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class IndicatorTarget(models.Model):
    """What an indicator should have reached by the end of a period."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="targets")
    value = models.FloatField(_("target"))

    class Meta:
        ordering = ["period__number"]
        verbose_name = _("target of a period")
        verbose_name_plural = _("targets of periods")
        constraints = [models.UniqueConstraint(fields=["indicator", "period"], name="indicator_target_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"


class IndicatorValue(AppendOnlyModel):
    """A value entered by hand with its evidence. A correction is a row that names the one it corrects, and why."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    measured_on = models.DateField(_("as of"))
    value = models.FloatField(_("value"))
    female = models.FloatField(_("of them women"), null=True, blank=True)
    male = models.FloatField(_("of them men"), null=True, blank=True)
    # Where it was read: a document, its page, its address.
    evidence = models.TextField(_("evidence"))
    entered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = models.TextField(_("reason of the correction"), blank=True)

    class Meta:
        ordering = ["measured_on", "pk"]
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of an indicator")
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""), name="indicator_correction_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value} ({self.measured_on})"


class Milestone(models.Model):
    """Something a programme promised to have done by a day."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="milestones")
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones")
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)

    title = Translated()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                condition=Q(reached_on__isnull=True) | ~Q(evidence=""), name="milestone_reached_has_evidence"
            ),
        ]

    def __str__(self) -> str:
        return self.title
