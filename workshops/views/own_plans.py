"""What a participant writes about the own part: the action plan, what came of it, what is needed to take part."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from workshops import services
from workshops.forms import ActionPlanForm, NeedForm, PlanOutcomeForm
from workshops.models import ActionPlan, Need
from workshops.views.access import FORM_METHODS, SECTION, say
from workshops.views.own_records import own_registration


@login_required
@require_http_methods(FORM_METHODS)
def action_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The own action plan, written until 30 days after the end, then read."""
    registration = own_registration(request, code)
    workshop = registration.workshop
    plan = ActionPlan.objects.filter(registration=registration).first()
    form = ActionPlanForm(request.POST or None, registration=registration, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("Your plan is saved."), "workshop", code)
    until = services.plan_editable_until(workshop)
    context = {
        **SECTION,
        "workshop": workshop,
        "plan": plan,
        "form": form,
        "until": until,
        "editable": timezone.localdate() <= until,
        "over": workshop.ends_on < timezone.localdate(),
    }
    return render(request, "workshops/action_plan.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def action_plan_outcome(request: HttpRequest, code: str) -> HttpResponse:
    """What came of the own plan; asked about 90 days after the workshop."""
    registration = own_registration(request, code)
    plans = ActionPlan.objects.select_related("registration__workshop")
    plan = get_object_or_404(plans, registration=registration)
    form = PlanOutcomeForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("Thank you. Your answer is saved."), "workshop", code)
    context = {**SECTION, "workshop": registration.workshop, "plan": plan, "form": form}
    return render(request, "workshops/action_plan_outcome.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def own_needs(request: HttpRequest, code: str) -> HttpResponse:
    """What the reader needs to take part, told for that purpose only."""
    registration = own_registration(request, code)
    need = Need.objects.filter(registration=registration).first()
    # Nothing ticked and nothing written means something, too: that nothing is needed any more.
    form = NeedForm(request.POST if request.method == "POST" else None, registration=registration, need=need)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("What you need is saved."), "workshop", code)
    context = {
        **SECTION,
        "workshop": registration.workshop,
        "need": need,
        "form": form,
        "kept_until": services.needs_kept_until(registration.workshop),
        "over": registration.workshop.ends_on < timezone.localdate(),
    }
    return render(request, "workshops/own_needs.html", context)
