"""Ending a session of one's own; for administrators: who has lost a second factor."""

from typing import cast
from urllib.parse import urlencode

from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people import services
from people.forms import SecondFactorResetForm
from people.models import Account, Person
from people.permissions import can_be_viewed, can_help_with_sign_in

PER_PAGE = 20


@login_required
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the own sessions: the one in use is signed out of, another one needs a fresh proof."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    is_current = session.session_key == request.session.session_key
    if not is_current:
        raise_if_reauthentication_required(request, app="allauth.usersessions")
    services.end_session(session=session)
    if is_current:
        logout(request)
        return redirect("front")
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


@login_required
@require_safe
def sign_in_search(request: HttpRequest) -> HttpResponse:
    """Find the account of somebody who cannot sign in, by name or e-mail."""
    if not can_help_with_sign_in(_account(request)):
        raise PermissionDenied(_("Only administrators help with lost second factors."))
    text = request.GET.get("q", "").strip()
    found = Person.objects.unmerged().filter(account__isnull=False).search(text) if text else Person.objects.none()
    factors = Prefetch("account__authenticator_set", Authenticator.objects.order_by("pk"), to_attr="factors")
    page = Paginator(found.select_related("account").prefetch_related(factors), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"q": text, "page": page, "page_query": f"{urlencode({'q': text})}&"}
    return render(request, "people/sign_in_search.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """How somebody signs in, and the button that takes a lost second factor away."""
    actor = _account(request)
    if not can_help_with_sign_in(actor):
        raise Http404
    account = get_object_or_404(Account.objects.select_related("person"), person__public_code=code)
    form = SecondFactorResetForm(request.POST or None, account=account, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The second factor is taken away. The person was told by mail."))
            return redirect("person_sign_in", code)
    context = {
        "account": account,
        "form": form,
        "is_own": account.pk == actor.pk,
        "viewable": account.pk != actor.pk and can_be_viewed(account),
        "factors": Authenticator.objects.filter(user=account).order_by("pk"),
        "sessions": UserSession.objects.filter(user=account).count(),
    }
    return render(request, "people/person_sign_in.html", context)


def _account(request: HttpRequest) -> Account:
    """Whoever is asking; all of these pages are for people who are signed in."""
    return cast("Account", request.user)
