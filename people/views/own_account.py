"""The own account: what stands in it, language and clock, messages, and how pages are shown."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from mail.kinds import CHOSEN, NEEDED
from mail.permissions import read_stop_token
from people.forms.preferences import DisplayForm, LanguageForm, MessagesForm
from people.models import Account
from people.permissions import person_of
from people.services import consents_of, switch_messages
from people.time_zones import named
from people.views.access import FORM_METHODS, account_of, saved, say

_YEAR = 365 * 24 * 60 * 60
OWN = {"section": "account"}


@never_cache
@login_required
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """What stands in the own account, and where each of it is changed."""
    account = account_of(request)
    kinds = MessagesForm(account=account).kinds
    context = {
        **OWN,
        "account": account,
        "person": account.person,
        "zone": named(account.person.time_zone) if account.person else "",
        "unwanted": [kind.title for kind in kinds if kind.key in account.muted_messages],
    }
    return render(request, "people/own_account.html", context)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def own_language(request: HttpRequest) -> HttpResponse:
    """The language of pages and messages, and the clock by which times are shown."""
    person = person_of(request.user)
    form = LanguageForm(request.POST or None, person=person, account=account_of(request))
    if not (request.method == "POST" and saved(form)):
        return render(request, "people/own_language.html", {**OWN, "form": form})
    with translation.override(person.language):
        answer = say(request, _("Your language and your time zone are saved."), "own_account")
    # Addresses without a language lead to this one from now on.
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        person.language,
        max_age=_YEAR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def own_messages(request: HttpRequest) -> HttpResponse:
    """Which messages come, and which always do."""
    account = account_of(request)
    form = MessagesForm(request.POST if request.method == "POST" else None, account=account)
    if request.method == "POST" and saved(form):
        return say(request, _("Your choice of messages is saved."), "own_account")
    standings = consents_of(account.person) if account.person else []
    context = {
        **OWN,
        "form": form,
        "kinds": [(kind, kind.key in form.wanted()) for kind in form.kinds],
        "needed": NEEDED,
        "news": next((each for each in standings if each.purpose.key == "news"), None),
        "email": account.email,
    }
    return render(request, "people/own_messages.html", context)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def own_display(request: HttpRequest) -> HttpResponse:
    """Larger text, nothing that moves, high contrast: on every page, in every browser in which one signs in."""
    form = DisplayForm(request.POST if request.method == "POST" else None, account=account_of(request))
    if request.method == "POST" and saved(form):
        return say(request, _("Pages are shown as you chose."), "own_display")
    return render(request, "people/own_display.html", {**OWN, "form": form})


# A mail program presses the button by itself, without a page of ours and without a sign-in (RFC 8058). The address is
# signed, and all that it can do is to stop messages of one kind.
@never_cache
@csrf_exempt
@require_http_methods(FORM_METHODS)
def messages_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop messages of a kind by the address that stands in each of them."""
    found = read_stop_token(token)
    kind = CHOSEN.get(found[1]) if found else None
    account = Account.objects.filter(person=found[0], is_active=True).first() if found else None
    if kind is None or account is None:
        raise Http404
    context: dict[str, Any] = {"kind": kind, "stopped": kind.key in account.muted_messages}
    if request.method == "POST":
        try:
            switch_messages(account=account, kind=kind.key, wanted=False, actor=account)
        except DomainError as error:
            raise Http404 from error
        context["stopped"] = True
    return render(request, "people/messages_stop.html", context)
