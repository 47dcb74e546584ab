"""Words and references that all content shares: aspects, glossary, sources."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.folding import fold


class Aspect(models.TextChoices):
    """The four perspectives on migration and health; each has a colour, a shape and a word."""

    LEGAL = "legal", _("legal")
    SOCIAL = "social", _("social")
    ECONOMIC = "economic", _("economic")
    CULTURAL = "cultural", _("cultural")


class TermQuerySet(models.QuerySet["Term"]):
    def best_first(self, language: str) -> "TermQuerySet":
        """Terms in the language asked for before those in the default language before all others."""
        rank = Case(
            When(locale__language_code=language, then=Value(0)),
            When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
            default=Value(2),
        )
        return self.select_related("locale").order_by(rank, "locale_id", "name")

    def in_language(self, language: str) -> "list[Term]":
        """Every term once, in the language asked for where it exists, in the alphabet's order (letters forgiven)."""
        best: dict[str, Term] = {}
        for term in self.best_first(language):
            best.setdefault(term.slug, term)
        return sorted(best.values(), key=lambda term: (fold(term.name), term.slug))


class Term(TranslatableMixin, models.Model):
    """A glossary term in one language; its translations share the key."""

    slug = models.SlugField(max_length=80)
    name = models.CharField(_("term"), max_length=200)
    definition = models.TextField(_("definition"))
    needs_review = models.BooleanField(_("awaits review by an expert"), default=False)

    # The slug is how lessons name a term: the same in every language.
    translatable_fields = [
        TranslatableField("name"),
        TranslatableField("definition"),
        SynchronizedField("slug", overridable=False),
    ]
    objects = TermQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="term_once_per_language")]

    def __str__(self) -> str:
        return self.name
