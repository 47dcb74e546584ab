"""What a funder pays for: modules and workshops under one name, with partners, components and agencies to reach."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import CodeListField, Translated
from courses.models import Module
from library.models import Goal
from people.models import Agency
from programmes.rules import RULE_FIELDS, Rule
from workshops.models import Workshop


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def public(self) -> "ProgrammeQuerySet":
        """What anybody may read about."""
        return self.filter(is_public=True)


class Programme(models.Model):
    """A programme groups modules and workshops for a funder and its reports."""

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # What its public page says: one sentence, then paragraphs.
    is_public = models.BooleanField(_("has a public page"), default=False)
    summary_en = models.CharField(_("in one sentence, in English"), max_length=300, blank=True)
    summary_ru = models.CharField(_("in one sentence, in Russian"), max_length=300, blank=True)
    summary_be = models.CharField(_("in one sentence, in Belarusian"), max_length=300, blank=True)
    about_en = models.TextField(_("about the programme, in English"), blank=True)
    about_ru = models.TextField(_("about the programme, in Russian"), blank=True)
    about_be = models.TextField(_("about the programme, in Belarusian"), blank=True)
    goals = CodeListField(_("Sustainable Development Goals"), codes=Goal.choices)
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
    summary = Translated()
    about = Translated()

    objects = ProgrammeQuerySet.as_manager()

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


class ProgrammePartner(models.Model):
    """An organisation that pays for a programme, carries it out or takes part in it."""

    class Part(models.TextChoices):
        FUNDER = "funder", _("funder")
        IMPLEMENTER = "implementer", _("implementer")
        PARTNER = "partner", _("partner")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True)
    name_be = models.CharField(_("name in Belarusian"), max_length=200, blank=True)
    address = models.URLField(_("web address"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    name = Translated()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("partner of a programme")
        verbose_name_plural = _("partners of a programme")

    def __str__(self) -> str:
        return self.name


class Component(models.Model):
    """A part of a programme with a result of its own: some of its modules and workshops, some of its indicators."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="components")
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=200, blank=True)
    modules = models.ManyToManyField(Module, blank=True, related_name="components")
    workshops = models.ManyToManyField(Workshop, blank=True, related_name="components")

    title = Translated()

    class Meta:
        ordering = ["number"]
        verbose_name = _("component of a programme")
        verbose_name_plural = _("components of a programme")
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="component_number_once")]

    def __str__(self) -> str:
        return self.title


class TargetAgency(models.Model):
    """An agency that a programme wants to reach, with everything below it, and for how many people it has room."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="targets")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programme_targets")
    seats = models.PositiveIntegerField(_("seats"))

    class Meta:
        ordering = ["agency__path"]
        verbose_name = _("target agency")
        verbose_name_plural = _("target agencies")
        constraints = [models.UniqueConstraint(fields=["programme", "agency"], name="target_agency_once")]

    def __str__(self) -> str:
        return f"{self.agency}: {self.seats}"
