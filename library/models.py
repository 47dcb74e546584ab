"""Words and references that all content shares: aspects, goals, glossary, resources."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import RICH_TEXT
from core.fields import CodeListField
from core.folding import fold
from core.searching import TITLE, Question, indexed, question, without_markup
from people.models import Agency, Language


class Aspect(models.TextChoices):
    """The four perspectives on migration and health; each has a colour, a shape and a word."""

    LEGAL = "legal", _("legal")
    SOCIAL = "social", _("social")
    ECONOMIC = "economic", _("economic")
    CULTURAL = "cultural", _("cultural")


class Goal(models.TextChoices):
    """Sustainable Development Goals that migration and health touch, by their number (A/RES/70/1)."""

    POVERTY = "1", _("SDG 1: No poverty")
    HEALTH = "3", _("SDG 3: Good health and well-being")
    EDUCATION = "4", _("SDG 4: Quality education")
    GENDER = "5", _("SDG 5: Gender equality")
    WORK = "8", _("SDG 8: Decent work and economic growth")
    INEQUALITY = "10", _("SDG 10: Reduced inequalities")
    CITIES = "11", _("SDG 11: Sustainable cities and communities")
    INSTITUTIONS = "16", _("SDG 16: Peace, justice and strong institutions")
    PARTNERSHIP = "17", _("SDG 17: Partnerships for the goals")


def _language_rank(language: str) -> Case:
    """The language asked for before the default one before all others."""
    return Case(
        When(locale__language_code=language, then=Value(0)),
        When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
        default=Value(2),
    )


class TermQuerySet(models.QuerySet["Term"]):
    def best_first(self, language: str) -> "TermQuerySet":
        """Terms in the language asked for before those in the default language before all others."""
        return self.select_related("locale").order_by(_language_rank(language), "locale_id", "name")

    def in_language(self, language: str) -> "list[Term]":
        """Every term once, in the language asked for where it exists, in the alphabet's order (letters forgiven)."""
        best: dict[str, Term] = {}
        for term in self.best_first(language):
            best.setdefault(term.slug, term)
        return sorted(best.values(), key=lambda term: (fold(term.name), term.slug))


class Term(TranslatableMixin, models.Model):
    """A glossary term in one language; its translations share the key."""

    slug = models.SlugField(_("name in the address"), max_length=80)
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


class ResourceQuerySet(models.QuerySet["Resource"]):
    def in_language(self, language: str) -> "ResourceQuerySet":
        """Every resource once: a published text before a draft, the language asked for before the default one."""
        same = Resource.objects.filter(translation_key=OuterRef("translation_key"))
        best = same.order_by("-live", _language_rank(language), "locale_id")
        return self.filter(pk=Subquery(best.values("pk")[:1])).select_related("locale", "document")

    def readable_in(self, language: str) -> "ResourceQuerySet":
        """What readers see: every published resource once, in their language or the next best. Never a draft."""
        return self.in_language(language).filter(live=True)

    def about(self, *, aspect: str = "", agency_kind: str = "") -> "ResourceQuerySet":
        """Those that name an aspect, and a kind of agency; what is left empty does not narrow."""
        found = self
        for field, code in (("aspects", aspect), ("agency_kinds", agency_kind)):
            if code:
                # Lists of codes are compared as text: not every database can look into JSON.
                listed = {f"{field}_text": Cast(field, TextField())}
                found = found.alias(**listed).filter(**{f"{field}_text__contains": f'"{code}"'})
        return found

    def asked_for(self, asked: Question) -> "ResourceQuerySet":
        """Published texts of any language that have all the words; `in_title` says whether the title has."""
        found = self.filter(live=True).filter(asked.found_in("search_text"))
        return found.annotate(in_title=asked.found_in("search_text", sign=TITLE))

    def matching(self, words: str) -> "ResourceQuerySet":
        """Resources whose published text in any one language has all the words (`core.searching`)."""
        asked = question(words)
        texts = Resource.objects.asked_for(asked)
        return self.filter(translation_key__in=texts.values("translation_key")) if asked else self


class Resource(PreviewableMixin, DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """A study, an analysis, a recommendation or a programme, told in one language; its translations share the key."""

    class Kind(models.TextChoices):
        STUDY = "study", _("study")
        LEGISLATION = "legislation", _("analysis of legislation")
        RECOMMENDATION = "recommendation", _("recommendation")
        PROGRAMME = "programme", _("prevention or vaccination programme")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("recommendation", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("recommendation", "accepted")
        UNDER_WAY = "under_way", pgettext_lazy("recommendation", "under way")
        DONE = "done", pgettext_lazy("recommendation", "done")
        REJECTED = "rejected", pgettext_lazy("recommendation", "rejected")

    slug = models.SlugField(_("name in the address"), max_length=80)
    kind = models.CharField(_("type"), max_length=20, choices=Kind.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        blank=True,
        help_text=_("Of a recommendation; everything else has none."),
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400)
    body = RichTextField(
        _("text"),
        features=RICH_TEXT,
        blank=True,
        help_text=_("Of a programme: how a migrant reaches it."),
    )
    publisher = models.CharField(_("published by"), max_length=200, blank=True)
    published_on = models.DateField(
        _("published on"), null=True, blank=True, help_text=_("Readers see the month and the year.")
    )
    document_language = models.CharField(
        _("language of the document"), max_length=2, choices=Language.choices, blank=True
    )
    document = models.ForeignKey(
        get_document_model_string(),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file"),
    )
    address = models.URLField(_("address on the web"), max_length=300, blank=True)
    agency_kinds = CodeListField(_("kinds of agencies it concerns"), codes=Agency.Kind.choices)
    aspects = CodeListField(_("aspects"), codes=Aspect.choices)
    sdgs = CodeListField(_("Sustainable Development Goals"), codes=Goal.choices)
    needs_review = models.BooleanField(_("awaits review by an expert"), default=False)
    search_text = models.TextField(editable=False)

    translatable_fields = [
        TranslatableField("title"),
        TranslatableField("summary"),
        TranslatableField("body"),
        TranslatableField("publisher"),
        *(
            SynchronizedField(name, overridable=False)
            for name in ("slug", "kind", "state", "published_on", "agency_kinds", "aspects", "sdgs")
        ),
        # A translation may have a file or an address of its own.
        *(SynchronizedField(name) for name in ("document_language", "document", "address")),
    ]
    objects = ResourceQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        ordering = [F("published_on").desc(nulls_last=True), "title", "pk"]
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="resource_once_per_language"),
            models.CheckConstraint(
                condition=Q(kind="recommendation") & ~Q(state="") | ~Q(kind="recommendation") & Q(state=""),
                name="resource_state_of_recommendations",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the search reads equal to what readers see.

        A save of single columns (a draft is kept as a revision, and its number noted) leaves both as they are.
        """
        if kwargs.get("update_fields") is None:
            self.search_text = indexed(self.title, self.summary, self.publisher, without_markup(self.body))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.RECOMMENDATION and not self.state:
            raise ValidationError({"state": _("Say how far the recommendation has come.")})
        if self.kind != self.Kind.RECOMMENDATION and self.state:
            raise ValidationError({"state": _("Only a recommendation has a state.")})

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "library/resource.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {**super().get_preview_context(request, mode_name), "resource": self}


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
