"""Letters that let people in: those who write them, and those who open them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from people import services
from people.columns import NAMES, RosterRow, RowError
from people.forms import AgreementForm, InvitationForm, InvitationListForm, NamesForm
from people.models import Agency, Invitation, Person
from people.permissions import can_invite_participants, can_let_people_in
from people.views.access import FORM_METHODS, SECTION, account_of, refuse, say

PER_PAGE = 25
MOST_ROWS = 500
SALT = "people.invitations"
TWO_HOURS = 2 * 60 * 60


# --- Those who invite -------------------------------------------------------------------------------------------------
def _check_may_invite(request: HttpRequest) -> None:
    account = account_of(request)
    if not (can_let_people_in(account) or can_invite_participants(account)):
        raise PermissionDenied(_("People are invited by coordinators, and by facilitators of their workshops."))


def _check_lets_people_in(request: HttpRequest) -> None:
    if not can_let_people_in(account_of(request)):
        raise PermissionDenied(_("Coordinators invite people into their agencies."))


@login_required
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """All letters that the account may see, the latest first, with what became of each."""
    _check_may_invite(request)
    account = account_of(request)
    found = Invitation.objects.visible_to(account).select_related("agency", "invited_by__person")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    letters = [(each, each.state_at(now)) for each in page]
    context = {
        **SECTION,
        "page": page,
        "letters": letters,
        "lets_in": can_let_people_in(account),
        "runs_workshops": can_invite_participants(account),
    }
    return render(request, "people/invitations.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def invitation_new(request: HttpRequest) -> HttpResponse:
    """Invite one person into one of the own agencies."""
    _check_lets_people_in(request)
    form = InvitationForm(request.POST or None, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("A letter goes to %(email)s.") % {"email": invitation.email}, "people_invitations")
    return render(request, "people/invitation_new.html", {**SECTION, "form": form})


@login_required
@require_http_methods(FORM_METHODS)
def invitation_participants(request: HttpRequest) -> HttpResponse:
    """People of the own workshops who never signed in: invite them into the agency that registered them."""
    if not can_invite_participants(account_of(request)):
        raise PermissionDenied(_("Facilitators invite people of their workshops."))
    agencies = services.people_to_invite(account_of(request))
    people = Person.objects.filter(pk__in=agencies)
    if request.method == "POST":
        person = get_object_or_404(people, public_code=request.POST.get("person", ""))
        return _invite_participant(request, person, Agency.objects.get(pk=agencies[person.pk]))
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    by_pk = Agency.objects.in_bulk({agencies[person.pk] for person in page})
    listed = [(person, by_pk[agencies[person.pk]]) for person in page]
    return render(request, "people/invitation_participants.html", {**SECTION, "page": page, "people": listed})


def _invite_participant(request: HttpRequest, person: Person, agency: Agency) -> HttpResponse:
    try:
        invitation = services.invite_person(agency=agency, person=person, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "people_invitation_participants")
    words = _("A letter goes to %(email)s.") % {"email": invitation.email}
    return say(request, words, "people_invitation_participants")


def _own_invitation(request: HttpRequest, pk: int) -> Invitation:
    _check_may_invite(request)
    return get_object_or_404(Invitation.objects.visible_to(account_of(request)), pk=pk)


@login_required
@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter again."""
    invitation = _own_invitation(request, pk)
    try:
        services.resend_invitation(invitation=invitation, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "people_invitations")
    words = _("A new letter goes to %(email)s; the link of the earlier one ends.") % {"email": invitation.email}
    return say(request, words, "people_invitations")


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody in by this letter."""
    invitation = _own_invitation(request, pk)
    try:
        services.withdraw_invitation(invitation=invitation, actor=account_of(request))
    except DomainError as error:
        return refuse(request, error, "people_invitations")
    return say(
        request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email}, "people_invitations"
    )


# --- A whole list -----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(FORM_METHODS)
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Invite a list: send the file, look at what each row means, decide about doubtful ones, invite all or nobody."""
    _check_lets_people_in(request)
    if request.method == "POST" and "rows" in request.POST:
        return _take_rows(request)
    form = InvitationListForm(request.POST or None, request.FILES or None, account=account_of(request))
    if request.method == "POST" and form.is_valid():
        count, rows, errors = services.read_roster(content=form.cleaned_data["file"].read())
        if count > MOST_ROWS:
            rows, errors = [], [RowError(0, "", _("The list has more than 500 people. Split it into smaller ones."))]
        return _show_plan(request, _List(rows, form.cleaned_data["agency"], form.cleaned_data["since"]), errors)
    return _show_list(request, {"form": form})


@dataclass(frozen=True)
class _List:
    """What somebody sent: the rows, the agency of those that name none, and since when they belong to it."""

    rows: list[RosterRow]
    agency: Agency | None
    since: date

    def packed(self) -> str:
        """The list as it travels in the form, signed."""
        agency = self.agency.pk if self.agency else None
        values = {"agency": agency, "since": str(self.since), "rows": [vars(row) for row in self.rows]}
        return signing.dumps(values, salt=SALT, compress=True)

    @classmethod
    def unpacked(cls, text: str) -> "_List":
        """The list that was shown. Raises BadSignature when it is too old, or not ours."""
        values = signing.loads(text, salt=SALT, max_age=TWO_HOURS)
        agency = Agency.objects.filter(pk=values["agency"]).first()
        return cls([RosterRow(**row) for row in values["rows"]], agency, date.fromisoformat(values["since"]))


def _show_plan(
    request: HttpRequest, sent: _List, errors: Sequence[RowError] = (), undecided: Sequence[RowError] = ()
) -> HttpResponse:
    """What every row means. The rows travel signed in the form; those that are only `undecided` stay on the page."""
    account = account_of(request)
    entries, refused = services.plan_invitations(rows=sent.rows, agency=sent.agency, account=account)
    errors = sorted([*errors, *refused], key=lambda error: error.line)
    letters = sum(each.meaning != services.Meaning.AGAIN for each in entries)
    context = {
        "form": InvitationListForm(initial={"agency": sent.agency, "since": sent.since}, account=account),
        "errors": [
            {"line": each.line, "column": str(NAMES.get(each.column, each.column)), "message": each.message}
            for each in (*errors, *undecided)
        ],
        "choices": [(each, request.POST.get(f"line-{each.row.line}", "")) for each in entries],
        "letters": letters,
        "rows": "" if errors or not letters else sent.packed(),
        "nobody_left": not errors and not letters,
    }
    return _show_list(request, context)


def _take_rows(request: HttpRequest) -> HttpResponse:
    try:
        sent = _List.unpacked(request.POST["rows"])
    except signing.BadSignature:
        sentence = _("The list is too old. Send the file again.")
        return refuse(request, ValueError(sentence), "people_invitation_list")
    account = account_of(request)
    entries, refused = services.plan_invitations(rows=sent.rows, agency=sent.agency, account=account)
    if refused:
        return _show_plan(request, sent)
    decisions = {row.line: request.POST.get(f"line-{row.line}", "") for row in sent.rows}
    try:
        count, undecided = services.invite_list(entries=entries, decisions=decisions, since=sent.since, actor=account)
    except DomainError as error:
        return refuse(request, error, "people_invitation_list")
    if undecided:
        return _show_plan(request, sent, undecided=undecided)
    words = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count)
    return say(request, words % {"count": count}, "people_invitations")


def _show_list(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "people/invitation_list.html", {**SECTION, **context})


# --- Whoever opens the letter -----------------------------------------------------------------------------------------
@never_cache
@require_http_methods(FORM_METHODS)
def join_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link in the letter opens. Looking changes nothing, for mail programs look, too; the button accepts."""
    invitation = services.find_invitation(secret)
    if invitation is None:
        sentence = _("This link is not known. If you were sent a newer letter, use the link in that one.")
        return _show_invitation(request, {"objection": sentence}, status=404)
    signed_in = account_of(request) if request.user.is_authenticated else None
    if objection := services.objection_to_acceptance(invitation, signed_in):
        return _show_invitation(request, {"objection": objection})
    form, agreement = _names_form(request, invitation), AgreementForm(request.POST or None)
    if request.method == "POST" and agreement.is_valid() and (form is None or form.is_valid()):
        try:
            account = services.accept_invitation(
                invitation=invitation, signed_in=signed_in, names=form.cleaned_data if form else None
            )
        except DomainError as error:
            return _show_invitation(request, {"objection": str(error)})
        agreement.save(account)
        if signed_in is not None:
            return say(request, _("You belong to %(agency)s.") % {"agency": invitation.agency}, "my_learning")
        return perform_login(request, account, redirect_url=reverse("my_learning"), email=account.email)
    return _show_invitation(request, {"invitation": invitation, "form": form, "agreement": agreement})


def _names_form(request: HttpRequest, invitation: Invitation) -> NamesForm | None:
    """Somebody new says how they are called; of somebody on record the record holds."""
    if services.person_of_invitation(invitation) is not None:
        return None
    initial = {name: getattr(invitation, name) for name in ("family_name", "given_name", "patronymic")}
    return NamesForm(request.POST if request.method == "POST" else None, initial=initial)


def _show_invitation(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "people/invitation.html", context, status=status)
