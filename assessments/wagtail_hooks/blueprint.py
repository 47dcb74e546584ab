"""The blueprint of a test: what each section wants, what it finds today, and which objectives that serves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.drawing import Pool, draw, missing
from assessments.forms.points import in_points
from assessments.models import Objective, Question, Section, Test, TestItem
from assessments.services import supply_of
from assessments.wagtail_hooks.test_edit import concerned_by, tabs, trail, writers_only

# Fewer than this many questions for each place: a second attempt meets many of the first one again.
AMPLE = 2


@dataclass(frozen=True)
class Part:
    """A section of the blueprint: questions wanted, and those that may be shown today, also by objective."""

    section: Section
    wanted: int
    available: int
    by_objective: Sequence[tuple[Objective | None, int]]
    short: int = 0  # questions that are missing once all sections of its form have drawn

    @property
    def draws(self) -> bool:
        """Whether it draws at random."""
        return self.section.draw is not None

    @property
    def points(self) -> str:
        """What its questions count together, to be read."""
        return in_points(self.hundredths)

    @property
    def hundredths(self) -> int:
        """The same in hundredths."""
        return self.wanted * self.section.mark

    @property
    def state(self) -> str:
        """ "short" (a test cannot start, or asks less than was meant), "same", "tight" or "ample"."""
        if self.short or self.available < self.wanted:
            return "short"
        if not self.draws:
            return "ample"
        if self.available == self.wanted:
            return "same"
        return "tight" if self.available < AMPLE * self.wanted else "ample"


@dataclass(frozen=True)
class Form:
    """The sections that one person is asked: those of a form."""

    name: str
    parts: Sequence[Part]

    @property
    def wanted(self) -> int:
        return sum(part.wanted for part in self.parts)

    @property
    def points(self) -> str:
        return in_points(sum(part.hundredths for part in self.parts))


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sections find today, with a warning where it is tight."""
    writers_only(request)
    test = get_object_or_404(Test, pk=pk)
    context = {
        "test": test,
        "forms": blueprint_of(test),
        "tabs": tabs(test, request.user, "tests:blueprint"),
        "concerned": concerned_by(test),
        "breadcrumbs_items": trail((reverse("tests:edit", args=[pk]), test.code), ("", _("Blueprint"))),
        "header_title": _("Blueprint of %(code)s") % {"code": test.code},
        "header_icon": "list-ul",
    }
    return render(request, "assessments/cms/tests_blueprint.html", context)


def blueprint_of(test: Test) -> list[Form]:
    """What a new attempt would find today, by form."""
    sections = list(test.sections.select_related("category", "tag", "objective"))
    supplies = {supply.section.pk: supply for supply in supply_of(test)}
    short = {
        pk: number
        for form in {section.form for section in sections}
        for pk, number in _short([section for section in sections if section.form == form]).items()
    }
    forms: dict[str, list[Part]] = {}
    for section in sections:
        supply = supplies.get(section.pk)
        part = (
            Part(section, supply.wanted, supply.available, supply.by_objective, short.get(section.pk, 0))
            if supply
            else _named(section)
        )
        forms.setdefault(section.form, []).append(part)
    return [Form(name, parts) for name, parts in forms.items()]


def _named(section: Section) -> Part:
    """A section that names its questions: some of them may not be shown today."""
    shown = Question.objects.drawable().filter(uses__section=section)
    counts = dict(shown.order_by().values_list("objective").annotate(number=Count("pk")))
    named = {None: None, **Objective.objects.in_bulk([each for each in counts if each is not None])}
    by_objective = sorted(((named[pk], number) for pk, number in counts.items()), key=lambda each: str(each[0] or ""))
    return Part(section, section.items.count(), sum(counts.values()), by_objective)


def _short(sections: Sequence[Section]) -> dict[int, int]:
    """How many questions each section (by id) misses when all draw: pools that overlap lack what none lacks alone."""
    drawing = [section for section in sections if section.draw]
    drawable = Question.objects.drawable()
    items = TestItem.objects.filter(section__in=sections, question__in=drawable.values("pk"))
    taken = list(items.values_list("question__code", flat=True))
    pools = [
        Pool(section.draw or 0, tuple(drawable.let_through(section).order_by("code").values_list("code", flat=True)))
        for section in drawing
    ]
    lacking = missing(pools, draw(pools, taken=taken, seed="blueprint"))
    return {section.pk: number for section, number in zip(drawing, lacking, strict=True)}
