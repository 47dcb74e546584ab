"""Modules and lessons whatever their language: identity and rules. Their words are on the pages."""

from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from assessments.models import Objective, Test
from core.fields import CodeListField
from core.prepared import Given, Nested, NestedExists
from courses.models.pages import LessonPage, ModulePage, in_language_order
from library.models import Aspect, Goal


def _from_page(pages: type[Page], language: str, field: str, otherwise: Any) -> Coalesce:
    best = Nested(_best_value, pages, language, field, output_field=models.CharField(), key=F("translation_key"))
    return Coalesce(best, otherwise, output_field=models.CharField())


def _best_value(pages: type[Page], language: str, field: str) -> models.QuerySet[Any]:
    same = pages.objects.filter(translation_key=Given("key", models.UUIDField()))
    return in_language_order(same, language).values(field)[:1]


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
        number = models.PositiveSmallIntegerField()
        card = {
            "summary": _from_page(ModulePage, language, "summary", Value("")),
            "minutes": Nested(
                _best_value, ModulePage, language, "minutes", output_field=number, key=F("translation_key")
            ),
            "is_offered": _has_live_page(),
        }
        return self.with_title(language).annotate(**card).prefetch_related("aspect_links")

    def with_outline(self, language: str) -> "ModuleQuerySet":
        """Adds cards, and `offered_lessons` in their order with titles: three queries."""
        lessons = Lesson.objects.offered().order_by("position").with_title(language)
        outline = models.Prefetch("lessons", lessons, to_attr="offered_lessons")
        return self.with_card(language).prefetch_related(outline)  # type: ignore[no-redef]  # `Module` names it for all

    def offered(self) -> "ModuleQuerySet":
        """Modules that anybody can find: a page of some language is published."""
        return self.filter(_has_live_page())


def _has_live_page() -> NestedExists:
    return NestedExists(_live_pages, key=F("translation_key"))


def _live_pages() -> models.QuerySet[ModulePage]:
    return ModulePage.objects.filter(translation_key=Given("key", models.UUIDField()), live=True)


class Module(models.Model):
    """A self-paced module whatever its language: rules and identity, no words."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    translation_key = models.UUIDField(unique=True, editable=False)
    final_test = models.ForeignKey(
        Test, null=True, blank=True, on_delete=models.PROTECT, related_name="final_of", verbose_name=_("final test")
    )
    sdgs = CodeListField(codes=Goal.choices, editable=False)
    prerequisites = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="prerequisite_of")
    certificate_months = models.PositiveSmallIntegerField(_("certificate valid for, months"), null=True, blank=True)
    hours_printed = models.BooleanField(_("hours stand on the certificate"), default=True)
    rule_version = models.PositiveIntegerField(_("version of the rule"), default=1, editable=False)
    # Counts upwards with every publication in the module, so that what was rendered before is not shown again.
    content_version = models.PositiveIntegerField(default=1, editable=False)

    # Added by `with_title`, `with_card` and `with_outline`.
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

    @property
    def objectives(self) -> models.QuerySet[Objective]:
        """What somebody can do afterwards (`ModuleObjective`)."""
        return Objective.objects.filter(module_links__module_key=self.translation_key)


class ModuleAspect(models.Model):
    """One of the four aspects that a module touches."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="aspect_links")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)

    class Meta:
        verbose_name = _("aspect of a module")
        verbose_name_plural = _("aspects of modules")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["module", "aspect"], name="module_aspect_once")]

    def __str__(self) -> str:
        return f"{self.module}: {self.aspect}"


class ModuleResource(models.Model):
    """A resource that a module works with, whatever the language: by the key that its translations share.

    No foreign key: a key stays true when a translation comes or goes, and one whose resource is gone names nothing.
    """

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="resource_links")
    resource_key = models.UUIDField(db_index=True)

    class Meta:
        verbose_name = _("resource of a module")
        verbose_name_plural = _("resources of modules")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["module", "resource_key"], name="module_resource_once")]

    def __str__(self) -> str:
        return f"{self.module}: {self.resource_key}"


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
