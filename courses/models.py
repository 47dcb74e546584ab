"""Self-paced modules: the pages that editors write, and the facts about who learnt them.

Facts never point at a page. `Module` and `Lesson` are identities whose `translation_key` the pages of every language
carry; a page may come, go or be translated, and progress stays one record.
"""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from assessments.models import Attempt, Objective, Test
from core.blocks import RICH_TEXT, LessonBlocks, SourceBlock
from core.fields import CodeListField
from courses.progress import Standing, standing
from library.models import Aspect
from people.models import Account, Agency, Person

# Codes stand in addresses.
validate_code = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, dots and hyphens."))


def in_language_order(pages: QuerySet[Any], language: str) -> QuerySet[Any]:
    """Pages of one thing, the best for a reader first: published, in the language asked for, in the default one."""
    rank = Case(
        When(locale__language_code=language, then=Value(0)),
        When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
        default=Value(2),
    )
    return pages.order_by("-live", rank, "locale_id")


def _from_page(pages: type[Page], language: str, field: str, otherwise: Any) -> Coalesce:
    best = in_language_order(pages.objects.filter(translation_key=OuterRef("translation_key")), language)
    return Coalesce(Subquery(best.values(field)[:1]), otherwise, output_field=models.CharField())


def _titles(pages: type[Page], language: str) -> dict[str, Coalesce]:
    """`title` from the page in the best language there is, else the code; `title_language` says which one."""
    return {
        "title": _from_page(pages, language, "title", F("code")),
        "title_language": _from_page(pages, language, "locale__language_code", Value(language)),
    }


class ModuleQuerySet(models.QuerySet["Module"]):
    def with_title(self, language: str) -> "ModuleQuerySet":
        """Adds `title` and `title_language`: the wanted one, or the next best that there is."""
        return self.annotate(**_titles(ModulePage, language))

    def with_card(self, language: str) -> "ModuleQuerySet":
        """Adds what a card shows, in two queries: titles, `summary`, `minutes`, `is_offered` and the aspects."""
        best = in_language_order(ModulePage.objects.filter(translation_key=OuterRef("translation_key")), language)
        card = {
            "summary": _from_page(ModulePage, language, "summary", Value("")),
            "minutes": Subquery(best.values("minutes")[:1]),
            "is_offered": _has_live_page(),
        }
        return self.with_title(language).annotate(**card).prefetch_related("aspect_links")

    def offered(self) -> "ModuleQuerySet":
        """Modules that anybody can find: a page of some language is published."""
        return self.filter(_has_live_page())


def _has_live_page() -> Exists:
    return Exists(ModulePage.objects.filter(translation_key=OuterRef("translation_key"), live=True))


class Module(models.Model):
    """A self-paced module whatever its language: rules and identity, no words."""

    code = models.CharField(max_length=20, unique=True)
    translation_key = models.UUIDField(unique=True, editable=False)
    final_test = models.ForeignKey(Test, null=True, blank=True, on_delete=models.PROTECT, related_name="final_of")
    objectives = models.ManyToManyField(Objective, blank=True, related_name="modules")
    prerequisites = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="prerequisite_of")
    certificate_months = models.PositiveSmallIntegerField(_("certificate valid for, months"), null=True, blank=True)
    rule_version = models.PositiveIntegerField(default=1, editable=False)
    # Counts upwards with every publication in the module, so that what was rendered before is not shown again.
    content_version = models.PositiveIntegerField(default=1, editable=False)

    # Added by `with_title`, `with_card` and `with_facts`.
    title: str
    title_language: str
    summary: str
    minutes: int | None
    is_offered: bool
    offered_lessons: "list[Lesson]"

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
        """Adds `title` and `title_language`: the wanted one, or the next best that there is."""
        return self.annotate(**_titles(LessonPage, language))

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

    # Added by `with_title`.
    title: str
    title_language: str

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

    def with_facts(self, language: str) -> "EnrolmentQuerySet":
        """Everything `standing()` reads, and cards of the modules: six queries however many rows."""
        offered = Lesson.objects.offered().order_by("position")
        return self.prefetch_related(
            Prefetch("module", Module.objects.with_card(language).select_related("final_test")),
            Prefetch("module__lessons", offered.with_title(language), to_attr="offered_lessons"),
            "progress",
            Prefetch("final_attempts", FinalAttempt.objects.select_related("attempt")),
        )

    def with_counts(self) -> "EnrolmentQuerySet":
        """Adds `lessons_done` and `lessons_required` of the lessons that are offered and required."""
        asked = Lesson.objects.offered().filter(required=True, module=OuterRef("module"))
        finished = LessonProgress.objects.filter(
            enrolment=OuterRef("pk"),
            completed_at__isnull=False,
            lesson__required=True,
            lesson__withdrawn=False,
            lesson__module=OuterRef("module"),
        )
        return self.annotate(lessons_done=_count_of(finished, "enrolment"), lessons_required=_count_of(asked, "module"))


def _count_of(rows: QuerySet[Any], group: str) -> Coalesce:
    """How many rows a subquery finds; `group` is the column it is tied by."""
    return Coalesce(Subquery(rows.order_by().values(group).annotate(n=Count("pk")).values("n")), 0)


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

    # Added by `with_counts`.
    lessons_done: int
    lessons_required: int

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

    def standing(self) -> Standing:
        """What is done and what comes next. Costs no query on rows that were read by `with_facts()`."""
        return standing(
            lessons=self.module.offered_lessons,
            progress=self.progress.all(),
            test=self.module.final_test,
            # A module may have got another test since.
            attempts=[
                link.attempt for link in self.final_attempts.all() if link.attempt.test_id == self.module.final_test_id
            ],
        )


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


class ReaderPage(Page):
    """A page that is read at an address of its own (a lean view), whatever the page tree says."""

    code_field: str
    preview_modes = [("", _("Default"))]

    class Meta:
        abstract = True

    @property
    def code(self) -> str:
        return getattr(self, self.code_field)

    def address(self) -> str:
        """Where the page is read, without the site; empty while there is no code to name it by."""
        raise NotImplementedError

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[Any, str, str] | None:
        parts = super().get_url_parts(request)
        if parts is None:
            return None
        with override(self.locale.language_code):
            return parts[0], parts[1], self.address() or parts[2]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Addresses of the page tree, in old links and in the CMS, lead to the reader."""
        return redirect(self.address())


class ModulePage(ReaderPage):
    """What an editor writes about a module in one language."""

    module_code = models.CharField(_("code"), max_length=20, validators=[validate_code])
    summary = models.CharField(_("summary"), max_length=300)
    introduction = RichTextField(_("introduction"), features=RICH_TEXT)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    requirements = RichTextField(_("what is required"), features=RICH_TEXT, blank=True)
    aspects = CodeListField(_("aspects"), codes=Aspect.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=120)

    code_field = "module_code"
    template = "courses/module.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("module_code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("audience"),
        FieldPanel("requirements"),
        FieldPanel("aspects"),
        FieldPanel("minutes"),
    ]
    override_translatable_fields = [
        SynchronizedField("module_code", overridable=False),
        SynchronizedField("aspects", overridable=False),
        SynchronizedField("minutes", overridable=False),
        TranslatableField("slug"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.LessonPage"]

    class Meta:
        verbose_name = _("module page")
        verbose_name_plural = _("module pages")

    def address(self) -> str:
        return reverse("module", args=[self.code]) if self.code else ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the preview; readers get the same template from a view."""
        return {**super().get_context(request, *args, **kwargs), "preview": True, "aspects": self.aspects}


class LessonPage(ReaderPage):
    """A lesson in one language."""

    lesson_code = models.CharField(_("code"), max_length=20, validators=[validate_code])
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    required = models.BooleanField(_("required for completion"), default=True)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)

    code_field = "lesson_code"
    template = "courses/lesson.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("lesson_code"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("required")], heading=_("rules")),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]
    override_translatable_fields = [
        SynchronizedField("lesson_code", overridable=False),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("required", overridable=False),
        TranslatableField("slug"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lesson page")
        verbose_name_plural = _("lesson pages")

    def address(self) -> str:
        module_code = ModulePage.objects.ancestor_of(self).values_list("module_code", flat=True).first()
        return reverse("lesson", args=[module_code, self.code]) if self.code and module_code else ""

    def render_text(self) -> SafeString:
        """The body with its sources as HTML, in the page's own language; nothing in it depends on who reads."""
        language = self.locale.language_code
        with override(language):
            return render_to_string("courses/_text.html", {"page": self, "language": language})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the preview; readers get the same template from a view."""
        text = {
            "title": self.title,
            "summary": self.summary,
            "minutes": self.minutes,
            "language": self.locale.language_code,
            "html": self.render_text(),
        }
        return {**super().get_context(request, *args, **kwargs), "preview": True, "text": text}
