"""How much of the name whoever checks a certificate may see: the holder's choice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates import codes, services
from certificates.models import Certificate
from certificates.views.holder import account_of
from core.errors import DomainError


@login_required
@require_POST
def certificate_privacy(request: HttpRequest, code: str) -> HttpResponse:
    """Store the choice; everybody else who may see the certificate is told that it is not theirs."""
    account = account_of(request)
    found = get_object_or_404(Certificate.objects.visible_to(account), code=codes.normalised(code))
    if found.person_id != account.person_id:
        raise PermissionDenied(_("Only the holder decides who sees the name."))
    try:
        services.set_privacy(certificate=found, privacy=request.POST.get("privacy", ""), actor=account)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your choice holds from now on."))
    return redirect("certificate", found.code)
