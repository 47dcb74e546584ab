"""Who may do what with programmes."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from people.models import Account, Role
from people.permissions import has_role


class RulesOnlyPolicy(ModelPermissionPolicy):
    """Programmes are planned elsewhere and never deleted: in the CMS only what they consist of and ask for changes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


def can_plan(account: Account) -> bool:
    """Programme managers plan programmes and enter what was measured."""
    return has_role(account, Role.MANAGER)
