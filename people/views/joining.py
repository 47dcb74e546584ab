"""How somebody comes in without being invited, and the pages of those who decide."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people import services
from people.forms import AddressForm, CodeForm, DecisionForm, WhoForm, found_agencies
from people.models import Account, Agency, JoinRequest
from people.permissions import can_let_people_in
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, say

SESSION_KEY = "people.joining"
CODE_SECONDS = 15 * 60
MOST_TRIES = 5
PER_PAGE = 25


# --- Proving an address -----------------------------------------------------------------------------------------------
@never_cache
@require_http_methods(FORM_METHODS)
def join(request: HttpRequest) -> HttpResponse:
    """Ask for the address. What follows is the same for one that is known and one that is not."""
    if request.user.is_authenticated:
        return redirect("join_who")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="join", key=email):
            _send_code(request, email)
            return redirect("join_code")
        form.add_error(None, _("Too many codes were asked for. Wait a few minutes and try again."))
    return render(request, "people/join.html", {"form": form})


def _send_code(request: HttpRequest, email: str) -> None:
    """Send a code by mail and remember its digest in the session of this browser."""
    adapter = get_adapter()
    code = adapter.generate_login_code()
    state = {"email": email, "digest": _digest(code), "tries": 0, "at": timezone.now().timestamp()}
    request.session[SESSION_KEY] = state
    adapter.send_mail("account/email/join_code", email, {"code": code})


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("people.joining.code", plain, algorithm="sha256").hexdigest()


@never_cache
@require_http_methods(FORM_METHODS)
def join_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code. The right one signs in; what somebody is still asked follows on the next page."""
    state = request.session.get(SESSION_KEY)
    if request.user.is_authenticated or state is None:
        return redirect("join")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if objection := _objection_to_code(request, state, form.cleaned_data["code"]):
            form.add_error("code", objection)
        else:
            return _come_in(request, state["email"])
    return render(request, "people/join_code.html", {"form": form, "email": state["email"]})


def _objection_to_code(request: HttpRequest, state: dict[str, Any], code: str) -> str:
    """Say why a code does not open, in a sentence; empty for the right one."""
    state["tries"] += 1
    request.session[SESSION_KEY] = state
    too_late = timezone.now().timestamp() - state["at"] > CODE_SECONDS
    if too_late or state["tries"] > MOST_TRIES:
        return _("This code does not work any more. Ask for a new one.")
    if not ratelimit.consume(request, action="join_code", key=state["email"]):
        return _("Too many codes were tried. Wait a few minutes and try again.")
    if not constant_time_compare(_digest(code), state["digest"]):
        return _("This is not the code. Look at the latest letter.")
    return ""


def _come_in(request: HttpRequest, email: str) -> HttpResponse:
    """Sign in with what the address belongs to, through the same door as everybody: a second factor is asked for."""
    del request.session[SESSION_KEY]
    try:
        account = services.prove_address(email=email)
    except DomainError as error:
        return refuse(request, error, "account_login")
    return perform_login(request, account, redirect_url=reverse("join_who"), email=email)


# --- Who somebody is --------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def join_who(request: HttpRequest) -> HttpResponse:
    """Who somebody is and where they work; or what became of it, for those who have said so."""
    account = account_of(request)
    membership = services.current_membership(account.person) if account.person else None
    if membership is not None:
        return say(request, _("You belong to %(agency)s.") % {"agency": membership.agency}, "my_learning")
    latest = account.join_requests.select_related("agency").order_by("pk").last()
    if latest is not None and latest.state == JoinRequest.State.WAITING:
        people = services.deciders(latest.agency)
        return render(request, "people/join_waiting.html", {"asked": latest, "deciders": len(people)})
    if request.method == "POST" and "find" not in request.POST:
        return _take_answer(request, account)
    return _show_who(request, _who_form(request, account), latest)


def _who_form(request: HttpRequest, account: Account) -> WhoForm:
    """The form before it is sent: empty, or as it stood when somebody looked for an agency."""
    if request.method == "POST":
        return WhoForm(initial=request.POST.dict(), account=account, words=request.POST.get("q", ""))
    person = account.person
    known = services.agency_of_domain(account.email)
    initial: dict[str, Any] = {"language": (get_language() or "")[:2]}
    if known is not None and known in found_agencies("", also=str(known.pk)):
        initial["agency"] = known.pk
    if person is not None:
        initial |= {name: getattr(person, name) for name in ("family_name", "given_name", "patronymic", "language")}
    return WhoForm(initial=initial, account=account)


def _take_answer(request: HttpRequest, account: Account) -> HttpResponse:
    form = WhoForm(request.POST, account=account, words=request.POST.get("q", ""))
    if not form.is_valid():
        return _show_who(request, form, None)
    try:
        asked = form.save()
    except DomainError as error:
        form.add_error(None, str(error))
        return _show_who(request, form, None)
    if asked.state == JoinRequest.State.APPROVED:
        words = _("Welcome. You belong to %(agency)s.") % {"agency": asked.agency}
        return say(request, words, "my_learning")
    return redirect("join_who")


def _show_who(request: HttpRequest, form: WhoForm, latest: JoinRequest | None) -> HttpResponse:
    """The page, with the reason when an earlier request was refused."""
    refused = latest if latest is not None and latest.state == JoinRequest.State.REFUSED else None
    looked = request.method == "POST" and "find" in request.POST
    return render(request, "people/join_who.html", {"form": form, "refused": refused, "looked": looked})


@login_required
@require_POST
def join_withdraw(request: HttpRequest) -> HttpResponse:
    """Take the own request back."""
    waiting = account_of(request).join_requests.order_by("pk").last()
    if waiting is None:
        raise Http404
    try:
        services.withdraw_request(request=waiting)
    except DomainError as error:
        return refuse(request, error, "join_who")
    return say(request, _("Your request is withdrawn."), "join_who")


# --- Those who decide -------------------------------------------------------------------------------------------------
@login_required
@require_safe
def join_requests(request: HttpRequest) -> HttpResponse:
    """Requests that wait, and those that were decided, the latest first."""
    requests = _requests_to_decide(request)
    waiting = Paginator(requests.waiting(), PER_PAGE).get_page(request.GET.get("page"))
    decided = requests.exclude(state=JoinRequest.State.WAITING).select_related("decided_by__person")
    context = {**SECTION, "page": waiting, "decided": decided.order_by("-decided_at", "-pk")[:PER_PAGE]}
    return render(request, "people/join_requests.html", context)


def _requests_to_decide(request: HttpRequest) -> Any:
    """Requests of agencies whose people the account lets in; never the own one."""
    account = account_of(request)
    if not can_let_people_in(account):
        raise PermissionDenied(_("Coordinators decide who joins their agencies."))
    agencies = Agency.objects.visible_to(account).values("pk")
    found = JoinRequest.objects.filter(agency__in=agencies).exclude(account=account)
    return found.select_related("account", "agency")


@login_required
@require_http_methods(FORM_METHODS)
def join_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A request: approve it, or refuse it with a reason."""
    asked = get_object_or_404(_requests_to_decide(request).select_related("decided_by__person"), pk=pk)
    waits = asked.state == JoinRequest.State.WAITING
    namesakes = services.namesakes_of(asked, account_of(request)) if waits else []
    approves = request.POST.get("step") == "approve"
    undecided = approves and bool(namesakes) and "same_as" not in request.POST
    form = DecisionForm(request.POST if request.method == "POST" and not approves else None)
    if request.method == "POST" and not undecided and (approves or form.is_valid()):
        return _decide(request, asked, None if approves else form.cleaned_data["reason"])
    decision = "" if waits else services.said_of_decision(asked)
    context = {"asked": asked, "form": form, "waits": waits, "decision": decision}
    choice = {"namesakes": namesakes, "undecided": undecided}
    return render(request, "people/join_request.html", {**SECTION, **context, **choice})


def _decide(request: HttpRequest, asked: JoinRequest, reason: str | None) -> HttpResponse:
    """Say yes without a reason, no with one."""
    account = account_of(request)
    try:
        if reason is None:
            same_as = request.POST.get("same_as", "")
            found = services.approve_request(request=asked, actor=account, same_as=same_as)
        else:
            found = services.refuse_request(request=asked, reason=reason, actor=account)
    except DomainError as error:
        return refuse(request, error, "join_request", asked.pk)
    name = f"{found.family_name} {found.given_name}"
    words = _("%(name)s belongs to %(agency)s now.") if reason is None else _("%(name)s is told why not.")
    return say(request, words % {"name": name, "agency": found.agency}, "join_requests")
