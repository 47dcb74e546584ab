"""Who may do what with the question bank, as small named questions."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class NeverDeletedPolicy(ModelPermissionPolicy):
    """Categories, objectives and tests hold on to answers that people gave: editors change them and delete none."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


def may_change_bank(user: Any) -> bool:
    """Whether somebody writes questions."""
    return user.has_perm("assessments.change_question")
