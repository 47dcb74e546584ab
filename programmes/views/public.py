"""What everybody reads about programmes: the list, and the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.explanations import Line
from core.shared_pages import seen_alike
from courses.models import Module
from programmes import rule_words, services
from programmes.models import Component, Programme, ProgrammePartner
from programmes.permissions import can_plan
from programmes.views.access import account_of
from workshops.models import Workshop

NEXT_WORKSHOPS = 3
STOPPED = {Workshop.Status.CANCELLED, Workshop.Status.POSTPONED}


@seen_alike
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes that have a public page, those that run first; who plans them sees all."""
    plans = can_plan(account_of(request))
    seen = Programme.objects.all() if plans else Programme.objects.public()
    today = timezone.localdate()
    listed = list(seen.prefetch_related("partners").order_by("-ends_on", "code"))
    context = {
        "running": [each for each in listed if each.ends_on >= today],
        "over": [each for each in listed if each.ends_on < today],
        "may_plan": plans,
    }
    return render(request, "programmes/programmes.html", context)


@seen_alike
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """What a programme is about, what it consists of and what its certificate asks for."""
    plans = can_plan(account_of(request))
    shown = get_object_or_404(Programme.objects.all() if plans else Programme.objects.public(), code=code)
    modules = list(shown.modules.offered().with_card(get_language() or "en"))
    workshops = list(shown.workshops.public().with_card().order_by("starts_on", "code"))
    today = timezone.localdate()
    coming = [each for each in workshops if each.ends_on >= today and each.status not in STOPPED]
    context = {
        "programme": shown,
        "partners": _by_part(shown.partners.all()),
        "sections": _sections(shown, modules, workshops),
        "coming": coming[:NEXT_WORKSHOPS],
        "targets": list(shown.targets.select_related("agency")),
        "demands": rule_words.demands(shown, shown.modules.count(), shown.workshops.count()),
        "standing": _standing(request, shown),
        "may_plan": plans,
    }
    return render(request, "programmes/programme.html", context)


def _by_part(partners: Iterable[ProgrammePartner]) -> list[tuple[str, list[ProgrammePartner]]]:
    """Who pays, who carries out, who takes part, each with its word; nothing for nobody."""
    found = list(partners)
    by_part = {part: [each for each in found if each.part == part] for part in ProgrammePartner.Part}
    return [(_label(part, len(named)), named) for part, named in by_part.items() if named]


def _label(part: str, count: int) -> str:
    words = {
        ProgrammePartner.Part.FUNDER: ngettext("Funder", "Funders", count),
        ProgrammePartner.Part.IMPLEMENTER: _("Carried out by"),
        ProgrammePartner.Part.PARTNER: ngettext("Partner", "Partners", count),
    }
    return words[ProgrammePartner.Part(part)]


@dataclass(frozen=True)
class Section:
    """A component with what can be taken and what is or was held; without a component what belongs to none."""

    component: Component | None
    modules: list[Module]
    coming: list[Workshop]
    held: list[Workshop]

    @property
    def is_empty(self) -> bool:
        return not (self.modules or self.coming or self.held)


def _sections(shown: Programme, modules: list[Module], workshops: list[Workshop]) -> list[Section]:
    components = list(shown.components.prefetch_related("modules", "workshops"))
    sections, seen_modules, seen_workshops = [], set(), set()
    for component in components:
        taken = {each.pk for each in component.modules.all()}, {each.pk for each in component.workshops.all()}
        sections.append(_section(component, modules, workshops, taken))
        seen_modules |= taken[0]
        seen_workshops |= taken[1]
    left = {each.pk for each in modules} - seen_modules, {each.pk for each in workshops} - seen_workshops
    rest = _section(None, modules, workshops, left)
    return sections if rest.is_empty else [*sections, rest]


def _section(
    component: Component | None, modules: list[Module], workshops: list[Workshop], taken: tuple[set[int], set[int]]
) -> Section:
    today = timezone.localdate()
    found = [each for each in workshops if each.pk in taken[1] and each.status not in STOPPED]
    return Section(
        component,
        [each for each in modules if each.pk in taken[0]],
        [each for each in found if each.ends_on >= today],
        [each for each in found if each.ends_on < today],
    )


@dataclass(frozen=True)
class Standing:
    """What the certificate asks of the reader and what there is; `done` when it is earned."""

    lines: list[Line]
    done: Any


def _standing(request: HttpRequest, shown: Programme) -> Standing | None:
    """How the reader stands; nothing for somebody who does not take part, or where there is no certificate."""
    person = request.user.person if request.user.is_authenticated else None
    if person is None or not shown.certificate:
        return None
    taking_part = Q(modules__enrolments__person=person, modules__enrolments__withdrawn_at__isnull=True)
    taking_part |= Q(workshops__registrations__person=person, workshops__registrations__confirmed_at__isnull=False)
    if not Programme.objects.filter(taking_part | Q(completions__person=person), pk=shown.pk).exists():
        return None
    counted = services.explanation(programme=shown, person=person)
    done = shown.completions.filter(person=person).first()
    return Standing(rule_words.lines(counted), done)
