"""The library of resources: studies, analyses of legislation, recommendations, programmes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, TranslatableMixin, WorkflowMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import RICH_TEXT
from core.fields import CodeListField
from core.searching import TITLE, Question, indexed, question, without_markup
from library.models.aspects import Aspect, Goal
from library.models.languages import language_rank
from library.models.reviews import CHECKED_FIELDS, Checked
from people.models import Agency, Language


class ResourceQuerySet(models.QuerySet["Resource"]):
    def in_language(self, language: str) -> "ResourceQuerySet":
        """Every resource once: a published text before a draft, the language asked for before the default one."""
        same = Resource.objects.filter(translation_key=OuterRef("translation_key"))
        best = same.order_by("-live", language_rank(language), "locale_id")
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


class Resource(
    Checked, PreviewableMixin, WorkflowMixin, DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model
):
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
        *CHECKED_FIELDS,
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
