"""Self-paced modules: the pages that editors write, and the facts about who learnt them.

Facts never point at a page. `Module` and `Lesson` are identities whose `translation_key` the pages of every language
carry; a page may come, go or be translated, and progress stays one record.
"""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from assessments.models import Attempt, Objective, Test
from core.blocks import RICH_TEXT, LessonBlocks, SourceBlock
from library.models import Aspect
from people.models import Account, Agency, Person


def _title_in(pages: type[Page], language: str) -> Coalesce:
    """The live page's title in a language, else in any language, else the code."""
    live = pages.objects.filter(translation_key=OuterRef("translation_key"), live=True)
    return Coalesce(
        Subquery(live.filter(locale__language_code=language).values("title")[:1]),
        Subquery(live.order_by("locale_id").values("title")[:1]),
        F("code"),
        output_field=models.CharField(),
    )


class ModuleQuerySet(models.QuerySet["Module"]):
    def with_title(self, language: str) -> "ModuleQuerySet":
        """Adds `title` in the language from the published page."""
        return self.annotate(title=_title_in(ModulePage, language))


class Module(models.Model):
    """A self-paced module whatever its language: rules and identity, no words."""

    code = models.CharField(max_length=20, unique=True)
    translation_key = models.UUIDField(unique=True, editable=False)
    final_test = models.ForeignKey(Test, null=True, blank=True, on_delete=models.PROTECT, related_name="final_of")
    objectives = models.ManyToManyField(Objective, blank=True, related_name="modules")
    prerequisites = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="prerequisite_of")
    certificate_months = models.PositiveSmallIntegerField(_("certificate valid for, months"), null=True, blank=True)
    rule_version = models.PositiveIntegerField(default=1, editable=False)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def __str__(self) -> str:
        return self.code


class ModuleAspect(models.Model):
    """One of the four aspects that a module touches."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="aspect_links")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["module", "aspect"], name="module_aspect_once")]

    def __str__(self) -> str:
        return f"{self.module}: {self.aspect}"


class LessonQuerySet(models.QuerySet["Lesson"]):
    def with_title(self, language: str) -> "LessonQuerySet":
        """Adds `title` in the language from the published page."""
        return self.annotate(title=_title_in(LessonPage, language))

    def offered(self) -> "LessonQuerySet":
        """Lessons that learners can open: a page of some language is published and nobody took the lesson back."""
        return self.filter(withdrawn=False)


class Lesson(models.Model):
    """A lesson whatever its language."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="lessons")
    code = models.CharField(max_length=20, unique=True)
    translation_key = models.UUIDField(unique=True, editable=False)
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=20)
    required = models.BooleanField(default=True)
    # A lesson that was taken offline keeps its progress records and is no longer asked for.
    withdrawn = models.BooleanField(default=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["module", "position"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.code


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, account: Account) -> "EnrolmentQuerySet":
        """Own enrolments; for coordinators those made for an agency of their subtree; for managers all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(person_id=account.person_id) | Q(agency__in=coordinated))

    def active(self) -> "EnrolmentQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Enrolment(models.Model):
    """A person takes a module, once. `completed_at` is frozen: no later rule or content changes it."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    rule_version = models.PositiveIntegerField(null=True, blank=True)
    # What was counted at completion: {"lessons": [done, required], "mark": hundredths, "max_mark": hundredths, …}
    completion = models.JSONField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["person", "module"], name="enrolment_once"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("enrolled_at")),
                name="enrolment_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(rule_version__isnull=False, completion__isnull=False),
                name="enrolment_completed_is_explained",
            ),
        ]
        indexes = [models.Index(fields=["agency", "module"], name="enrolment_by_agency")]

    def __str__(self) -> str:
        return f"{self.person} – {self.module}"


class LessonProgress(models.Model):
    """When somebody opened and finished a lesson, and where to go on reading."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="progress")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # Id of the block last reached: the same in every language.
    place = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once")]
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.lesson}"


class FinalAttempt(models.Model):
    """An attempt at the final test of an enrolment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="final_attempts")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="final_attempt")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.attempt_id}"


class ModulePage(Page):
    """What an editor writes about a module in one language."""

    module_code = models.CharField(_("code"), max_length=20)
    summary = models.CharField(_("summary"), max_length=300)
    introduction = RichTextField(_("introduction"), features=RICH_TEXT)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    requirements = RichTextField(_("what is required"), features=RICH_TEXT, blank=True)
    aspects = models.JSONField(_("aspects"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=120)

    content_panels = [
        *Page.content_panels,
        FieldPanel("module_code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("audience"),
        FieldPanel("requirements"),
        MultiFieldPanel([FieldPanel("minutes")], heading=_("time")),
    ]
    override_translatable_fields = [
        SynchronizedField("module_code"),
        SynchronizedField("aspects"),
        SynchronizedField("minutes"),
        TranslatableField("slug"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.LessonPage"]
    preview_modes = [("", _("Default"))]

    class Meta:
        verbose_name = _("module page")
        verbose_name_plural = _("module pages")

    def get_url_parts(self, request: Any = None) -> tuple[Any, str, str] | None:
        """Modules are read at /<language>/modules/<code>/, whatever the page tree says."""
        return _reader_address(self, request, "module", self.module_code)


class LessonPage(Page):
    """A lesson in one language."""

    lesson_code = models.CharField(_("code"), max_length=20)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    required = models.BooleanField(_("required for completion"), default=True)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lesson_code"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("required")], heading=_("rules")),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]
    override_translatable_fields = [
        SynchronizedField("lesson_code"),
        SynchronizedField("minutes"),
        SynchronizedField("required"),
        TranslatableField("slug"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lesson page")
        verbose_name_plural = _("lesson pages")

    def get_url_parts(self, request: Any = None) -> tuple[Any, str, str] | None:
        """Lessons are read at /<language>/modules/<code>/<lesson>/."""
        module_code, _dot, _number = self.lesson_code.partition(".")
        return _reader_address(self, request, "lesson", module_code, self.lesson_code)


def _reader_address(page: Page, request: Any, name: str, *args: str) -> tuple[Any, str, str] | None:
    parts = Page.get_url_parts(page, request)
    if parts is None:
        return None
    with override(page.locale.language_code):
        return parts[0], parts[1], reverse(name, args=args)
