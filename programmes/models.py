"""What a funder pays for: modules and workshops under one name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from courses.models import Module
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

    title = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="programme_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title
