"""Two accounts of one human being: one stays able to sign in with all e-mail addresses, the other one is closed."""

from collections.abc import Iterable
from functools import partial

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from people.errors import PeopleError
from people.holdings import Holding, Merging, holdings
from people.models import Account, Person, RoleGrant, RoleGrantQuerySet
from people.services.holdings import leads_to_account
from people.services.journal import Journal
from people.services.merged_rows import move_rows

# Where the address of a closed account leads: its own one belongs to the account that stays.
CLOSED = "merged.invalid"


def accounts_of(kept: Person, merged: Person) -> tuple[Account | None, Account | None]:
    """The accounts of two people."""
    found = {each.person_id: each for each in Account.objects.filter(person__in=[kept, merged]).order_by("pk")}
    return found.get(kept.pk), found.get(merged.pk)


def roles_not_over(accounts: Iterable[Account]) -> RoleGrantQuerySet:
    """Roles that some accounts have or will have."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    return RoleGrant.objects.filter(lasting, account__in=accounts)


def account_that_stays(kept: Person, merged: Person) -> Account | None:
    """The account that one would keep of two: that with roles in force, else the one that was used last."""
    both = [each for each in accounts_of(kept, merged) if each is not None]
    held = set(roles_not_over(both).values_list("account", flat=True))

    def worth(account: Account) -> tuple[bool, bool, float]:
        seen = account.last_login.timestamp() if account.last_login else 0.0
        return account.is_active, account.is_superuser or account.pk in held, seen

    return max(both, key=worth, default=None)


def merge_accounts(journal: Journal, kept: Person, merged: Person, staying: Account | None) -> Account | None:
    """Let one account belong to the person who stays, with everything that accounts hold. Returns the closed one."""
    own, other = accounts_of(kept, merged)
    if other is None:
        return None
    if own is None:
        journal.change(other, person_id=kept.pk)
        return None
    stays = next((each for each in (own, other) if each == staying), account_that_stays(kept, merged) or own)
    closed = other if stays == own else own
    _check_rights(closed)
    address = closed.email
    journal.change(own, person_id=None)
    journal.change(closed, email=f"account{closed.pk}@{CLOSED}", is_active=False)
    for holding in _of_accounts():
        move_rows(journal, apps.get_model(holding.model), holding.path, source=closed.pk, target=stays.pk)
    for account, person in ((stays, kept), (closed, merged)):
        journal.change(Account.objects.get(pk=account.pk), person_id=person.pk)
    transaction.on_commit(partial(_end_sessions, closed.pk))
    closed.email = address
    return closed


def _check_rights(closed: Account) -> None:
    """No right ever comes to an account by a merge."""
    named = [str(each.get_role_display()) for each in roles_not_over([closed])]
    if closed.is_superuser and not named:
        named = [_("all rights in the CMS")]
    if named:
        raise PeopleError(
            _("The account %(email)s has roles (%(roles)s). Keep this account, or end its roles first.")
            % {"email": closed.email, "roles": ", ".join(named)}
        )


def _of_accounts() -> list[Holding]:
    """What goes over with an account."""
    return [
        each
        for each in holdings()
        if each.merging != Merging.STAYS
        and "__" not in each.path
        and leads_to_account(each)
        and each.model != "usersessions.UserSession"
    ]


def _end_sessions(account: int) -> None:
    for session in UserSession.objects.filter(user=account):
        session.end()
