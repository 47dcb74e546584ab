"""Who may do what with questions, tests and marks, as small named questions."""

import re
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from assessments.models import QuestionText
from people.models import Role
from people.permissions import has_role


class NeverDeletedPolicy(ModelPermissionPolicy):
    """Categories, objectives and tests hold on to answers that people gave: editors change them and delete none."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class PicturePolicy(CollectionOwnershipPermissionPolicy):
    """A picture that a question shows, or showed to somebody who answered it, stays in the library."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action == "delete" and is_in_a_question(instance.pk):
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


def is_in_a_question(picture: int) -> bool:
    """Whether the words of any question, of an earlier version too, name the picture with this id; one query."""
    said = QuestionText.objects.annotate(said=Cast("words", TextField())).filter(said__contains=f"image:{picture}")
    named = re.compile(rf"image:{picture}(?![0-9])")
    return any(named.search(each) for each in said.values_list("said", flat=True))


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
