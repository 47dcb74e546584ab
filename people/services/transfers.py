"""Moves of people between agencies, on a day: one side asks, the other side or a manager agrees."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from people import emails
from people.errors import PeopleError
from people.models import Account, Agency, Membership, Person, Role, RoleGrant, Transfer
from people.permissions import can_answer_transfer, can_coordinate, can_withdraw_transfer
from people.services.memberships import join_agency
from people.services.vacancies import warn_of_vacancies
from people.signals import memberships_changed


@transaction.atomic
def ask_transfer(
    *, person: Person, gaining: Agency, on: date, actor: Account, post: str = "", reason: str = ""
) -> Transfer:
    """Say that a person belongs to another agency from a day on.

    It happens when the other side agrees; at once where the actor speaks for both sides (a manager, a coordinator above
    both). Raises PeopleError where the person cannot move like that, or somebody has asked already.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    membership = _membership_on(person, on)
    losing = membership.agency
    _check(person, membership, gaining, on)
    sides = [can_coordinate(actor, losing), can_coordinate(actor, gaining)]
    if not any(sides) and not actor.sees_everybody:
        raise PeopleError(_("A coordinator of one of the two agencies, or a manager, asks for a transfer."))
    waiting = Transfer.objects.asked().filter(person=person).first()
    if waiting is not None:
        raise PeopleError(
            _("A transfer of %(person)s was asked for on %(day)s and waits for an answer.")
            % {"person": person, "day": date_format(timezone.localdate(waiting.asked_at))}
        )
    transfer = Transfer.objects.create(
        person=person, losing=losing, gaining=gaining, on=on, post=post, reason=reason, asked_by=actor
    )
    _note("people.transfer_asked", transfer, actor, reason)
    if actor.sees_everybody or all(sides):
        return _confirm(transfer, actor)
    emails.transfer_asked(transfer, _coordinators(gaining if sides[0] else losing))
    return transfer


@transaction.atomic
def confirm_transfer(*, transfer: Transfer, actor: Account) -> Transfer:
    """Agree to a transfer: the membership follows on its day, minutes of registers that nobody signed as well.

    Raises PeopleError for who may not answer, and with the name of who was first where it was answered already.
    """
    locked = _waiting(transfer)
    if not can_answer_transfer(actor, locked):
        raise PeopleError(_("The other agency or a manager answers this transfer."))
    _check(locked.person, _membership_on(locked.person, locked.on), locked.gaining, locked.on)
    return _confirm(locked, actor)


@transaction.atomic
def refuse_transfer(*, transfer: Transfer, reason: str, actor: Account) -> Transfer:
    """Say no to a transfer, with a reason: the person stays. Raises PeopleError as `confirm_transfer` does."""
    locked = _waiting(transfer)
    if not can_answer_transfer(actor, locked):
        raise PeopleError(_("The other agency or a manager answers this transfer."))
    return _end(locked, Transfer.State.REFUSED, reason, actor)


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, reason: str, actor: Account) -> Transfer:
    """Take back what the own side asked for. Raises PeopleError as `confirm_transfer` does."""
    locked = _waiting(transfer)
    if not can_withdraw_transfer(actor, locked):
        raise PeopleError(_("Whoever asked for a transfer, or a manager, takes it back."))
    return _end(locked, Transfer.State.WITHDRAWN, reason, actor)


def _membership_on(person: Person, day: date) -> Membership:
    """The primary membership that a move on a day would end."""
    found = Membership.objects.on(day).filter(person=person, primary=True).select_related("agency").first()
    if found is None:
        raise PeopleError(_("%(person)s belongs to no agency on that day.") % {"person": person})
    return found


def _check(person: Person, membership: Membership, gaining: Agency, on: date) -> None:
    if membership.agency_id == gaining.pk:
        raise PeopleError(_("%(person)s belongs to %(agency)s already.") % {"person": person, "agency": gaining})
    if membership.valid_to is not None:
        raise PeopleError(
            _("%(person)s left %(agency)s on %(day)s already. Choose a later day.")
            % {"person": person, "agency": membership.agency, "day": date_format(membership.valid_to)}
        )
    if membership.valid_from >= on:
        raise PeopleError(
            _("%(person)s came to %(agency)s on %(day)s. Choose a later day.")
            % {"person": person, "agency": membership.agency, "day": date_format(membership.valid_from)}
        )
    if not Agency.objects.open_on(on).filter(pk=gaining.pk, closed_on__isnull=True).exists():
        raise PeopleError(_("%(agency)s is not there on that day, or closes later.") % {"agency": gaining})


def _waiting(transfer: Transfer) -> Transfer:
    """The transfer as it is now, locked. Raises PeopleError, with who answered, when it waits no more."""
    locked = Transfer.objects.select_for_update(of=("self",)).select_related("person", "losing", "gaining", "asked_by")
    found = locked.get(pk=transfer.pk)
    if found.state != Transfer.State.ASKED:
        raise PeopleError(
            _("This transfer waits no more. State: %(state)s, by %(who)s.")
            % {"state": found.get_state_display(), "who": found.decided_by.get_full_name() if found.decided_by else "–"}
        )
    return found


def _confirm(transfer: Transfer, actor: Account) -> Transfer:
    _decide(transfer, Transfer.State.CONFIRMED, "", actor)
    join_agency(person=transfer.person, agency=transfer.gaining, since=transfer.on, post=transfer.post)
    _note("people.transfer_confirmed", transfer, actor, transfer.reason)
    memberships_changed.send(sender=Membership, people={transfer.person_id}, since=transfer.on)
    _end_roles(transfer, actor)
    emails.transfer_decided(transfer, [*_coordinators(transfer.losing), *_coordinators(transfer.gaining)])
    return transfer


def _end(transfer: Transfer, state: str, reason: str, actor: Account) -> Transfer:
    if not reason.strip():
        raise PeopleError(_("Say why."))
    _decide(transfer, state, reason.strip(), actor)
    refused = state == Transfer.State.REFUSED
    _note("people.transfer_refused" if refused else "people.transfer_withdrawn", transfer, actor, transfer.answer)
    emails.transfer_decided(transfer, [*_coordinators(transfer.losing), *_coordinators(transfer.gaining)])
    return transfer


def _decide(transfer: Transfer, state: str, answer: str, actor: Account) -> None:
    transfer.state, transfer.answer = state, answer
    transfer.decided_by, transfer.decided_at = actor, timezone.now()
    transfer.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _note(action: str, transfer: Transfer, actor: Account, reason: str) -> None:
    after = {"losing": transfer.losing.code, "gaining": transfer.gaining.code, "on": str(transfer.on)}
    record(action, obj=transfer, actor=actor, subject=transfer.person, after=after, reason=reason)


def _coordinators(agency: Agency) -> list[Person]:
    """Who is written to for an agency: its own coordinators, or where it has none those next above it."""
    paths = (agency.path or "").strip("/").split("/")
    grants = RoleGrant.objects.active().filter(
        role=Role.COORDINATOR, agency__in=[int(pk) for pk in paths if pk], account__is_active=True
    )
    found = list(grants.exclude(account__person=None).select_related("account__person", "agency"))
    nearest = max((len(each.agency.path or "") for each in found if each.agency), default=0)
    return [
        each.account.person
        for each in found
        if each.account.person and each.agency and len(each.agency.path or "") == nearest
    ]


def _end_roles(transfer: Transfer, actor: Account) -> None:
    end_roles_with(
        person=transfer.person,
        losing=transfer.losing,
        gaining=transfer.gaining,
        on=transfer.on,
        actor=actor,
        reason=transfer.reason,
    )


def end_roles_with(
    *, person: Person, losing: Agency, gaining: Agency, on: date, actor: Account | None, reason: str = ""
) -> list[RoleGrant]:
    """End coordinator's roles that somebody held because of the agency that is left, and warn of what is missing.

    Returns the roles as they are now.
    """
    reaching = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    held = RoleGrant.objects.filter(reaching, account__person=person, role=Role.COORDINATOR)
    ended = []
    for grant in held.select_related("agency", "account"):
        path, left = (grant.agency.path if grant.agency else "") or "", losing.path or ""
        related = left.startswith(path) or path.startswith(left)
        if not related or (gaining.path or "").startswith(path):
            continue
        grant.valid_to = on - timedelta(days=1)
        grant.save(update_fields=["valid_to"])
        record(
            "people.role_revoked",
            obj=grant,
            actor=actor,
            subject=person,
            before={"role": grant.role},
            after={"until": str(grant.valid_to)},
            reason=reason,
        )
        ended.append(grant)
    warn_of_vacancies(agencies=[grant.agency for grant in ended if grant.agency], day=on)
    return ended
