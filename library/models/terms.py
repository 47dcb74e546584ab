"""The glossary."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin, WorkflowMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.folding import fold
from library.models.languages import language_rank
from library.models.reviews import CHECKED_FIELDS, Checked


class TermQuerySet(models.QuerySet["Term"]):
    def live(self) -> "TermQuerySet":
        """Terms that readers see."""
        return self.filter(live=True)

    def best_first(self, language: str) -> "TermQuerySet":
        """Terms in the language asked for before those in the default language before all others."""
        return self.select_related("locale").order_by(language_rank(language), "locale_id", "name")

    def in_language(self, language: str) -> "list[Term]":
        """Every term that readers see once, in the language asked for where it exists, in the alphabet's order
        (letters forgiven)."""
        best: dict[str, Term] = {}
        for term in self.live().best_first(language):
            best.setdefault(term.slug, term)
        return sorted(best.values(), key=lambda term: (fold(term.name), term.slug))


class Term(Checked, WorkflowMixin, DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """A glossary term in one language; its translations share the key."""

    slug = models.SlugField(_("name in the address"), max_length=80)
    name = models.CharField(_("term"), max_length=200)
    definition = models.TextField(_("definition"))

    # The slug is how lessons name a term: the same in every language.
    translatable_fields = [
        TranslatableField("name"),
        TranslatableField("definition"),
        SynchronizedField("slug", overridable=False),
        *CHECKED_FIELDS,
    ]
    objects = TermQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="term_once_per_language")]

    def __str__(self) -> str:
        return self.name
