"""How people come in by themselves: an address is proved, somebody says who they are, a domain or a person decides."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.jobs import enqueue
from people.emails import plan_question
from people.errors import PeopleError
from people.models import Account, Agency, AgencyDomain, JoinRequest, Person, Role, RoleGrant
from people.services.accounts import open_account, verify_address
from people.services.admission import admit, current_membership, known_person, objection_to_agency

State = JoinRequest.State


@transaction.atomic
def prove_address(*, email: str) -> Account:
    """Return the account of somebody who has just shown that they read mail at an address.

    A person on record whom nobody gave an account gets one here, and with it everything recorded before; whoever is
    not on record gets an account that belongs to no person yet. The same address is the same account, however it is
    written. Raises PeopleError when the person of this address signs in with another one.
    """
    address = email.strip().lower()
    account = Account.objects.filter(email=address).first()
    person = known_person(address)
    if person is not None and (account is None or account.person_id is None):
        if Account.objects.filter(person=person).exists():
            raise PeopleError(_("You sign in with another e-mail already. Sign in with that one."))
        return open_account(person=person, email=address)
    if account is None:
        account = Account.objects.create_user(address)
        record("people.account_opened", obj=account, actor=account)
    verify_address(account)
    return account


def agency_of_domain(email: str) -> Agency | None:
    """The agency that approved the mail domain of an address. A domain below an approved one is another domain."""
    domain = email.strip().lower().rpartition("@")[2]
    approved = AgencyDomain.objects.filter(domain=domain).select_related("agency").first()
    return approved.agency if approved is not None else None


@transaction.atomic
def ask_to_join(
    *,
    account: Account,
    agency: Agency,
    family_name: str,
    given_name: str,
    since: date,
    language: str,
    patronymic: str = "",
    post: str = "",
) -> JoinRequest:
    """Ask to be taken into an agency. Its approved mail domain decides at once; otherwise a coordinator does.

    Asking the same agency again corrects what was said. Raises PeopleError that says why one cannot ask.
    """
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if objection := _objection_to_asking(locked, agency):
        raise PeopleError(objection)
    said = {
        "family_name": family_name,
        "given_name": given_name,
        "patronymic": patronymic,
        "post": post,
        "since": since,
        "language": language,
    }
    waiting = JoinRequest.objects.waiting().filter(account=locked).first()
    if waiting is not None and waiting.agency_id != agency.pk:
        raise PeopleError(
            _("Your request to join %(agency)s still waits. Withdraw it first.") % {"agency": waiting.agency}
        )
    request = waiting or JoinRequest(account=locked, agency=agency, asked_at=timezone.now())
    for name, value in said.items():
        setattr(request, name, value)
    request.save()
    if waiting is None:
        after = {"agency": agency.code, "since": str(since)}
        record("people.join_asked", obj=request, actor=locked, subject=locked.person, after=after)
    if agency_of_domain(locked.email) == agency:
        return _admit(request, decided_by=None)
    if waiting is None:
        for decider in deciders(agency):
            plan_question(request, decider)
    return request


def _objection_to_asking(account: Account, agency: Agency) -> str:
    if objection := objection_to_agency(agency):
        return objection
    membership = current_membership(account.person) if account.person else None
    if membership is None:
        return ""
    return _("You belong to %(agency)s. If you have moved, its coordinator can ask for a transfer.") % {
        "agency": membership.agency
    }


def deciders(agency: Agency) -> list[Person]:
    """Who is asked about those who want to join an agency: the nearest coordinators above it, else managers."""
    chain = [int(pk) for pk in (agency.path or "").strip("/").split("/") if pk]
    grants = RoleGrant.objects.active().filter(account__is_active=True, account__person__isnull=False)
    coordinators = grants.filter(role=Role.COORDINATOR, agency__in=chain).select_related("account__person", "agency")
    nearest: dict[int, list[Person]] = {}
    for grant in coordinators.order_by("account__person__sort_name", "pk"):
        nearest.setdefault(grant.agency.depth if grant.agency else 0, []).append(_person_of(grant))
    if nearest:
        return nearest[max(nearest)]
    managers = grants.filter(role=Role.MANAGER).select_related("account__person")
    return [_person_of(grant) for grant in managers.order_by("account__person__sort_name", "pk")]


def _person_of(grant: RoleGrant) -> Person:
    assert grant.account.person is not None  # noqa: S101 - the query asks for it
    return grant.account.person


def _admit(request: JoinRequest, decided_by: Account | None, person: Person | None = None) -> JoinRequest:
    account = admit(
        email=request.account.email,
        person=request.account.person or person,
        agency=request.agency,
        since=request.since,
        post=request.post,
        language=request.language,
        names={name: getattr(request, name) for name in ("family_name", "given_name", "patronymic")},
        signed_in=request.account,
    )
    request.account = account
    return _decide(request, State.APPROVED, decided_by)


def _decide(request: JoinRequest, state: str, decided_by: Account | None, reason: str = "") -> JoinRequest:
    request.state, request.decided_at = State(state), timezone.now()
    request.decided_by, request.reason = decided_by, reason
    request.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    record(
        f"people.join_{request.state}",
        obj=request,
        actor=decided_by or request.account,
        subject=request.account.person,
        after={"agency": request.agency.code, "since": str(request.since)},
        reason=reason,
    )
    return request


def namesakes_of(request: JoinRequest, account: Account) -> list[Person]:
    """People whom the decider may see who may be the one who asks: the same name, and neither e-mail nor account."""
    if request.account.person_id is not None:
        return []
    seen = Person.objects.visible_to(account).filter(email="", account__isnull=True)
    return list(seen.namesakes(request.family_name, request.given_name, request.patronymic))


@transaction.atomic
def approve_request(*, request: JoinRequest, actor: Account, same_as: str = "") -> JoinRequest:
    """Take somebody in, as the known person with the public code `same_as` if the decider knows that it is this one.

    Raises PeopleError when somebody else has decided, or when the person cannot join.
    """
    locked = _waiting(request, actor, State.APPROVED)
    if locked.state == State.APPROVED:
        return locked
    person = next((each for each in namesakes_of(locked, actor) if each.public_code == same_as), None)
    return _admit(locked, decided_by=actor, person=person)


@transaction.atomic
def refuse_request(*, request: JoinRequest, reason: str, actor: Account) -> JoinRequest:
    """Refuse somebody with a reason, which they read. Raises PeopleError when somebody else has decided."""
    locked = _waiting(request, actor, State.REFUSED)
    if locked.state == State.REFUSED:
        return locked
    refused = _decide(locked, State.REFUSED, actor, reason)
    enqueue("people.tasks.send_refusal", refused.pk)
    return refused


@transaction.atomic
def withdraw_request(*, request: JoinRequest) -> JoinRequest:
    """Take the own request back. A second time changes nothing. Raises PeopleError when it was decided."""
    locked = JoinRequest.objects.select_for_update(of=["self"]).select_related("account", "agency").get(pk=request.pk)
    if locked.state == State.WITHDRAWN:
        return locked
    if locked.state != State.WAITING:
        raise PeopleError(said_of_decision(locked))
    return _decide(locked, State.WITHDRAWN, None)


def _waiting(request: JoinRequest, actor: Account, wanted: str) -> JoinRequest:
    """Lock a request that waits, or that the same actor decided the same way: a second click changes nothing."""
    locked = (
        JoinRequest.objects.select_for_update(of=["self"])
        .select_related("account__person", "agency", "decided_by__person")
        .get(pk=request.pk)
    )
    if locked.account_id == actor.pk:
        raise PeopleError(_("Somebody else decides about your own request."))
    if locked.state == State.WAITING or (locked.state == wanted and locked.decided_by_id == actor.pk):
        return locked
    raise PeopleError(said_of_decision(locked))


def said_of_decision(request: JoinRequest) -> str:
    """Who decided about a request and what, in a sentence."""
    words = {
        State.APPROVED: _("%(who)s has approved this request already."),
        State.REFUSED: _("%(who)s has refused this request already."),
        State.WITHDRAWN: _("The person has withdrawn this request."),
    }
    if request.state == State.APPROVED and request.decided_by is None:
        return _("The mail domain of the agency has let this person in already.")
    who = request.decided_by.get_full_name() if request.decided_by else ""
    return words[State(request.state)] % {"who": who}
