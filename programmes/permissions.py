"""Who may do what with programmes."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class RulesOnlyPolicy(ModelPermissionPolicy):
    """Programmes are planned elsewhere and never deleted: in the CMS only what they consist of and ask for changes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
