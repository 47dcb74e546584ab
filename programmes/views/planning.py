"""Planning a programme: one page that shows the whole plan, and a small form for each of its parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from courses.models import Module
from programmes import rule_words, services
from programmes.forms import (
    AboutForm,
    ComponentForm,
    IndicatorForm,
    MilestoneForm,
    PartForm,
    PartnerForm,
    PeriodForm,
    TargetAgencyForm,
)
from programmes.models import Programme
from programmes.views.access import (
    FORM_METHODS,
    account_of,
    check_planning,
    is_saved,
    planned_programme,
    refuse,
    say,
)


@dataclass(frozen=True)
class PartOfPlan:
    """A part of the plan: its form, the relation that holds its rows, and the words of its pages."""

    form: type[PartForm]
    rows: str
    add: str | Promise
    change: str | Promise
    added: str | Promise
    changed: str | Promise
    removed: str | Promise
    remove: Callable[..., None] = services.remove_part


# By what stands in the address.
PARTS: Mapping[str, PartOfPlan] = {
    "partners": PartOfPlan(
        PartnerForm,
        "partners",
        gettext_lazy("Add a partner"),
        gettext_lazy("Change the partner"),
        gettext_lazy("The partner is added."),
        gettext_lazy("The partner is changed."),
        gettext_lazy("The partner is removed."),
    ),
    "components": PartOfPlan(
        ComponentForm,
        "components",
        gettext_lazy("Add a component"),
        gettext_lazy("Change the component"),
        gettext_lazy("The component is added."),
        gettext_lazy("The component is changed."),
        gettext_lazy("The component is removed."),
    ),
    "agencies": PartOfPlan(
        TargetAgencyForm,
        "targets",
        gettext_lazy("Name an agency to reach"),
        gettext_lazy("Change the agency or its seats"),
        gettext_lazy("The agency is named."),
        gettext_lazy("The agency and its seats are changed."),
        gettext_lazy("The agency is taken off."),
    ),
    "periods": PartOfPlan(
        PeriodForm,
        "periods",
        gettext_lazy("Add a reporting period"),
        gettext_lazy("Change the reporting period"),
        gettext_lazy("The reporting period is added."),
        gettext_lazy("The reporting period is changed."),
        gettext_lazy("The reporting period is removed."),
    ),
    "indicators": PartOfPlan(
        IndicatorForm,
        "indicators",
        gettext_lazy("Add an indicator"),
        gettext_lazy("Change the indicator"),
        gettext_lazy("The indicator is added."),
        gettext_lazy("The indicator is changed."),
        gettext_lazy("The indicator is removed."),
        lambda *, part, actor: services.remove_indicator(indicator=part, actor=actor),
    ),
    "milestones": PartOfPlan(
        MilestoneForm,
        "milestones",
        gettext_lazy("Add a milestone"),
        gettext_lazy("Change the milestone"),
        gettext_lazy("The milestone is added."),
        gettext_lazy("The milestone is changed."),
        gettext_lazy("The milestone is removed."),
    ),
}


@login_required
@require_safe
def programme_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The whole plan on one page."""
    programme = planned_programme(request, code)
    titled = Module.objects.with_title(get_language() or "en")
    components = programme.components.prefetch_related(Prefetch("modules", titled), "workshops")
    context = {
        "programme": programme,
        "partners": list(programme.partners.all()),
        "components": list(components),
        "targets": list(programme.targets.select_related("agency")),
        "periods": list(programme.periods.all()),
        "indicators": list(programme.indicators.select_related("component")),
        "milestones": list(programme.milestones.select_related("component")),
        "demands": rule_words.demands(programme, programme.modules.count(), programme.workshops.count()),
    }
    return render(request, "programmes/plan.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def programme_new(request: HttpRequest) -> HttpResponse:
    """Plan a new programme, beginning with its name and its days."""
    check_planning(request)
    form = AboutForm(request.POST or None, programme=None, account=account_of(request))
    if is_saved(request, form):
        return say(request, _("The programme is planned."), reverse("programme_plan", args=[form.cleaned_data["code"]]))
    return render(request, "programmes/part.html", {"form": form, "heading": _("Plan a programme")})


@login_required
@require_http_methods(FORM_METHODS)
def programme_about(request: HttpRequest, code: str) -> HttpResponse:
    """Change name, days and what the public page says."""
    programme = planned_programme(request, code)
    form = AboutForm(request.POST or None, programme=programme, account=account_of(request), row=programme)
    if is_saved(request, form):
        return say(request, _("The programme is changed."), _on_the_plan(programme, "about"))
    context = {"form": form, "programme": programme, "section_id": "about", "heading": _("About the programme")}
    return render(request, "programmes/part.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def programme_part_new(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Add a partner, a component, an agency to reach, a period, an indicator or a milestone."""
    programme, kind = planned_programme(request, code), _kind(part)
    form = kind.form(request.POST or None, programme=programme, account=account_of(request))
    if is_saved(request, form):
        return say(request, str(kind.added), _on_the_plan(programme, part))
    context = {"form": form, "programme": programme, "section_id": part, "heading": kind.add}
    return render(request, "programmes/part.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def programme_part(request: HttpRequest, code: str, part: str, pk: int) -> HttpResponse:
    """Change one of them."""
    programme, kind = planned_programme(request, code), _kind(part)
    row = _row(programme, kind, pk)
    form = kind.form(request.POST or None, programme=programme, account=account_of(request), row=row)
    if is_saved(request, form):
        return say(request, str(kind.changed), _on_the_plan(programme, part))
    context = {"form": form, "programme": programme, "section_id": part, "row": row, "heading": kind.change}
    return render(request, "programmes/part.html", context)


@login_required
@require_POST
def programme_part_remove(request: HttpRequest, code: str, part: str, pk: int) -> HttpResponse:
    """Remove one that was a mistake."""
    programme, kind = planned_programme(request, code), _kind(part)
    try:
        kind.remove(part=_row(programme, kind, pk), actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "programme_part", code, part, pk)
    return say(request, str(kind.removed), _on_the_plan(programme, part))


def _kind(part: str) -> PartOfPlan:
    if part not in PARTS:
        raise Http404
    return PARTS[part]


def _row(programme: Programme, kind: PartOfPlan, pk: int) -> Any:
    return get_object_or_404(getattr(programme, kind.rows), pk=pk)


def _on_the_plan(programme: Programme, part: str) -> str:
    return f"{reverse('programme_plan', args=[programme.code])}#{part}"
