"""Who can see a person, and why."""

from django.utils.translation import gettext as _

from people import scopes
from people.models import Account, Person, Role, RoleGrant
from people.scopes import Sight


def who_sees(*, person: Person) -> list[Sight]:
    """Every account that can see a person now, once for each reason: the other end of `Person.objects.visible_to`.

    Accounts that cannot sign in any more are left out, and so is the person.
    """
    found = [*_who_see_everybody(), *scopes.sights(person)]
    others = [each for each in found if each.account.person_id != person.pk and each.account.is_active]
    return sorted(others, key=lambda each: (each.account.get_full_name(), each.account.pk))


def _who_see_everybody() -> list[Sight]:
    """Managers and administrators, and whoever has the rights of the latter without a role."""
    grants = RoleGrant.objects.active().filter(role__in=[Role.MANAGER, Role.ADMINISTRATOR])
    found = [
        Sight(each.account, _("For the whole Academy: %(role)s") % {"role": each.get_role_display()}, each.valid_from)
        for each in grants.select_related("account__person")
    ]
    named = {each.account.pk for each in found}
    others = Account.objects.filter(is_superuser=True).exclude(pk__in=named).select_related("person")
    return [*found, *(Sight(each, _("All rights in the CMS"), None) for each in others)]
