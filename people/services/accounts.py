"""Who may sign in."""

import re

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Account, Person


@transaction.atomic
def open_account(*, person: Person, email: str = "") -> Account:
    """Give a person the right to sign in with the work e-mail. An account that exists is returned.

    The address counts as verified, for the agency vouches for it: nobody else can claim it from then on.
    """
    existing = Account.objects.filter(person=person).first()
    if existing is not None:
        return existing
    address = (email or person.email).strip().lower()
    if not address:
        raise PeopleError(_("%(person)s has no e-mail, so no account can be opened.") % {"person": person})
    account, created = Account.objects.get_or_create(email=address)
    if not created and account.person_id not in (None, person.pk):
        raise PeopleError(_("The account %(email)s belongs to another person.") % {"email": address})
    if created:
        account.set_unusable_password()
    account.person = person
    account.save()
    verify_address(account)
    record("people.account_opened", obj=account, subject=person)
    return account


def verify_address(account: Account) -> None:
    """Make the account's e-mail its verified primary address; claims of other accounts to it that nobody verified end.

    Raises PeopleError when another account has verified the address.
    """
    claims = EmailAddress.objects.filter(email__iexact=account.email).exclude(user=account)
    if claims.filter(verified=True).exists():
        raise PeopleError(_("The account %(email)s belongs to another person.") % {"email": account.email})
    claims.delete()
    own = EmailAddress.objects.filter(user=account)
    own.exclude(email=account.email).update(primary=False)
    own.update_or_create(user=account, email=account.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def open_account_for_email(*, email: str) -> Account:
    """Open an account where only the e-mail is known. A person whom nobody registered is named after the address.

    "anna.kavaliova@example.org" becomes Kavaliova Anna until somebody writes the name as the passport has it.
    """
    address = email.strip().lower()
    person = Person.objects.filter(email=address, merged_into__isnull=True).first()
    if person is None:
        *given, family = re.split(r"[._-]+", address.partition("@")[0])
        person = Person.objects.create(
            family_name=family.capitalize(), given_name=" ".join(part.capitalize() for part in given), email=address
        )
        record("people.person_created", obj=person, subject=person)
    return open_account(person=person, email=address)
