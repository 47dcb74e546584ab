"""Who may do what with modules, as small named questions."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import Assignment, Enrolment
from people.models import Account, Role


def can_assign(account: Account) -> bool:
    """Whether the account assigns modules: managers to everybody, coordinators to the own agencies and their people."""
    return account.is_authenticated and (account.sees_everybody or Role.COORDINATOR in account.active_roles)


def can_keep_paths(account: Account) -> bool:
    """Whether the account makes and changes paths of modules: managers and administrators."""
    return account.is_authenticated and account.sees_everybody


def may_write_modules(account: Any) -> bool:
    """Whether somebody plans modules in the CMS: those who write their rules. Which ones, their pages say."""
    return bool(account.has_perm("courses.change_module"))


def can_change(account: Account, assignment: Assignment) -> bool:
    """Whether the account takes an assignment back and exempts people from it: not one that came from above."""
    return Assignment.objects.changeable_by(account).filter(pk=assignment.pk).exists()


def objection_to_withdrawal(account: Account, assignment: Assignment) -> str | None:
    """Why somebody who may change an assignment does not take it back: it is the own, or a manager assigned it."""
    if account.pk == assignment.assigned_by_id:
        return None
    if assignment.person_id is not None and assignment.person_id == account.person_id:
        return _("Somebody else decides about what you have to complete.")
    if assignment.assigned_by.sees_everybody and not account.sees_everybody:
        return _("A programme manager assigned this, and only programme managers take it back.")
    return None


def objection_to_exemption(account: Account, assignment: Assignment) -> str | None:
    """Why somebody who may change an assignment lets nobody off it: a manager assigned it, and waits for it."""
    if assignment.assigned_by.sees_everybody and not account.sees_everybody:
        return _("A programme manager assigned this, and only programme managers exempt people from it.")
    return None


def objection_to_deletion(keys: frozenset[UUID]) -> str | None:
    """Why pages with these keys may not be deleted: people are enrolled in the module or have opened the lesson."""
    people = (
        Enrolment.objects.filter(Q(module__translation_key__in=keys) | Q(progress__lesson__translation_key__in=keys))
        .values("person")
        .distinct()
        .count()
    )
    if not people:
        return None
    return ngettext(
        "%(count)d person is enrolled: unpublish it instead.",
        "%(count)d people are enrolled: unpublish it instead.",
        people,
    ) % {"count": people}


class RulesOnlyPolicy(ModelPermissionPolicy):
    """Records of modules are made by publishing their pages and are never deleted: editors change their rules."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
