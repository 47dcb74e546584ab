"""Looking at the Academy as somebody else: why, and the way back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from people import services
from people.forms import ViewAsForm
from people.models import Account
from people.permissions import can_be_viewed, can_view_as
from people.viewing import LASTS, SESSION_KEY
from people.views.access import FORM_METHODS, account_of, say


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def view_as(request: HttpRequest, code: str) -> HttpResponse:
    """Say why, and look at the Academy as a person sees it."""
    actor = account_of(request)
    if not can_view_as(actor):
        raise Http404
    account = get_object_or_404(Account.objects.select_related("person"), person__public_code=code)
    form = ViewAsForm(request.POST or None, account=account, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            viewing = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            request.session[SESSION_KEY] = services.kept_by_session(viewing)
            # A form that still stands open in another tab belongs to the administrator, and is not sent as anybody.
            rotate_token(request)
            return redirect("my_learning")
    possible = account.pk != actor.pk and can_be_viewed(account)
    minutes = int(LASTS.total_seconds() // 60)
    context = {"person": account.person, "form": form, "possible": possible, "minutes": minutes}
    return render(request, "people/view_as.html", context)


@login_required
@require_POST
def view_as_stop(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    viewing: Any = getattr(request, "viewing", None)
    if viewing is None:
        return redirect("my_learning")
    services.stop_viewing(account=viewing.account, actor=viewing.viewer)
    del request.session[SESSION_KEY]
    rotate_token(request)
    sentence = _("You are yourself again, and no longer see the Academy as %(name)s.")
    return say(request, sentence % {"name": viewing.account.get_full_name()}, "view_as", _code_of(viewing))


def _code_of(viewing: Any) -> str:
    return str(viewing.account.person.public_code)
