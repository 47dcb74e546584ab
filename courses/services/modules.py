"""Modules and lessons: identities from pages, rules, resources."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Objective, Test
from audit.services import record
from core.jobs import enqueue
from core.uses import Use
from courses.errors import CourseError
from courses.models import (
    Enrolment,
    Lesson,
    LessonPage,
    Module,
    ModuleAspect,
    ModulePage,
    ModuleResource,
    in_language_order,
)
from courses.services.cards import put_cards
from courses.services.structure import set_objectives

# --- Identities, made and refreshed from published pages -------------------------------------------------------------


@transaction.atomic
def sync_module(*, page: ModulePage) -> Module:
    """Make or refresh the record of a published module page and of the published lessons below it.

    Raises CourseError when the page is not published or its code belongs to another module.
    """
    _must_be_published(page)
    module = Module.objects.filter(translation_key=page.translation_key).first() or Module(
        translation_key=page.translation_key
    )
    module.code = page.module_code
    module.sdgs = page.sdgs
    _must_be_free(Module.objects.filter(code=page.module_code).exclude(translation_key=page.translation_key).exists())
    module.save()
    if page.aspects != [link.aspect for link in module.aspect_links.all()]:
        module.aspect_links.all().delete()
        ModuleAspect.objects.bulk_create(ModuleAspect(module=module, aspect=aspect) for aspect in page.aspects)
    for lesson_page in LessonPage.objects.child_of(page).live():
        _sync_identity(lesson_page, module)
    _refresh(module)
    module.refresh_from_db()
    return module


@transaction.atomic
def sync_lesson(*, page: LessonPage) -> Lesson:
    """Make or refresh the record of a published lesson page. Progress stays with the record, whatever the page does.

    Raises CourseError when the page or its module is not published, or the code belongs to another lesson.
    """
    _must_be_published(page)
    module = _module_above(page)
    if module is None:
        raise CourseError(_("Publish the module first: its lessons appear with it."))
    before = Lesson.objects.filter(translation_key=page.translation_key).values_list("module", flat=True).first()
    lesson = _sync_identity(page, module)
    _refresh(module)
    if before not in (None, module.pk):
        _refresh(Module.objects.get(pk=before))
    lesson.refresh_from_db()
    return lesson


def _sync_identity(page: LessonPage, module: Module) -> Lesson:
    key = page.translation_key
    _must_be_free(Lesson.objects.filter(code=page.lesson_code).exclude(translation_key=key).exists())
    values = {
        "module": module,
        "code": page.lesson_code,
        "minutes": page.minutes,
        "required": page.required,
        "withdrawn": False,
    }
    # Its place among the others is counted once all of them are there.
    return Lesson.objects.update_or_create(
        translation_key=key, defaults=values, create_defaults={**values, "position": 0}
    )[0]


def _must_be_published(page: ModulePage | LessonPage) -> None:
    if not page.live:
        raise CourseError(_("“%(title)s” is not published.") % {"title": page.title})


def _must_be_free(taken: bool) -> None:
    if taken:
        raise CourseError(_("This code belongs to something else already. Choose another one."))


def _module_above(page: LessonPage) -> Module | None:
    parent = ModulePage.objects.ancestor_of(page).live().first()
    return Module.objects.filter(translation_key=parent.translation_key).first() if parent else None


@transaction.atomic
def withdraw_page(*, page: ModulePage | LessonPage) -> None:
    """Take note that a page is no longer published (or about to be deleted).

    A lesson without any published page is withdrawn; with the last page of a module all its lessons are. Progress and
    completions stay as they are.
    """
    others = type(page).objects.filter(translation_key=page.translation_key, live=True).exclude(pk=page.pk)
    if not others.exists():
        gone = {"module__translation_key" if isinstance(page, ModulePage) else "translation_key": page.translation_key}
        Lesson.objects.filter(**gone).update(withdrawn=True)
    _refresh_by_key(page.translation_key)


def _refresh_by_key(key: UUID) -> None:
    """Refresh the module with this key, or the one of the lesson with this key."""
    module = (
        Module.objects.filter(translation_key=key).first()
        or Module.objects.filter(lessons__translation_key=key).first()
    )
    if module is not None:
        _refresh(module)


def _refresh(module: Module) -> None:
    """Count the lessons anew in the order of the pages, and let go of everything that was rendered before."""
    order = _lesson_order(module)
    for lesson in module.lessons.all():
        position = order.get(lesson.translation_key, len(order) + 1)
        if lesson.position != position:
            Lesson.objects.filter(pk=lesson.pk).update(position=position)
    Module.objects.filter(pk=module.pk).update(content_version=F("content_version") + 1)


def _lesson_order(module: Module) -> dict[UUID, int]:
    """Places 1, 2, 3 … of the published lessons: as in the default language, then what only other languages have."""
    pages = in_language_order(ModulePage.objects.filter(translation_key=module.translation_key), "")
    keys = [
        key
        for page in pages
        for key in LessonPage.objects.child_of(page).live().order_by("path").values_list("translation_key", flat=True)
    ]
    return {key: number for number, key in enumerate(dict.fromkeys(keys), start=1)}


@transaction.atomic
def refresh_all() -> None:
    """Let every lesson be rendered anew: something that many of them show (a glossary term) has changed."""
    Module.objects.update(content_version=F("content_version") + 1)


@transaction.atomic
def search_again(*, slug: str) -> int:
    """Let lessons that show a shared text be found by the words that it has now. Returns how many were written."""
    pages = [page for page in _holding(LessonPage.objects.live(), slug) if slug in page.shown_texts()]
    for page in pages:
        LessonPage.objects.filter(pk=page.pk).update(search_text=page.searched())
    return len(pages)


def _holding(pages: Any, code: str) -> Any:
    """Those pages of lessons whose stored body has a code somewhere between quotation marks."""
    return (
        pages.annotate(stored=Cast("body", TextField())).filter(stored__contains=f'"{code}"').select_related("locale")
    )


def lessons_showing(slug: str, language: str) -> list[Use]:
    """The lessons, drafts too, that show a shared text, each once, in the language or the next best: two queries."""
    shown = {page.pk: page for page in _holding(LessonPage.objects.all(), slug) if slug in page.shown_texts()}
    drafts = LessonPage.objects.filter(has_unpublished_changes=True).select_related("locale", "latest_revision")
    for page in drafts:
        stored = page.latest_revision.content if page.latest_revision else {}
        if any(block["type"] == "shared" and block["value"].get("slug") == slug for block in _blocks_of(stored)):
            shown[page.pk] = page
    best: dict[UUID, LessonPage] = {}
    for page in sorted(shown.values(), key=lambda page: (page.locale.language_code != language, page.pk)):
        best.setdefault(page.translation_key, page)
    return [
        Use(
            f"{page.lesson_code} {page.draft_title}",
            page.locale.language_code,
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
        for page in sorted(best.values(), key=lambda page: page.lesson_code)
    ]


def _blocks_of(stored: Mapping[str, Any]) -> list[Any]:
    """The blocks of a lesson as a revision keeps them."""
    body = stored.get("body") or []
    return json.loads(body) if isinstance(body, str) else list(body)


@transaction.atomic
def set_rules(
    *,
    module: Module,
    final_test: Test | None,
    certificate_months: int | None,
    objectives: list[Objective],
    prerequisites: list[Module],
    hours_printed: bool = True,
) -> Module:
    """Set what completes a module and what it stands for. A changed rule counts as a new version.

    Completions that exist keep the version under which they were earned. Whoever meets the new rule already
    (`whom_a_rule_touches`) is completed by a job.
    """
    check_prerequisites(module=module, prerequisites=prerequisites)
    before = Module.objects.select_for_update().get(pk=module.pk)
    module.final_test = final_test
    module.certificate_months = certificate_months
    module.rule_version = before.rule_version + (before.final_test_id != module.final_test_id)
    module.hours_printed = hours_printed
    module.save(update_fields=["final_test", "certificate_months", "rule_version", "hours_printed"])
    if module.rule_version != before.rule_version:
        enqueue("courses.tasks.complete_earned")
    set_objectives(module_key=module.translation_key, objectives=objectives)
    module.prerequisites.set(prerequisites)
    record(
        "courses.rules_set",
        obj=module,
        before={"final_test": before.final_test_id, "rule_version": before.rule_version},
        after={"final_test": module.final_test_id, "rule_version": module.rule_version},
    )
    return module


@transaction.atomic
def set_resources(*, module: Module, keys: Iterable[UUID]) -> None:
    """Make the resources that a module works with exactly those with these translation keys."""
    wanted = set(keys)
    before = set(module.resource_links.values_list("resource_key", flat=True))
    module.resource_links.filter(resource_key__in=before - wanted).delete()
    ModuleResource.objects.bulk_create(
        ModuleResource(module=module, resource_key=key) for key in sorted(wanted - before)
    )
    if wanted != before:
        names = [sorted(map(str, each)) for each in (before, wanted)]
        record("courses.resources_set", obj=module, before={"resources": names[0]}, after={"resources": names[1]})


@dataclass(frozen=True)
class RuleChange:
    """Whom another rule would touch: who would meet it and does not, who would have to pass another test; completions
    stay."""

    gain: list[Enrolment]
    lose: list[Enrolment]
    kept: int

    @property
    def touches(self) -> bool:
        return bool(self.gain or self.lose)


def whom_a_rule_touches(*, module: Module, final_test: Test | None) -> RuleChange:
    """Say whom another final test would touch, before it is saved. Seven queries; writes nothing."""
    enrolments = module.enrolments.active()
    waiting = enrolments.filter(completed_at__isnull=True).select_related("person").order_by("person__sort_name", "pk")
    gain, lose = [], []
    put_cards([module], "")
    for each in waiting.with_own_facts():
        now, then = each.standing(), each.standing_under(final_test)
        if then.complete and not now.complete:
            gain.append(each)
        elif final_test is not None and now.passed is not None and then.passed is None:
            lose.append(each)
    return RuleChange(gain, lose, kept=enrolments.filter(completed_at__isnull=False).count())


def uses_of_resource(key: UUID, language: str) -> list[Use]:
    """The modules on offer that work with a resource, titles in the language or the next best: one query."""
    modules = Module.objects.offered().filter(resource_links__resource_key=key).with_title(language)
    return [Use(module.title, module.title_language, reverse("module", args=[module.code])) for module in modules]


def lessons_practising(code: str, language: str) -> list[Use]:
    """The lessons on offer that show a question for practice, those of the language first: one query."""
    pages = LessonPage.objects.live().annotate(text=Cast("body", TextField())).filter(text__contains=f'"{code}"')
    found = [
        Use(page.title, page.locale.language_code, reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in pages.select_related("locale").order_by("lesson_code")
    ]
    return sorted(found, key=lambda each: each.language != language)


def check_prerequisites(*, module: Module, prerequisites: list[Module]) -> None:
    """Raise CourseError if a module would come before itself, directly or through others: nobody could ever enrol."""
    waiting, seen = list(prerequisites), set()
    while waiting:
        each = waiting.pop()
        if each.pk == module.pk:
            raise CourseError(_("A module cannot be its own prerequisite, not even through other modules."))
        if each.pk not in seen:
            seen.add(each.pk)
            waiting += each.prerequisites.all()
