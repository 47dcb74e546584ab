"""The own names, and how they will stand on certificates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates import services
from certificates.forms import NamesForm
from certificates.models import Certificate
from certificates.views.holder import account_of
from core.errors import DomainError
from people.models import Membership
from people.permissions import person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_names(request: HttpRequest) -> HttpResponse:
    """Correct the own names, and see them on certificates in every language before they are kept."""
    person = person_of(request.user)
    form = NamesForm(request.POST if request.method == "POST" else None, person=person, account=account_of(request))
    tried = request.method == "POST" and form.is_valid()
    if tried and "keep" in request.POST:
        try:
            changed = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your names are kept.") if changed else _("Nothing was changed."))
            return redirect("certificate_names")
    membership = Membership.objects.current().filter(person=person, primary=True).select_related("agency").first()
    names = form.cleaned_data if tried else form.names_now
    context: dict[str, Any] = {
        "form": form,
        "person": person,
        "tried": tried,
        "specimens": services.name_specimens(names, membership.agency if membership else None),
        "letters": services.letters_not_drawn(names),
        "issued": Certificate.objects.filter(person=person, erased_at__isnull=True).exists(),
        "section": "account",
    }
    return render(request, "certificates/names.html", context)
