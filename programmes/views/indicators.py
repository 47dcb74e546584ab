"""An indicator: its targets, and the values that were entered by hand."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.forms import TargetsForm, ValueForm
from programmes.models import Indicator, IndicatorValue
from programmes.views.access import FORM_METHODS, account_of, is_saved, planned_programme, say


@login_required
@require_http_methods(FORM_METHODS)
def indicator(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """What was promised and measured; a value by hand is entered here."""
    found = _indicator(request, code, number)
    form = None
    if not found.formula:
        form = ValueForm(request.POST or None, indicator=found, account=account_of(request))
        if is_saved(request, form):
            return say(request, _("The value is entered."), _address(found))
    return _page(request, found, form, TargetsForm(indicator=found, account=account_of(request)))


@login_required
@require_POST
def indicator_targets(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Set what should be reached by the end of each period."""
    found = _indicator(request, code, number)
    targets = TargetsForm(request.POST, indicator=found, account=account_of(request))
    if is_saved(request, targets):
        return say(request, _("The targets are set."), _address(found))
    form = None if found.formula else ValueForm(indicator=found, account=account_of(request))
    return _page(request, found, form, targets)


@login_required
@require_http_methods(FORM_METHODS)
def indicator_correct(request: HttpRequest, code: str, number: str, value: int) -> HttpResponse:
    """Enter the right value in place of a wrong one, with the reason."""
    found = _indicator(request, code, number)
    corrected = get_object_or_404(IndicatorValue, indicator=found, pk=value)
    form = ValueForm(request.POST or None, indicator=found, account=account_of(request), corrected=corrected)
    if is_saved(request, form):
        return say(request, _("The value is corrected."), _address(found))
    context = {"programme": found.programme, "indicator": found, "corrected": corrected, "form": form}
    return render(request, "programmes/correct.html", context)


def _indicator(request: HttpRequest, code: str, number: str) -> Indicator:
    programme = planned_programme(request, code)
    return get_object_or_404(programme.indicators.select_related("component", "programme"), number=number)


def _page(request: HttpRequest, found: Indicator, form: forms.Form | None, targets: TargetsForm) -> HttpResponse:
    values = found.values.select_related("entered_by__person", "corrected_by").order_by("-measured_on", "-pk")
    context: dict[str, Any] = {
        "programme": found.programme,
        "indicator": found,
        "values": list(values),
        "form": form,
        "targets": targets,
    }
    return render(request, "programmes/indicator.html", context)


def _address(found: Indicator) -> str:
    return reverse("indicator", args=[found.programme.code, found.number])
