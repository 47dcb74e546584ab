"""Words and references that all content shares: aspects, glossary, sources."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin


class Aspect(models.TextChoices):
    """The four perspectives on migration and health; each has a colour, a shape and a word."""

    LEGAL = "legal", _("legal")
    SOCIAL = "social", _("social")
    ECONOMIC = "economic", _("economic")
    CULTURAL = "cultural", _("cultural")


class Term(TranslatableMixin, models.Model):
    """A glossary term in one language; its translations share the key."""

    slug = models.SlugField(max_length=80)
    name = models.CharField(_("term"), max_length=200)
    definition = models.TextField(_("definition"))
    needs_review = models.BooleanField(_("awaits review by an expert"), default=False)

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="term_once_per_language")]

    def __str__(self) -> str:
        return self.name
