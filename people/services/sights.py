"""Who can see a person, and why."""

from django.utils.translation import gettext as _

from people import scopes
from people.models import Account, Person, Role, RoleGrant
from people.permissions import can_be_viewed
from people.scopes import Sight


def who_sees(*, person: Person) -> list[Sight]:
    """Every account that can see a person now, once for each reason: the other end of `Person.objects.visible_to`.

    Accounts that cannot sign in any more are left out, and so is the person.
    """
    found = [*_who_see_everybody(person), *scopes.sights(person)]
    others = [each for each in found if each.account.person_id != person.pk and each.account.is_active]
    return sorted(others, key=lambda each: (each.account.get_full_name(), each.account.pk))


def _who_see_everybody(person: Person) -> list[Sight]:
    """Managers and administrators, and whoever has the rights of the latter without a role.

    Administrators stand there once more where they may look at pages as the person (`services.viewing`).
    """
    grants = RoleGrant.objects.active().filter(role__in=[Role.MANAGER, Role.ADMINISTRATOR])
    held = list(grants.select_related("account__person"))
    named = {each.account_id for each in held}
    others = list(Account.objects.filter(is_superuser=True).exclude(pk__in=named).select_related("person"))
    administrators = [(each.account, each.valid_from) for each in held if each.role == Role.ADMINISTRATOR]
    account = getattr(person, "account", None)
    as_the_person = administrators + [(each, None) for each in others]
    if account is None or not can_be_viewed(account):
        as_the_person = []
    looks = _("May see the Academy as this person does, with a reason, and change nothing")
    return [
        *(
            Sight(
                each.account, _("For the whole Academy: %(role)s") % {"role": each.get_role_display()}, each.valid_from
            )
            for each in held
        ),
        *(Sight(each, _("All rights in the CMS"), None) for each in others),
        *(Sight(each, looks, since) for each, since in as_the_person),
    ]
