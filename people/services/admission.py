"""What letting somebody in comes to, whichever way they came: a person, an account, an agency since a day, a letter."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.emails import plan_welcome
from people.errors import PeopleError
from people.models import Account, Agency, Membership, Person
from people.services.accounts import open_account
from people.services.memberships import join_agency
from people.services.persons import create_person


def known_person(email: str) -> Person | None:
    """The person on record with an e-mail, written in whatever case and with whatever spaces."""
    address = email.strip().lower()
    return Person.objects.by_email([address]).get(address)


def current_membership(person: Person) -> Membership | None:
    """The primary membership in force today, with its agency."""
    current = Membership.objects.current().filter(person=person, primary=True)
    return current.select_related("agency").first()


def objection_to_agency(agency: Agency) -> str:
    """Say that nobody can join an agency which is closed, in a sentence; empty for one that is there."""
    if agency.closed_on is not None and agency.closed_on <= timezone.localdate():
        return _("%(agency)s is closed.") % {"agency": agency}
    return ""


@transaction.atomic
def admit(
    *,
    email: str,
    agency: Agency,
    since: date,
    names: Mapping[str, str],
    post: str = "",
    language: str,
    person: Person | None = None,
    signed_in: Account | None = None,
) -> Account:
    """Let somebody who proved an e-mail into an agency since a day, and write to them. Returns their account.

    Whoever is on record stays the same person with everything recorded before; of them the record's names hold. Who
    belongs to the agency already stays as long as they have been. `signed_in` is their account, if they are signed in.
    Raises PeopleError that says why it does not happen.
    """
    known = (person.merged_into or person) if person is not None else known_person(email)
    if known is not None:
        _check_account(known, email, signed_in)
        _belong(known, agency, since, post, email)
    elif names.get("family_name") and names.get("given_name"):
        known = create_person(
            agency=agency,
            family_name=names["family_name"],
            given_name=names["given_name"],
            patronymic=names.get("patronymic", ""),
            email=email,
            post=post,
            since=since,
            language=language,
        )
    else:
        raise PeopleError(_("Write the family name and the given name."))
    account = open_account(person=known, email=email)
    if not account.is_active:
        raise PeopleError(_("This account is closed. Ask the people who help."))
    membership = Membership.objects.filter(person=known, primary=True, agency=agency).latest("valid_from")
    plan_welcome(membership)
    return account


def _check_account(person: Person, email: str, signed_in: Account | None) -> None:
    """An e-mail on record lets nobody into an account that has another one: records are changed by others, too."""
    account = Account.objects.filter(person=person).first()
    if account is not None and account.email != email and account != signed_in:
        raise PeopleError(_("You sign in with another e-mail already. Sign in with that one."))


def _belong(person: Person, agency: Agency, since: date, post: str, email: str) -> None:
    if not person.email:
        person.email = email
        person.save(update_fields=["email", "search_text", "sort_name"])
        record("people.email_added", obj=person, subject=person)
    membership = current_membership(person)
    if membership is None:
        join_agency(person=person, agency=agency, since=_after_earlier_ones(person, since), post=post)
    elif membership.agency_id != agency.pk:
        raise PeopleError(
            _("%(person)s belongs to %(agency)s. A coordinator can ask for a transfer.")
            % {"person": person, "agency": membership.agency}
        )


def _after_earlier_ones(person: Person, since: date) -> date:
    """Nobody belongs to two agencies on one day: a day that an earlier membership covers is too early."""
    ended = Membership.objects.filter(person=person, primary=True, valid_to__gte=since).order_by("valid_to").last()
    return ended.valid_to + timedelta(days=1) if ended is not None and ended.valid_to is not None else since
