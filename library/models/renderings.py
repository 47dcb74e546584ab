"""What translations were made from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Language


class Rendering(models.Model):
    """A translation of something that an editor wrote, and what it was made from. Readers never see it.

    `kind` and `key` name the thing in `library.translatables`. Questions keep their own history and have none.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=Language.choices)
    # {place: [source, translation]}: what was said to mean the same (`library.keeping`).
    pairs = models.JSONField(default=dict)
    # Made by a machine; no native editor has read it since. Who took the mark off, and when, is in the audit trail.
    unread = models.BooleanField(_("awaits a native editor"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "key", "language"]
        verbose_name = _("rendering")
        verbose_name_plural = _("renderings")
        constraints = [models.UniqueConstraint(fields=["kind", "key", "language"], name="rendering_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.language}"
