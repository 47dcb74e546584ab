"""Texts that several lessons show: written once, changed everywhere."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin, WorkflowMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import RICH_TEXT, TONES
from library.models.languages import language_rank
from library.models.reviews import CHECKED_FIELDS, Checked
from library.uses import lessons_showing


class SharedTextQuerySet(models.QuerySet["SharedText"]):
    def live(self) -> "SharedTextQuerySet":
        """Texts that readers see."""
        return self.filter(live=True)

    def best_first(self, language: str) -> "SharedTextQuerySet":
        """Texts in the language asked for before those in the default language before all others."""
        return self.select_related("locale").order_by(language_rank(language), "locale_id", "title")

    def in_language(self, language: str) -> "dict[str, SharedText]":
        """Every text that readers see once, by slug, in the language asked for where it exists; one query."""
        best: dict[str, SharedText] = {}
        for text in self.live().best_first(language):
            best.setdefault(text.slug, text)
        return best


class SharedText(Checked, WorkflowMixin, DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """A callout that stands in several lessons, in one language; its translations share the key and the slug."""

    slug = models.SlugField(
        _("short name"), max_length=80, help_text=_("By it lessons show the text; the same in every language.")
    )
    tone = models.CharField(_("tone"), max_length=10, choices=TONES, default="key")
    title = models.CharField(_("title"), max_length=120)
    text = RichTextField(_("text"), features=RICH_TEXT)

    translatable_fields = [
        TranslatableField("title"),
        TranslatableField("text"),
        SynchronizedField("slug", overridable=False),
        SynchronizedField("tone", overridable=False),
        *CHECKED_FIELDS,
    ]
    objects = SharedTextQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        ordering = ["title"]
        verbose_name = _("shared text")
        verbose_name_plural = _("shared texts")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="shared_text_once_per_language")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """A text that lessons show keeps the name by which they do."""
        super().clean()
        before = SharedText.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        if before is not None and before != self.slug and lessons_showing(before, self.locale.language_code):
            raise ValidationError({"slug": _("Lessons show this text by its short name, so the name stays.")})

    def said(self) -> dict[str, Any]:
        """What a callout says, as its block has it."""
        return {"tone": self.tone, "title": self.title, "text": self.text}
