"""What a workshop is before it has a date: the identity, its rule data, and the page that editors write.

Facts never point at a page. `Outline` is an identity whose `translation_key` the pages of every language carry.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import RICH_TEXT
from core.fields import CodeListField, Translated
from library.models import Aspect, Goal
from workshops.blocks import AgendaBlocks

# Codes stand in addresses.
validate_code = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", _("Use letters, digits, dots and hyphens."))


class OutlineQuerySet(models.QuerySet["Outline"]):
    def with_title(self, language: str) -> "OutlineQuerySet":
        """Adds `title` from the page in the best language there is, else the code."""
        pages = OutlinePage.objects.filter(translation_key=OuterRef("translation_key")).best_first(language)
        title = Coalesce(Subquery(pages.values("title")[:1]), F("code"), output_field=models.CharField())
        return self.annotate(title=title)


class Outline(models.Model):
    """A workshop that can be held many times, whatever the language of its page."""

    code = models.CharField(max_length=40, unique=True, validators=[validate_code])
    translation_key = models.UUIDField(unique=True, editable=False)
    sdgs = CodeListField(codes=Goal.choices, editable=False)

    objects = OutlineQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")

    def __str__(self) -> str:
        return self.code


class OutlineAspect(models.Model):
    """One of the four aspects that an outline touches."""

    outline = models.ForeignKey(Outline, on_delete=models.CASCADE, related_name="aspect_links")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["outline", "aspect"], name="outline_aspect_once")]

    def __str__(self) -> str:
        return f"{self.outline}: {self.aspect}"


class SessionKind(models.TextChoices):
    ROUNDTABLE = "roundtable", _("roundtable")
    TRAINING = "training", _("training")
    COUNCIL_MEETING = "council_meeting", _("council meeting")
    FIELD_VISIT = "field_visit", _("field visit")
    TEST = "test", _("test")


class OutlineSession(models.Model):
    """A session as the outline plans it; a scheduled workshop starts from a copy."""

    outline = models.ForeignKey(Outline, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("outline"))
    number = models.PositiveSmallIntegerField(_("number"))
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices)
    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True)
    title_be = models.CharField(_("title in Belarusian"), max_length=200, blank=True)
    required = models.BooleanField(_("required for the certificate"), default=True)

    title = Translated()

    class Meta:
        ordering = ["outline", "number"]
        verbose_name = _("session of an outline")
        verbose_name_plural = _("sessions of outlines")
        constraints = [models.UniqueConstraint(fields=["outline", "number"], name="outline_session_once")]

    def __str__(self) -> str:
        return f"{self.outline} {self.number}"


class OutlinePageQuerySet(PageQuerySet):
    def best_first(self, language: str) -> "OutlinePageQuerySet":
        """Pages of one outline, the best for a reader first: published, then the language, then the default one."""
        rank = Case(
            When(locale__language_code=language, then=Value(0)),
            When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
            default=Value(2),
        )
        return self.order_by("-live", rank, "locale_id")


class OutlinePage(Page):
    """What an editor writes about a workshop in one language."""

    outline_code = models.CharField(_("code"), max_length=40, validators=[validate_code])
    summary = models.CharField(_("summary"), max_length=300)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    objectives = RichTextField(_("objectives"), features=RICH_TEXT)
    methods = RichTextField(_("methods"), features=RICH_TEXT, blank=True)
    materials = RichTextField(_("materials"), features=RICH_TEXT, blank=True)
    agenda = StreamField(AgendaBlocks(), verbose_name=_("agenda"), blank=True)
    facilitator_notes = RichTextField(_("notes for facilitators, never public"), features=RICH_TEXT, blank=True)
    aspects = CodeListField(_("aspects"), codes=Aspect.choices)
    sdgs = CodeListField(_("Sustainable Development Goals"), codes=Goal.choices)

    objects = PageManager.from_queryset(OutlinePageQuerySet)()

    template = "workshops/outline_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("outline_code"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("objectives"),
        FieldPanel("methods"),
        FieldPanel("materials"),
        FieldPanel("aspects"),
        FieldPanel("sdgs"),
        FieldPanel("agenda"),
        FieldPanel("facilitator_notes"),
    ]
    override_translatable_fields = [
        SynchronizedField("outline_code", overridable=False),
        SynchronizedField("aspects", overridable=False),
        SynchronizedField("sdgs", overridable=False),
        TranslatableField("slug"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("objectives")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("outline page")
        verbose_name_plural = _("outline pages")

    def clean(self) -> None:
        super().clean()
        # A copy begins with the code of its source; it can be saved, and gets its own before it is published.
        holder = None if self._state.adding else self.code_holder()
        if holder is not None:
            message = _("“%(title)s” has this code already. Choose another one.")
            raise ValidationError({"outline_code": ValidationError(message, params={"title": holder.title})})

    def code_holder(self) -> "OutlinePage | None":
        """Another outline (not a translation of this one) that already has the code."""
        others = OutlinePage.objects.filter(outline_code=self.outline_code)
        return others.exclude(translation_key=self.translation_key).first()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only the preview shows an outline by itself; readers see the workshops that are held."""
        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        return redirect("workshops")
