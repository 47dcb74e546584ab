"""Own data: what they are used for, what is held, what one asks; and those who answer."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.services import record
from core.errors import DomainError
from people.forms.privacy import CorrectionForm, DataRequestForm, ErasureForm, RefusalForm
from people.models import Consent, DataRequest, DataRequestQuerySet
from people.permissions import can_answer_data_request, can_read_data_requests, person_of
from people.privacy import PURPOSES
from people.services import (
    answer_by,
    consents_of,
    export_json,
    export_pdf,
    grant_erasure,
    record_consent,
    sections_of,
    withdraw_data_request,
)
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, saved, say

PER_PAGE = 50
Kind, State = DataRequest.Kind, DataRequest.State
OWN = {"section": "account"}


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """Who is responsible, what for, how long, and what everybody may ask."""
    context = {
        "purposes": PURPOSES.values(),
        "controller": settings.DATA_CONTROLLER,
        "contact": settings.DATA_PROTECTION_EMAIL,
    }
    return render(request, "people/privacy_notice.html", context)


@never_cache
@login_required
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything that is held about whoever asks, and what they asked about it."""
    person = person_of(request.user)
    record("people.own_data_read", obj=person, actor=account_of(request), subject=person)
    requests = list(DataRequest.objects.filter(person=person).order_by("-asked_at", "-pk"))
    waiting = {each.kind for each in requests if each.state == State.WAITING}
    context = {
        **OWN,
        "sections": sections_of(person, private=getattr(request, "viewing", None) is None),
        "requests": requests,
        "kinds": [(kind.value, _ASK[kind]) for kind in Kind if kind.value not in waiting],
    }
    return render(request, "people/own_data.html", context)


_ASK = {Kind.CORRECTION: "correction", Kind.ERASURE: "erasure"}


@never_cache
@login_required
@require_safe
def own_data_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same to take along: for machines as JSON, for people as PDF."""
    person = person_of(request.user)
    made = {"json": (export_json, "application/json"), "pdf": (export_pdf, "application/pdf")}.get(kind)
    if made is None:
        raise Http404
    export, mime = made
    name = f"own-data-{person.public_code}.{kind}"
    content = export(person=person, actor=account_of(request))
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
@require_http_methods(FORM_METHODS)
def data_request_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for own data to be corrected or erased."""
    person = person_of(request.user)
    if kind not in Kind.values:
        raise Http404
    form = DataRequestForm(request.POST or None, person=person, kind=kind, account=account_of(request))
    if request.method == "POST" and saved(form):
        return say(request, _("Your request is sent. The answer will stand on this page within 30 days."), "own_data")
    return render(request, "people/data_request_new.html", {**OWN, "form": form, "kind": kind})


@login_required
@require_POST
def data_request_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an own request back."""
    person = person_of(request.user)
    asked = get_object_or_404(DataRequest, pk=pk, person=person)
    try:
        withdraw_data_request(request=asked, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "own_data")
    return say(request, _("Your request is taken back."), "own_data")


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def consents(request: HttpRequest) -> HttpResponse:
    """What one agrees to, and every answer that one gave."""
    person = person_of(request.user)
    if request.method == "POST":
        given = request.POST.get("given") == "yes"
        try:
            record_consent(
                person=person, purpose=request.POST.get("purpose", ""), given=given, actor=account_of(request)
            )
        except DomainError as error:
            return refuse(request, error, "consents")
        return say(request, _("You agree.") if given else _("You do not agree. It holds from now on."), "consents")
    history = Consent.objects.filter(person=person).order_by("-at", "-pk")
    context = {
        **OWN,
        "standings": consents_of(person),
        "history": [(each, _title_of(each.purpose)) for each in history],
    }
    return render(request, "people/consents.html", context)


def _title_of(key: str) -> str:
    return str(PURPOSES[key].title) if key in PURPOSES else key


# --- Those who answer -------------------------------------------------------------------------------------------------


@login_required
@require_safe
def data_requests(request: HttpRequest) -> HttpResponse:
    """What people ask about their data, those that wait first."""
    waiting = _seen(request).waiting().order_by("asked_at", "pk")
    answered = _seen(request).exclude(state=State.WAITING).order_by("-answered_at", "-pk")
    context = {
        **SECTION,
        "waiting": [(each, answer_by(each)) for each in waiting],
        "page": Paginator(answered, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/data_requests.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with the forms by which it is answered."""
    asked = get_object_or_404(_seen(request), pk=pk)
    account = account_of(request)
    may_answer = asked.state == State.WAITING and can_answer_data_request(account, asked)
    if request.method == "POST" and not may_answer:
        return refuse(request, DomainError(_("This request was answered already.")), "data_request", pk)
    refuses = request.POST.get("step") == "refuse"
    sent = request.POST if request.method == "POST" else None
    refusal = RefusalForm(sent if refuses else None, asked=asked, account=account, prefix="no")
    form: Any = None
    if asked.kind == Kind.CORRECTION:
        form = CorrectionForm(None if refuses else sent, asked=asked, account=account)
    else:
        form = ErasureForm(None if refuses else sent)
        form.save = lambda: grant_erasure(request=asked, actor=account)
    if request.method == "POST" and saved(refusal if refuses else form):
        return say(request, _("The request is answered."), "data_requests")
    context = {
        **SECTION,
        "asked": asked,
        "form": form,
        "refusal": refusal,
        "may_answer": may_answer,
        "answer_by": answer_by(asked),
    }
    return render(request, "people/data_request.html", context)


def _seen(request: HttpRequest) -> DataRequestQuerySet:
    if not can_read_data_requests(account_of(request)):
        raise PermissionDenied(_("Requests about data are answered by coordinators and programme managers."))
    seen = DataRequest.objects.visible_to(account_of(request))
    # The own ones stand on the own page, and others answer them.
    own = account_of(request).person_id
    return seen.exclude(person=own).select_related("person", "answered_by__person")
