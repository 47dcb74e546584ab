"""Letters that let people in: sent, sent again, withdrawn, accepted."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from core.jobs import enqueue
from people import scopes
from people.emails import send_invitation_letter
from people.errors import PeopleError
from people.models import Account, Agency, Invitation, Language, Person
from people.services.admission import admit, current_membership, known_person, objection_to_agency

State = Invitation.State
# A second click within a minute is the same click, and sends no second letter.
SAME_CLICK = timedelta(minutes=1)


@transaction.atomic
def invite_person(
    *,
    agency: Agency,
    actor: Account,
    email: str = "",
    person: Person | None = None,
    since: date | None = None,
    language: str = Language.RU,
    **words: str,
) -> Invitation:
    """Send somebody a letter that lets them into an agency since a day (default today).

    `words` are names and the post, as the inviter knows them; of a person on record the record holds. An invitation
    that waits is returned and no second letter goes; one that has expired is sent anew.
    Raises PeopleError that says why somebody cannot be invited.
    """
    address = (email or (person.email if person else "")).strip().lower()
    person = person or known_person(address)
    if objection := objection_to_invitation(agency=agency, email=address, person=person):
        raise PeopleError(objection)
    open_ones = Invitation.objects.select_for_update().filter(accepted_at=None, withdrawn_at=None)
    existing = open_ones.filter(agency=agency, email=address).first()
    if existing is not None:
        return resend_invitation(invitation=existing, actor=actor) if _has_expired(existing) else existing
    invitation = Invitation.objects.create(
        agency=agency,
        person=person,
        email=address,
        language=person.language if person else language,
        since=since or timezone.localdate(),
        secret_digest=_digest(_new_secret()),
        invited_by=actor,
        invited_at=timezone.now(),
        expires_at=_expiry(),
        **_names(person, words),
    )
    after = {"agency": agency.code, "since": str(invitation.since)}
    record("people.invited", obj=invitation, actor=actor, subject=person, after=after)
    enqueue("people.tasks.send_invitation", invitation.pk)
    return invitation


def objection_to_invitation(*, agency: Agency, email: str, person: Person | None) -> str:
    """Say why somebody cannot be invited into an agency, in a sentence; empty when nothing is in the way."""
    if not email:
        return _("An invitation needs an e-mail.")
    if objection := objection_to_agency(agency):
        return objection
    return _objection_to_person(person, agency, email) if person is not None else ""


def _objection_to_person(person: Person, agency: Agency, email: str) -> str:
    if person.email and person.email != email:
        return _("%(person)s is known with another e-mail. Invite that address.") % {"person": person}
    membership = current_membership(person)
    if membership is not None and membership.agency_id != agency.pk:
        return _("Somebody with this e-mail belongs to another agency. Ask for a transfer instead.")
    if membership is not None and who_signed_in([person.pk]):
        return _("%(person)s belongs to %(agency)s and has signed in already.") % {"person": person, "agency": agency}
    return ""


def who_signed_in(people: Sequence[int]) -> frozenset[int]:
    """Those of some people who used their account: of one that was opened for a registration they may not know."""
    accounts = Account.objects.filter(person__in=people, last_login__isnull=False)
    return frozenset(pk for pk in accounts.values_list("person", flat=True) if pk is not None)


def _names(person: Person | None, words: Mapping[str, str]) -> dict[str, str]:
    names = {name: words.get(name, "") for name in ("family_name", "given_name", "patronymic")}
    if person is not None:
        names = {name: getattr(person, name) for name in names}
    return {**names, "post": words.get("post", "")}


def _new_secret() -> str:
    return secrets.token_urlsafe(24)


def _digest(secret: str) -> str:
    return salted_hmac("people.invitation", secret, algorithm="sha256").hexdigest()


def _expiry() -> Any:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _has_expired(invitation: Invitation) -> bool:
    return invitation.state_at(timezone.now()) == State.EXPIRED


@transaction.atomic
def resend_invitation(*, invitation: Invitation, actor: Account) -> Invitation:
    """Send the letter again with a new link; the time to answer begins anew, and older links end.

    Raises PeopleError when nobody can accept it any more.
    """
    locked = Invitation.objects.select_for_update().select_related("agency").get(pk=invitation.pk)
    state = locked.state_at(timezone.now())
    if state not in {State.WAITING, State.EXPIRED}:
        raise PeopleError(_said_of_state(state))
    if objection := objection_to_agency(locked.agency):
        raise PeopleError(objection)
    if state == State.WAITING and _expiry() - locked.expires_at < SAME_CLICK:
        return locked
    locked.expires_at = _expiry()
    locked.save(update_fields=["expires_at"])
    record("people.invitation_resent", obj=locked, actor=actor, subject=locked.person)
    enqueue("people.tasks.send_invitation", locked.pk)
    return locked


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: Account) -> Invitation:
    """Let nobody in by this letter any more. A second time changes nothing. Raises PeopleError when it was accepted."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at is not None:
        raise PeopleError(_said_of_state(State.ACCEPTED))
    if locked.withdrawn_at is None:
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        record("people.invitation_withdrawn", obj=locked, actor=actor, subject=locked.person)
    return locked


def send_invitation(*, invitation: Invitation) -> None:
    """Write the letter with a new secret, of which only the digest is kept, and send it.

    An invitation that does not wait any more is left alone.
    """
    secret = _new_secret()
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if waiting.update(secret_digest=_digest(secret)):
        send_invitation_letter(invitation, secret)


def find_invitation(secret: str) -> Invitation | None:
    """The invitation whose latest letter held this secret."""
    found = Invitation.objects.filter(secret_digest=_digest(secret))
    return found.select_related("agency", "person", "invited_by__person").first()


def person_of_invitation(invitation: Invitation) -> Person | None:
    """The person on record whom an invitation is for; None for somebody new."""
    return invitation.person or known_person(invitation.email)


def objection_to_acceptance(invitation: Invitation, account: Account | None) -> str:
    """Say why whoever opened the link cannot accept, in a sentence; empty when nothing is in the way.

    `account` is who is signed in in this browser, if anybody is.
    """
    state = invitation.state_at(timezone.now())
    if state != State.WAITING:
        return _said_of_state(state)
    if account is not None and not _is_for(invitation, account):
        return _(
            "This invitation is for somebody else: you are signed in as %(email)s. Nothing was changed. If it is for "
            "you, sign out first and open the link again."
        ) % {"email": account.email}
    return objection_to_agency(invitation.agency)


def _is_for(invitation: Invitation, account: Account) -> bool:
    same_person = invitation.person_id is not None and invitation.person_id == account.person_id
    return same_person or account.email == invitation.email


def _said_of_state(state: str) -> str:
    words = {
        State.ACCEPTED: gettext_lazy("This invitation was accepted already. Sign in with your work e-mail."),
        State.EXPIRED: gettext_lazy("This invitation has expired. Ask whoever invited you to send it again."),
        State.WITHDRAWN: gettext_lazy("This invitation was withdrawn. Ask the coordinator of your agency."),
    }
    return str(words[State(state)])


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, signed_in: Account | None = None, names: Mapping[str, str] | None = None
) -> Account:
    """Let whoever holds the letter in: the link came by mail, so the address is proved.

    The person on record, or a new one with `names` (default: those of the letter), gets an account and belongs to the
    agency since the day of the letter. Raises PeopleError that says why it does not happen.
    """
    locked = Invitation.objects.select_for_update(of=["self"]).select_related("agency", "person").get(pk=invitation.pk)
    if objection := objection_to_acceptance(locked, signed_in):
        raise PeopleError(objection)
    said = {name: getattr(locked, name) for name in ("family_name", "given_name", "patronymic")}
    account = admit(
        email=locked.email,
        person=locked.person,
        agency=locked.agency,
        since=locked.since,
        post=locked.post,
        language=locked.language,
        names={**said, **(names or {})},
        signed_in=signed_in,
    )
    locked.accepted_at, locked.accepted_by, locked.person = timezone.now(), account, account.person
    locked.save(update_fields=["accepted_at", "accepted_by", "person"])
    after = {"agency": locked.agency.code, "since": str(locked.since)}
    record("people.invitation_accepted", obj=locked, actor=account, subject=account.person, after=after)
    return account


def people_to_invite(account: Account) -> dict[int, int]:
    """Whom a facilitator may invite: people of the own workshops with an e-mail, who never signed in nor are invited.

    Returns the agency of the latest registration by person, as ids.
    """
    agencies: dict[int, int] = {}
    for way in scopes.inviting_ways():
        for person, agency in way(account):
            agencies.setdefault(person, agency)
    invited = Invitation.objects.waiting().filter(person__in=agencies).values("person")
    people = Person.objects.unmerged().filter(pk__in=agencies, account__last_login__isnull=True).exclude(email="")
    return {pk: agencies[pk] for pk in people.exclude(pk__in=invited).values_list("pk", flat=True)}
