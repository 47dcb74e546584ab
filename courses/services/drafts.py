"""Drafts of whole modules: planned from nothing, or copied. All of a module or nothing; never anything about people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page, Site

from assessments.models import Objective
from assessments.services import save_objective
from audit.services import record
from courses.errors import CourseError
from courses.models import Lesson, LessonObjective, LessonPage, Module, ModuleObjective, ModulePage
from courses.services.structure import blueprints, set_structure
from library.services import copy_renderings, languages
from people.models import Account

# What a copy has from its source, apart from its code.
_OF_MODULES = ("title", "summary", "introduction", "audience", "requirements", "aspects", "sdgs", "minutes")
_OF_LESSONS = ("title", "summary", "minutes", "required", "body", "sources")


@dataclass(frozen=True)
class ObjectivePlan:
    """An objective and how many questions it wants. Without texts it is one that is in the bank."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict)
    questions: int = 0


@dataclass(frozen=True)
class LessonPlan:
    """A lesson: its titles by language, and the objectives (by code) that it serves."""

    code: str
    titles: Mapping[str, str]
    minutes: int = 20
    serves: Sequence[str] = ()


@dataclass(frozen=True)
class ModulePlan:
    """A module before anything of it is written. Its pages will share the `key`: planned twice, it is made once."""

    key: UUID
    code: str
    titles: Mapping[str, str]
    aspects: Sequence[str] = ()
    objectives: Sequence[ObjectivePlan] = ()
    lessons: Sequence[LessonPlan] = ()


def homes() -> dict[str, Page]:
    """Return the pages below which modules stand, by language; empty for a site without a home page."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    pages = site.root_page.get_translations(inclusive=True).select_related("locale") if site else ()
    return {page.locale.language_code: page for page in pages}


@transaction.atomic
def create_planned_module(*, plan: ModulePlan, actor: Account) -> ModulePage:
    """Make the drafts of a module and of its lessons, a page for each language with a title, and its objectives.

    Returns the page in the first of the languages; that of the first call, when it is called again with the same key.
    Raises CourseError, and makes nothing, when a code is taken or a language has no place for modules.
    """
    parents = {code: home for code, home in homes().items() if plan.titles.get(code)}
    if not parents or set(parents) != {code for code, title in plan.titles.items() if title}:
        raise CourseError(_("A language of the module has no home page yet. Make one first."))
    there = _made_before(plan.key, parents.values())
    if there is not None:
        return there
    refuse_taken_codes(module=plan.code, lessons=[lesson.code for lesson in plan.lessons])
    objectives = {each.code: _objective(each) for each in plan.objectives}
    keys = {lesson.code: uuid4() for lesson in plan.lessons}
    minutes = sum(lesson.minutes for lesson in plan.lessons)
    for language, parent in parents.items():
        values = {"title": plan.titles[language], "aspects": list(plan.aspects), "minutes": minutes}
        page = ModulePage(module_code=plan.code, translation_key=plan.key, **values)
        add_draft(page, parent, language, actor)
        for lesson in plan.lessons:
            if lesson.titles.get(language):
                fields: dict[str, Any] = {"title": lesson.titles[language], "minutes": lesson.minutes}
                draft = LessonPage(lesson_code=lesson.code, translation_key=keys[lesson.code], **fields)
                add_draft(draft, page, language, actor)
    set_structure(
        module_key=plan.key,
        objectives={objectives[each.code]: each.questions for each in plan.objectives},
        lessons={keys[lesson.code]: [objectives[code] for code in lesson.serves] for lesson in plan.lessons},
    )
    made = _first_page(plan.key)
    record("courses.module_planned", obj=made, actor=actor, after={"code": plan.code, "lessons": list(keys)})
    return made


@transaction.atomic
def duplicate_module(*, pages: Sequence[ModulePage], code: str, key: UUID, actor: Account) -> ModulePage:
    """Copy a module, given its pages, under another code: drafts of what was last saved, and its structure.

    Lessons practise the same questions and serve the same objectives. Rules, resources and whatever has a person in it
    stay with the source. `key` is the one that the pages of the copy will share: copied twice, made once. Raises
    CourseError, and makes nothing, when a code is taken.
    """
    there = _made_before(key, [page.get_parent() for page in pages])
    if there is not None:
        return there
    (source,) = blueprints(pages)
    codes = lesson_codes(source.module.code, code, [lesson.code for lesson in source.lessons])
    refuse_taken_codes(module=code, lessons=codes)
    copies: dict[str, ModulePage] = {}
    for language, page in source.module.pages.items():
        copies[language] = _copied(page, _OF_MODULES, module_code=code, translation_key=key)
        add_draft(copies[language], page.get_parent(), language, actor)
    keys = {source.module.key: key}
    for lesson, lesson_code in zip(source.lessons, codes, strict=True):
        keys[lesson.key] = uuid4()
        for language, page in lesson.pages.items():
            draft = _copied(page, _OF_LESSONS, lesson_code=lesson_code, translation_key=keys[lesson.key])
            add_draft(draft, copies[language], language, actor)
    _copy_structure(source.module.key, keys)
    copy_renderings(keys=keys)
    made = _first_page(key)
    record("courses.module_copied", obj=made, actor=actor, before={"code": source.module.code}, after={"code": code})
    return made


def lesson_codes(source: str, code: str, lessons: Iterable[str]) -> list[str]:
    """Return the codes of copied lessons: what follows the code of the module stays, others are counted.

    >>> lesson_codes("M1", "M7", ["M1.1", "M1.2", "Extra"])
    ['M7.1', 'M7.2', 'M7.3']
    """
    return [
        code + old.removeprefix(source) if old.startswith(f"{source}.") else f"{code}.{number}"
        for number, old in enumerate(lessons, start=1)
    ]


def refuse_taken_codes(*, module: str = "", lessons: Sequence[str] = ()) -> None:
    """Raise CourseError when a code belongs to something else, be it a draft, or stands twice."""
    of_modules = ModulePage.objects.filter(module_code=module), Module.objects.filter(code=module)
    if module and any(found.exists() for found in of_modules):
        raise CourseError(_("There is a module with the code %(code)s already. Choose another one.") % {"code": module})
    taken = {
        *LessonPage.objects.filter(lesson_code__in=lessons).values_list("lesson_code", flat=True),
        *Lesson.objects.filter(code__in=lessons).values_list("code", flat=True),
        *(code for code in lessons if list(lessons).count(code) > 1),
    }
    if taken:
        raise CourseError(
            _("There is a lesson with the code %(code)s already. Choose another one.") % {"code": min(taken)}
        )


def refuse_wrong_objective(*, code: str, is_new: bool) -> None:
    """Raise CourseError for a new objective whose code is in the bank, and for one of the bank that is not there."""
    there = Objective.objects.filter(code=code).exists()
    if there and is_new:
        sentence = _("There is an objective with the code %(code)s already. Leave its texts empty to use it.")
        raise CourseError(sentence % {"code": code})
    if not there and not is_new:
        sentence = _("There is no objective with the code %(code)s yet. Write what somebody can do.")
        raise CourseError(sentence % {"code": code})


def _made_before(key: UUID, parents: Iterable[Page]) -> ModulePage | None:
    """What was made with a key. Whoever presses twice waits here for the first to be done."""
    locked = Page.objects.select_for_update().filter(pk__in=[page.pk for page in parents]).order_by("pk")
    list(locked.values_list("pk", flat=True))
    return _first_page(key) if ModulePage.objects.filter(translation_key=key).exists() else None


def _first_page(key: UUID) -> ModulePage:
    pages = {
        page.locale.language_code: page
        for page in ModulePage.objects.filter(translation_key=key).select_related("locale")
    }
    return next(pages[code] for code in languages() if code in pages)


def _objective(plan: ObjectivePlan) -> Objective:
    refuse_wrong_objective(code=plan.code, is_new=bool(plan.texts))
    if not plan.texts:
        return Objective.objects.get(code=plan.code)
    texts = {f"text_{language}": text for language, text in plan.texts.items()}
    return save_objective(objective=Objective(code=plan.code, **texts))


def add_draft(page: ModulePage | LessonPage, parent: Page, language: str, actor: Account) -> None:
    """Put a draft below its parent, in a language, as the CMS does."""
    page.locale = Locale.objects.get(language_code=language)
    page.live = False
    page.owner = actor
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    log(instance=page, action="wagtail.create", user=actor)
    page.save_revision(user=actor, clean=False)


def _copied(page: Any, fields: Iterable[str], **own: Any) -> Any:
    newest = page.get_latest_revision_as_object()
    return type(page)(**{name: getattr(newest, name) for name in fields}, **own)


def _copy_structure(source: UUID, keys: Mapping[UUID, UUID]) -> None:
    links = ModuleObjective.objects.filter(module_key=source).select_related("objective")
    served: dict[UUID, list[Objective]] = {}
    for link in LessonObjective.objects.filter(lesson_key__in=keys).select_related("objective"):
        served.setdefault(keys[link.lesson_key], []).append(link.objective)
    objectives = {link.objective: link.questions for link in links}
    set_structure(module_key=keys[source], objectives=objectives, lessons=served)
