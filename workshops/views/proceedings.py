"""What a workshop works with and what comes out of it, for those who run it and for those who take part."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.models import Event
from core.errors import DomainError
from people.models import Agency, Role
from workshops import services
from workshops.forms import MaterialForm, NoteForm, RecommendationForm
from workshops.models import ActionPlan, Material, Need, Recommendation, Registration, Workshop
from workshops.views.access import FORM_METHODS, SECTION, account_of, managed_workshop, private_file, refuse, say

PER_PAGE = 30


def for_the_page(
    request: HttpRequest, workshop: Workshop, registration: Registration | None, *, manages: bool
) -> dict[str, Any]:
    """What the page of a workshop shows to those who run it or have a place in it, and to nobody else."""
    takes_part = registration is not None and registration.state == Registration.State.CONFIRMED
    if not takes_part and not manages:
        return {"our_people": _coordinates_people(request, workshop)}
    seen = Material.objects.visible_to(account_of(request), timezone.now()).filter(workshop=workshop)
    return {
        "takes_part": takes_part,
        "materials": list(seen.select_related("session")),
        "recommendations": list(workshop.recommendations.select_related("agency")),
        "our_people": not manages and _coordinates_people(request, workshop),
    }


def _coordinates_people(request: HttpRequest, workshop: Workshop) -> bool:
    """Whether somebody of an agency that the reader coordinates has or had a place."""
    account = account_of(request)
    if not account.is_authenticated or Role.COORDINATOR not in account.active_roles:
        return False
    coordinated = Agency.objects.coordinated_by(account).values("pk")
    return Registration.objects.ever_confirmed().filter(workshop=workshop, agency__in=coordinated).exists()


# --- Materials -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def materials(request: HttpRequest, code: str) -> HttpResponse:
    """Files and links of a workshop; a POST adds one."""
    workshop = managed_workshop(request, code)
    form = MaterialForm(request.POST or None, request.FILES or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        added = form.save()
        return say(request, _("“%(title)s” is added.") % {"title": added.title}, "materials", code)
    context = {
        **SECTION,
        "workshop": workshop,
        "materials": list(workshop.materials.select_related("session")),
        "now": timezone.now(),
        "form": form,
    }
    return render(request, "workshops/materials.html", context)


@login_required
@require_safe
def material(request: HttpRequest, code: str, material: int) -> HttpResponseBase:
    """The file of a material, or the way to its link, for those who may see it now."""
    seen = Material.objects.visible_to(account_of(request), timezone.now())
    found = get_object_or_404(seen, pk=material, workshop__code=code)
    if not found.file:
        return redirect(found.link)
    return private_file(found.file, found.file_name)


@login_required
@require_http_methods(FORM_METHODS)
def material_edit(request: HttpRequest, code: str, material: int) -> HttpResponse:
    """Change a material or put another file in its place."""
    workshop, found = _managed_material(request, code, material)
    form = MaterialForm(
        request.POST or None, request.FILES or None, workshop=workshop, account=account_of(request), material=found
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return say(request, _("“%(title)s” is changed.") % {"title": found.title}, "materials", code)
    context = {**SECTION, "workshop": workshop, "material": found, "form": form}
    return render(request, "workshops/material_edit.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def material_remove(request: HttpRequest, code: str, material: int) -> HttpResponse:
    """Ask whether a material is to be removed for good; a POST does it."""
    workshop, found = _managed_material(request, code, material)
    if request.method == "POST":
        services.remove_material(material=found, actor=account_of(request))
        return say(request, _("“%(title)s” is removed.") % {"title": found.title}, "materials", code)
    context = {**SECTION, "workshop": workshop, "material": found}
    return render(request, "workshops/material_remove.html", context)


def _managed_material(request: HttpRequest, code: str, key: int) -> tuple[Workshop, Material]:
    workshop = managed_workshop(request, code)
    return workshop, get_object_or_404(workshop.materials.select_related("workshop", "session"), pk=key)


# --- Outcomes --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(FORM_METHODS)
def outcomes(request: HttpRequest, code: str) -> HttpResponse:
    """Recommendations, the plans of participants and what facilitators noted; a POST adds a note."""
    workshop = managed_workshop(request, code)
    form = NoteForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return say(request, _("The note is kept."), "outcomes", code)
    plans = ActionPlan.objects.filter(registration__workshop=workshop).select_related(
        "registration__person", "registration__agency"
    )
    context = {
        **SECTION,
        "workshop": workshop,
        "recommendations": list(workshop.recommendations.select_related("agency")),
        "plans": list(plans.order_by("registration__person__sort_name", "pk")),
        "participants": workshop.registrations.filter(state=Registration.State.CONFIRMED).count(),
        "notes": list(workshop.notes.select_related("session", "written_by__person")),
        "form": form,
    }
    return render(request, "workshops/outcomes.html", context)


@login_required
@require_POST
def note_remove(request: HttpRequest, code: str, note: int) -> HttpResponse:
    """Remove an own note."""
    workshop = managed_workshop(request, code)
    found = get_object_or_404(workshop.notes, pk=note)
    try:
        services.remove_note(note=found, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "outcomes", code)
    return say(request, _("The note is removed."), "outcomes", code)


@login_required
@require_http_methods(FORM_METHODS)
def recommendation_new(request: HttpRequest, code: str) -> HttpResponse:
    """Record a recommendation."""
    workshop = managed_workshop(request, code)
    form = RecommendationForm(request.POST or None, workshop=workshop, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return say(request, _("The recommendation is recorded."), "outcomes", code)
    context = {**SECTION, "workshop": workshop, "form": form}
    return render(request, "workshops/recommendation.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def recommendation_edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Change a recommendation or its state; the page shows what it said before."""
    workshop = managed_workshop(request, code)
    found = get_object_or_404(workshop.recommendations.select_related("agency"), number=number)
    form = RecommendationForm(
        request.POST or None, workshop=workshop, account=account_of(request), recommendation=found
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return say(request, _("The recommendation is saved."), "outcomes", code)
    context = {
        **SECTION,
        "workshop": workshop,
        "recommendation": found,
        "history": _history(found),
        "form": form,
    }
    return render(request, "workshops/recommendation.html", context)


def _history(recommendation: Recommendation) -> list[dict[str, Any]]:
    """What a recommendation said and when, the latest first."""
    events = Event.objects.filter(object_type=recommendation._meta.label, object_id=str(recommendation.pk))
    states = dict(Recommendation.State.choices)
    return [
        {
            "at": event.at,
            "by": event.actor,
            "state": event.after["state"],
            "state_label": states.get(event.after["state"], ""),
            "text": event.after["text"],
            "agency": event.after["agency"],
            "due_on": event.after["due_on"],
        }
        for event in events.select_related("actor__person")
        if event.after
    ]


@login_required
@require_safe
def our_recommendations(request: HttpRequest) -> HttpResponse:
    """Recommendations for which the own agencies are responsible, by agency."""
    agencies = Agency.objects.visible_to(account_of(request))
    if not agencies.exists():
        raise Http404
    found = Recommendation.objects.filter(agency__in=agencies.values("pk")).select_related("agency", "workshop")
    found = found.exclude(workshop__status=Workshop.Status.DRAFT)
    ordered = found.order_by("agency__path", "agency", "workshop__starts_on", "number")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workshops/our_recommendations.html", {**SECTION, "page": page})


# --- Needs -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def workshop_needs(request: HttpRequest, code: str) -> HttpResponse:
    """What participants need, in numbers and by person, as long as it is kept."""
    workshop = managed_workshop(request, code)
    told = Need.objects.filter(registration__workshop=workshop, registration__state__in=Registration.ACTIVE)
    needs = list(
        told.select_related("registration__person", "registration__agency").order_by(
            "registration__person__sort_name", "pk"
        )
    )
    context = {
        **SECTION,
        "workshop": workshop,
        "needs": needs,
        "counts": [(label, sum(value in each.kinds for each in needs)) for value, label in Need.Kind.choices],
        "kept_until": services.needs_kept_until(workshop),
    }
    return render(request, "workshops/needs.html", context)
