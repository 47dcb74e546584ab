"""Pages of roles: who has which, giving and ending them; coordinators of one agency."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from people import services
from people.forms.roles import CoordinatorForm, EndForm, RoleForm
from people.models import Agency, RoleGrant
from people.permissions import can_delegate, can_end_grant, can_keep_agencies, grants_to_end
from people.views.access import FORM_METHODS, SECTION, account_of, say

PER_PAGE = 100


@login_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """All roles that were given: those in force first, then what begins later or has ended."""
    account = account_of(request)
    if not can_keep_agencies(account):
        raise PermissionDenied(_("Roles are given by programme managers and administrators."))
    today = timezone.localdate()
    over = Case(When(valid_to__lt=today, then=Value(1)), default=Value(0), output_field=IntegerField())
    grants = RoleGrant.objects.select_related("account__person", "agency", "granted_by__person")
    page = Paginator(grants.annotate(over=over).order_by("over", "role", "account__email", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    listed: list[Any] = list(page)
    endable = grants_to_end(account, listed)
    for grant in listed:
        grant.may_end = not grant.over and grant.pk in endable
    return render(request, "people/roles.html", {**SECTION, "page": page, "listed": listed})


@login_required
@require_http_methods(FORM_METHODS)
def role_new(request: HttpRequest) -> HttpResponse:
    """Give a role to somebody who has an account."""
    if not can_keep_agencies(account_of(request)):
        raise PermissionDenied(_("Roles are given by programme managers and administrators."))
    form = RoleForm(request.POST or None, actor=account_of(request))
    return _give(request, form, None)


@login_required
@require_http_methods(FORM_METHODS)
def coordinator_new(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody coordinate an agency: by a manager, or by a coordinator of it or above it."""
    account = account_of(request)
    found = get_object_or_404(Agency.objects.visible_to(account), code=code)
    if not can_delegate(account, found):
        raise Http404
    return _give(request, CoordinatorForm(request.POST or None, actor=account, agency=found), found)


def _give(request: HttpRequest, form: RoleForm | CoordinatorForm, agency: Agency | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            grant = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            words = {"person": grant.account.get_full_name(), "role": grant.get_role_display()}
            done = _("%(person)s has the role: %(role)s.") % words
            return say(request, done, *(["agency", agency.code] if agency else ["roles"]))
    return render(request, "people/role_new.html", {**SECTION, "form": form, "agency": agency})


@login_required
@require_http_methods(FORM_METHODS)
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, with a reason."""
    account = account_of(request)
    grants = RoleGrant.objects.select_related("account__person", "agency", "granted_by")
    grant = get_object_or_404(grants, pk=pk)
    if not can_end_grant(account, grant):
        raise Http404
    form: Form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_grant(grant=grant, actor=account, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _ended(request, grant)
    return render(request, "people/role_end.html", {**SECTION, "form": form, "grant": grant})


def _ended(request: HttpRequest, grant: RoleGrant) -> HttpResponse:
    words = {"person": grant.account.get_full_name(), "role": grant.get_role_display()}
    done = _("%(person)s: the role ends (%(role)s).") % words
    return say(request, done, "roles" if can_keep_agencies(account_of(request)) else "agencies")
