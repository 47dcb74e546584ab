"""Who may do what with questions, tests and marks, as small named questions."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from people.models import Role
from people.permissions import has_role


class NeverDeletedPolicy(ModelPermissionPolicy):
    """Categories, objectives and tests hold on to answers that people gave: editors change them and delete none."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


def may_change_bank(user: Any) -> bool:
    """Whether somebody writes questions."""
    return user.has_perm("assessments.change_question")


def may_change_tests(user: Any) -> bool:
    """Whether somebody writes tests."""
    return user.has_perm("assessments.change_test")


def may_mark(user: Any) -> bool:
    """Whether somebody marks answers and looks at marks again. Facilitators know their participants and do not."""
    return has_role(user, Role.EDITOR, Role.MANAGER)


def may_make_exceptions(user: Any) -> bool:
    """Whether somebody lets other rules hold for a person or an agency. Why they hold is nobody else's business."""
    return has_role(user, Role.MANAGER)
