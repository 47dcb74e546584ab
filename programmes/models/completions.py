"""Who has met the rule of a programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Agency, Person
from programmes.models.programmes import Programme


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
