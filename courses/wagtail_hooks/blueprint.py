"""The blueprint of a module in the CMS: objectives, lessons and questions in one table, and what is missing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from assessments.models import Objective, QuestionType
from courses.forms.structure import StructureForm
from courses.models import ModulePage
from courses.permissions import may_write_modules
from courses.services import Blueprint, Draft, blueprints, homes
from courses.structure import Gap, Lack, Line, Readiness
from library.services import languages
from people.models import Account

ICON = "table"
READINESS: dict[str, str | Promise] = {
    Readiness.READY: pgettext_lazy("questions", "ready"),
    Readiness.WAITING: pgettext_lazy("questions", "published, not to be shown today"),
    Readiness.REVIEW: pgettext_lazy("questions", "in review"),
    Readiness.DRAFT: pgettext_lazy("questions", "draft"),
}


def writer(request: HttpRequest) -> Account:
    """Return who plans modules; raise PermissionDenied for everybody else."""
    if not may_write_modules(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def blueprint_for(account: Account, key: UUID) -> Blueprint:
    """Return the blueprint of a module that somebody may see; raise Http404 for any other."""
    found = blueprints(_pages(account).filter(translation_key=key))
    if not found:
        raise Http404
    return found[0]


def _pages(account: Account) -> Any:
    pages = ModulePage.objects.changeable_by(account).select_related("locale", "latest_revision")
    return pages.order_by("module_code", "pk")


def languages_open_to(account: Account) -> list[str]:
    """Return the languages in which somebody may put a module below the home page."""
    places = homes()
    return [
        code for code in languages() if code in places and places[code].permissions_for_user(account).can_add_subpage()
    ]


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the blueprints, for the head of a page: (address, label) of each step below them."""
    first = {"url": reverse("blueprints:index"), "label": _("Module blueprints")}
    return [first, *({"url": address, "label": label} for address, label in steps)]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every module with its number of lessons and of gaps."""
    account = writer(request)
    context = {
        "blueprints": blueprints(_pages(account)),
        "may_add": bool(languages_open_to(account)),
        "breadcrumbs_items": [{"url": "", "label": _("Module blueprints")}],
        "header_title": _("Module blueprints"),
        "header_icon": ICON,
    }
    return render(request, "courses/cms/blueprints.html", context)


@require_safe
def page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A sentence, what is missing, the matrix, the lessons."""
    blueprint = blueprint_for(writer(request), key)
    title = _("Blueprint of module %(code)s") % {"code": blueprint.module.code}
    context = {
        "blueprint": blueprint,
        "sentence": _sentence(blueprint),
        "gaps": [(sentence_of(gap), _where(gap, blueprint, key)) for gap in blueprint.gaps],
        "rows": [Row(line, blueprint) for line in blueprint.lines],
        "lessons": [LessonRow(lesson, blueprint) for lesson in blueprint.lessons],
        "breadcrumbs_items": trail(("", title)),
        "header_title": title,
        "header_icon": ICON,
    }
    return render(request, "courses/cms/blueprint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say which objectives a module has, how many questions each wants, and which lessons serve it."""
    blueprint = blueprint_for(writer(request), key)
    form = StructureForm(request.POST if request.method == "POST" else None, blueprint=blueprint)
    if form.is_valid():
        form.save()
        messages.success(request, _("The structure of %(code)s is saved.") % {"code": blueprint.module.code})
        return redirect("blueprints:page", key)
    here = reverse("blueprints:page", args=[key])
    title = _("Structure of %(code)s") % {"code": blueprint.module.code}
    context = {
        "blueprint": blueprint,
        "form": form,
        "breadcrumbs_items": trail((here, blueprint.module.code), ("", title)),
        "header_title": title,
        "header_icon": ICON,
    }
    return render(request, "courses/cms/structure.html", context, status=422 if form.is_bound else 200)


# --- In words -------------------------------------------------------------------------------------------------------
def _sentence(blueprint: Blueprint) -> str:
    ready = sum(line.ready for line in blueprint.lines)
    parts = [
        ngettext("%(count)s objective", "%(count)s objectives", len(blueprint.lines)) % {"count": len(blueprint.lines)},
        ngettext("%(count)s lesson", "%(count)s lessons", len(blueprint.lessons)) % {"count": len(blueprint.lessons)},
        ngettext("%(count)s question that is ready", "%(count)s questions that are ready", ready) % {"count": ready},
    ]
    counts = dict(zip(("objectives", "lessons", "questions"), parts, strict=True))
    return _("%(objectives)s, %(lessons)s, %(questions)s.") % counts


def sentence_of(gap: Gap) -> str:
    """Return what a gap is, as a sentence."""
    if gap.lack == Lack.QUESTIONS:
        sentence = ngettext(
            "%(code)s: %(number)s of %(wanted)s question is ready.",
            "%(code)s: %(number)s of %(wanted)s questions are ready.",
            gap.wanted,
        )
        return sentence % {"code": gap.code, "number": gap.number, "wanted": gap.wanted}
    sentences = {
        Lack.OBJECTIVES: _("The module has no objectives yet."),
        Lack.LESSONS: _("The module has no lessons yet."),
        Lack.LESSON: _("%(code)s: no lesson serves this objective."),
        Lack.OBJECTIVE: _("%(code)s: the lesson serves no objective."),
        Lack.PRACTICE: _("%(code)s: no practice question stands in the lesson."),
    }
    return sentences[gap.lack] % {"code": gap.code}


def _where(gap: Gap, blueprint: Blueprint, key: UUID) -> str:
    """Return where a gap is closed."""
    if gap.lack == Lack.LESSONS:
        return reverse("wagtailadmin_explore", args=[blueprint.module.page.pk])
    if gap.lack == Lack.QUESTIONS:
        return _questions_on(blueprint.objectives[gap.code])
    if gap.lack == Lack.PRACTICE:
        lesson = next(lesson for lesson in blueprint.lessons if lesson.code == gap.code)
        return reverse("wagtailadmin_pages:edit", args=[lesson.page.pk])
    return reverse("blueprints:edit", args=[key])


def _questions_on(objective: Objective) -> str:
    """Return where the bank shows the questions on an objective."""
    return f"{reverse('questions:index')}?objective={objective.pk}"


@dataclass(frozen=True)
class Row:
    """An objective as the matrix shows it."""

    line: Line
    blueprint: Blueprint

    @property
    def objective(self) -> Objective:
        return self.blueprint.objectives[self.line.objective]

    @property
    def address(self) -> str:
        """Where the bank shows its questions."""
        return _questions_on(self.objective)

    @property
    def states(self) -> list[tuple[str | Promise, int]]:
        """How many questions are how far, those that are ready first."""
        return [(READINESS[each], self.line.readiness[each]) for each in Readiness if self.line.readiness.get(each)]

    @property
    def types(self) -> list[tuple[str | Promise, int]]:
        """How many there are of each type."""
        return sorted((QuestionType(name).label, number) for name, number in self.line.types.items())


@dataclass(frozen=True)
class LessonRow:
    """A lesson as the list below the matrix shows it."""

    lesson: Draft
    blueprint: Blueprint

    @property
    def served(self) -> list[str]:
        """The codes of the objectives that it serves, said or practised."""
        lines = self.blueprint.lines
        return [
            line.objective for line in lines for cell in line.cells if cell.lesson == self.lesson.code and cell.served
        ]

    @property
    def languages(self) -> list[tuple[str, str, str]]:
        """Each language: its code, how far its page is ("live", "draft", "missing"), and where it is edited."""
        return [(code, *_standing(self.lesson.pages.get(code))) for code in languages()]


def _standing(page: Any) -> tuple[str, str]:
    if page is None:
        return "missing", ""
    return "live" if page.live else "draft", reverse("wagtailadmin_pages:edit", args=[page.pk])
