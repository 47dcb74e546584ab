"""What a module is built for: read for the blueprint, and written. The pages of a module are read as they were last
saved, published or not."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from assessments.models import Objective, Question
from audit.services import record
from courses.models import LessonObjective, LessonPage, Module, ModuleObjective, ModulePage
from courses.structure import Asked, Gap, Line, Readiness, Taught, gaps, matrix
from library.services import languages

_BY_STATUS: dict[str, Readiness] = {
    Question.Status.PUBLISHED: Readiness.WAITING,
    Question.Status.REVIEW: Readiness.REVIEW,
    Question.Status.DRAFT: Readiness.DRAFT,
}


@dataclass(frozen=True)
class Draft:
    """A page as it was last saved, in the first of the languages in which it stands; `pages` has all of them."""

    key: UUID
    code: str
    title: str
    language: str
    minutes: int
    pages: Mapping[str, Any]
    practises: tuple[str, ...] = ()

    @property
    def page(self) -> Any:
        """The page in that language."""
        return self.pages[self.language]

    @property
    def is_live(self) -> bool:
        """Whether readers get it in any language."""
        return any(page.live for page in self.pages.values())


@dataclass(frozen=True)
class Blueprint:
    """A module with its lessons, its objectives and the matrix of both."""

    module: Draft
    lessons: Sequence[Draft]
    objectives: Mapping[str, Objective]
    lines: Sequence[Line]
    gaps: Sequence[Gap]
    said: Mapping[UUID, frozenset[str]]


def blueprints(pages: Iterable[ModulePage]) -> list[Blueprint]:
    """Return the blueprints of modules, given their pages in the languages that somebody may see.

    Seven queries, however many modules there are.
    """
    modules = _drafts(pages)
    below = _lessons_below(modules)
    lessons = {module.key: _in_order(module, below[module.key]) for module in modules}
    named = ModuleObjective.objects.filter(module_key__in=lessons).select_related("objective")
    wanted: dict[UUID, dict[str, int]] = defaultdict(dict)
    objectives: dict[str, Objective] = {}
    for each in named.order_by("objective__code"):
        wanted[each.module_key][each.objective.code] = each.questions
        objectives[each.objective.code] = each.objective
    every = [lesson for of_module in lessons.values() for lesson in of_module]
    said = _said([lesson.key for lesson in every])
    asked = _asked(objectives.values(), {code for lesson in every for code in lesson.practises})
    found = []
    for module in modules:
        own = lessons[module.key]
        taught = [Taught(lesson.code, said[lesson.key], lesson.practises) for lesson in own]
        lines = matrix(wanted[module.key], taught, asked)
        found.append(
            Blueprint(
                module=module,
                lessons=own,
                objectives={code: objectives[code] for code in wanted[module.key]},
                lines=lines,
                gaps=gaps(lines, taught),
                said={lesson.key: said[lesson.key] for lesson in own},
            )
        )
    return found


def _said(keys: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for key, code in LessonObjective.objects.filter(lesson_key__in=keys).values_list("lesson_key", "objective__code"):
        found[key].add(code)
    return {key: frozenset(found[key]) for key in keys}


def _asked(objectives: Iterable[Objective], practised: Collection[str]) -> list[Asked]:
    """Questions about the objectives, and those that lessons practise. Retired ones are gone."""
    wanted = Question.objects.filter(Q(objective__in=list(objectives)) | Q(code__in=practised))
    drawable = set(Question.objects.drawable().filter(pk__in=wanted.values("pk")).values_list("code", flat=True))
    rows = wanted.exclude(status=Question.Status.RETIRED).order_by("code")
    return [
        Asked(code, type_, Readiness.READY if code in drawable else _BY_STATUS[status], objective or "")
        for code, type_, status, objective in rows.values_list("code", "type", "status", "objective__code")
    ]


def _drafts(pages: Iterable[Any]) -> list[Draft]:
    """What pages say, those of one thing put together: as they were last saved, in the order of the pages."""
    grouped: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for page in pages:
        grouped[page.translation_key][page.locale.language_code] = page
    return [_draft(key, found) for key, found in grouped.items()]


def _draft(key: UUID, pages: Mapping[str, Any]) -> Draft:
    language = next(code for code in languages() if code in pages)
    page = pages[language]
    stored = page.latest_revision.content if page.latest_revision else {}
    body = stored.get("body", list(page.body.raw_data) if isinstance(page, LessonPage) else [])
    return Draft(
        key=key,
        code=stored.get(page.code_field, page.code),
        title=stored.get("title", page.title),
        language=language,
        minutes=stored.get("minutes", page.minutes),
        pages=pages,
        practises=practised_in(json.loads(body) if isinstance(body, str) else body),
    )


def practised_in(body: Iterable[Any]) -> tuple[str, ...]:
    """Return the codes of the questions for practice in the raw body of a lesson, in order."""
    return tuple(block["value"]["question"] for block in body if block["type"] == "practice")


def _lessons_below(modules: Sequence[Draft]) -> dict[UUID, list[LessonPage]]:
    """The lesson pages below the pages of modules, in the order of the tree, by the key of the module."""
    places = {page.path: module.key for module in modules for page in module.pages.values()}
    below = Q(pk__in=[])
    for path in places:
        below |= Q(path__startswith=path)
    found: dict[UUID, list[LessonPage]] = defaultdict(list)
    for lesson in LessonPage.objects.filter(below).select_related("locale", "latest_revision").order_by("path"):
        found[places[lesson.path[: -LessonPage.steplen]]].append(lesson)
    return found


def _in_order(module: Draft, pages: Sequence[LessonPage]) -> list[Draft]:
    """As the module has them in its first language; then those that only other languages have."""
    first = module.page.path
    return _drafts(sorted(pages, key=lambda page: (not page.path.startswith(first), page.path)))


# --- Writes ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_structure(
    *,
    module_key: UUID,
    objectives: Mapping[Objective, int],
    lessons: Mapping[UUID, Collection[Objective]] | None = None,
) -> None:
    """Say what a module is built for: its objectives, each with the questions it wants, and those of each lesson.

    Lessons that are not named stay as they are. A second time changes nothing.
    """
    before, after = _wanted(module_key), {objective.code: number for objective, number in objectives.items()}
    links = ModuleObjective.objects.filter(module_key=module_key)
    links.exclude(objective__in=objectives).delete()
    for objective, number in objectives.items():
        links.update_or_create(module_key=module_key, objective=objective, defaults={"questions": number})
    served = _set_lessons(lessons or {})
    if before != after or served:
        record(
            "courses.structure_set",
            obj=Module.objects.filter(translation_key=module_key).first()
            or ModulePage.objects.filter(translation_key=module_key).order_by("pk").first(),
            before={"objectives": before},
            after={"objectives": after, **({"lessons": served} if served else {})},
        )


def _wanted(module_key: UUID) -> dict[str, int]:
    return dict(ModuleObjective.objects.filter(module_key=module_key).values_list("objective__code", "questions"))


def _set_lessons(lessons: Mapping[UUID, Collection[Objective]]) -> dict[str, list[str]]:
    """Returns what became another: the codes of the objectives by the key of the lesson."""
    before, changed = _said(list(lessons)), {}
    for key, objectives in lessons.items():
        codes = frozenset(objective.code for objective in objectives)
        if before[key] != codes:
            LessonObjective.objects.filter(lesson_key=key).delete()
            LessonObjective.objects.bulk_create(
                LessonObjective(lesson_key=key, objective=objective) for objective in objectives
            )
            changed[str(key)] = sorted(codes)
    return changed


def set_objectives(*, module_key: UUID, objectives: Iterable[Objective]) -> None:
    """Make the objectives of a module exactly these; each that stays keeps how many questions it wants."""
    wanted = _wanted(module_key)
    set_structure(module_key=module_key, objectives={each: wanted.get(each.code, 0) for each in objectives})
