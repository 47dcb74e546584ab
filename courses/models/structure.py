"""What a module is built for: its objectives, how many questions each wants, and the lessons that serve it.

By the keys that the pages of every language share and without a foreign key: a module is planned before it is
published, and so before there is a record of it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models import Objective


class ModuleObjective(models.Model):
    """What somebody can do after a module, and how many questions on it are wanted."""

    module_key = models.UUIDField()
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="module_links")
    questions = models.PositiveSmallIntegerField(_("questions wanted"), default=0)

    class Meta:
        verbose_name = _("objective of a module")
        verbose_name_plural = _("objectives of modules")
        ordering = ["objective__code"]
        constraints = [models.UniqueConstraint(fields=["module_key", "objective"], name="module_objective_once")]

    def __str__(self) -> str:
        return f"{self.module_key}: {self.objective}"


class LessonObjective(models.Model):
    """An objective that a lesson serves, whatever the language."""

    lesson_key = models.UUIDField()
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="lesson_links")

    class Meta:
        verbose_name = _("objective of a lesson")
        verbose_name_plural = _("objectives of lessons")
        ordering = ["objective__code"]
        constraints = [models.UniqueConstraint(fields=["lesson_key", "objective"], name="lesson_objective_once")]

    def __str__(self) -> str:
        return f"{self.lesson_key}: {self.objective}"
