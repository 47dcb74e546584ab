"""Pages of agencies: which there are, each of them, and changes with a date."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import Event
from audit.services import record
from core.errors import DomainError
from people import services
from people.actions import READING, sentence_of
from people.forms.agencies import CHANGE_FORMS, AgencyForm, AgencySearchForm, ChangeForm, NewAgencyForm
from people.models import Account, Agency, Membership, RoleGrant
from people.permissions import can_delegate, can_keep_agencies, can_read_agencies, grants_to_end, reader_of
from people.regions import region_name
from people.services import ChangeKind
from people.views.access import FORM_METHODS, SECTION, account_of, say

PER_PAGE = 100
PEOPLE_PER_PAGE = 50
EVENTS_SHOWN = 20


@login_required
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """The tree: all agencies for managers, the own subtree for coordinators; each with its people and coordinators."""
    account = account_of(request)
    if not can_read_agencies(account):
        raise PermissionDenied(_("Agencies are looked after by their coordinators and by programme managers."))
    form = AgencySearchForm(request.GET)
    page = Paginator(_listed(_found(form, account)), PER_PAGE).get_page(request.GET.get("page"))
    keeps = can_keep_agencies(account)
    context = {
        **SECTION,
        "form": form,
        "narrowed": any(request.GET.get(name) for name in ("q", "kind", "closed")),
        "query": "".join(f"{name}={request.GET[name]}&" for name in ("q", "kind", "closed") if request.GET.get(name)),
        "page": page,
        "keeps": keeps,
        "left_alone": services.left_alone().order_by("path") if keeps else [],
    }
    return render(request, "people/agencies.html", context)


def _found(form: AgencySearchForm, account: Account) -> QuerySet[Agency]:
    said = form.cleaned_data if form.is_valid() else {}
    found = Agency.objects.visible_to(account)
    if not said.get("closed"):
        found = found.still_there()
    if said.get("kind"):
        found = found.filter(kind=said["kind"])
    return found.search(said.get("q", ""))


def _listed(found: QuerySet[Agency]) -> QuerySet[Agency]:
    """Agencies in the order of the tree, with what the list says about them."""
    current = Q(memberships__in=Membership.objects.current().filter(primary=True))
    on_duty = RoleGrant.objects.active().select_related("account__person")
    people = Count("memberships__person", filter=current, distinct=True)
    return found.annotate(people=people).prefetch_related(Prefetch("role_grants", on_duty, "on_duty")).order_by("path")


@login_required
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: what it is, who coordinates it, its people, what it came from and went to, what was done."""
    account, found = account_of(request), _agency(request, code)
    members = Membership.objects.current().filter(agency=found).select_related("person")
    page = Paginator(members.order_by("person__sort_name", "person"), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    reader = reader_of(request)
    if reader.sees_everybody:
        record("people.agency_people_read", obj=found, actor=reader, after={"page": page.number})
    grants = list(found.role_grants.active().select_related("account__person", "granted_by__person", "agency"))
    endable = grants_to_end(account, grants)
    for grant in grants:
        grant.may_end = grant.pk in endable  # type: ignore[attr-defined]
    context = {
        **SECTION,
        "agency": found,
        "region": region_name(found.region),
        "names": [(code, getattr(found, f"name_{code}")) for code in ("en", "ru", "be")],
        "domains": list(found.domains.all()),
        "grants": grants,
        "page": page,
        "predecessors": [*found.predecessors.order_by("code"), *([found.split_from] if found.split_from else [])],
        "successors": [*([found.successor] if found.successor else []), *found.splits.order_by("code")],
        "below": found.children.order_by("code"),
        "events": _history(found) if can_keep_agencies(account) else [],
        "keeps": can_keep_agencies(account),
        "delegates": not found.is_over and can_delegate(account, found),
        "changes": ChangeKind.choices,
    }
    return render(request, "people/agency.html", context)


def _agency(request: HttpRequest, code: str) -> Agency:
    visible = Agency.objects.visible_to(account_of(request))
    return get_object_or_404(visible.select_related("parent", "successor", "split_from"), code=code)


def _history(found: Agency) -> list[dict[str, Any]]:
    """What was done with an agency, the latest first, in words."""
    events = Event.objects.filter(object_type=Agency._meta.label, object_id=str(found.pk))
    done = events.exclude(action__in=READING).select_related("actor__person")[:EVENTS_SHOWN]
    return [{"event": event, "words": sentence_of(event.action)} for event in done]


@login_required
@require_http_methods(FORM_METHODS)
def agency_new(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    _check_keeper(request)
    return _save(request, NewAgencyForm(request.POST or None, account=account_of(request)), None)


@login_required
@require_http_methods(FORM_METHODS)
def agency_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is written about an agency."""
    _check_keeper(request)
    found = get_object_or_404(Agency, code=code)
    return _save(request, AgencyForm(request.POST or None, account=account_of(request), agency=found), found)


def _save(request: HttpRequest, form: AgencyForm, found: Agency | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The agency is saved."), "agency", saved.code)
    return render(request, "people/agency_form.html", {**SECTION, "form": form, "agency": found})


@login_required
@require_http_methods(FORM_METHODS)
def agency_change(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A change with a date: what is wanted, then everything that follows from it, and only then is it made."""
    _check_keeper(request)
    if kind not in CHANGE_FORMS:
        raise Http404
    found = get_object_or_404(Agency.objects.select_related("parent"), code=code)
    form = CHANGE_FORMS[kind](request.POST or None, agency=found)
    context: dict[str, Any] = {**SECTION, "agency": found, "form": form, "kind": ChangeKind(kind)}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("step") == "do":
                return _carried_out(request, form)
            context["plan"] = services.plan_change(form.change())
        except DomainError as error:
            form.add_error(None, str(error))
    if "plan" in context:
        return render(request, "people/agency_change_preview.html", context)
    return render(request, "people/agency_change.html", context)


def _carried_out(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    successor = services.carry_out_change(change=form.change(), actor=account_of(request))
    return say(request, _("The change is made."), "agency", (successor or form.agency).code)


def _check_keeper(request: HttpRequest) -> None:
    if not can_keep_agencies(account_of(request)):
        raise PermissionDenied(_("Agencies are added and changed by programme managers."))
