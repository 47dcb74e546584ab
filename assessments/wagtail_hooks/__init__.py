"""Question bank and tests in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.images import get_image_model
from wagtail.permissions import register_permission_policy

from assessments.models import Category, Objective, Question, Test
from assessments.permissions import NeverDeletedPolicy, PicturePolicy
from assessments.wagtail_hooks.appeals import AppealViewSet
from assessments.wagtail_hooks.bank import CategoryViewSet, ObjectiveViewSet, QuestionViewSet
from assessments.wagtail_hooks.exceptions import ExceptionViewSet
from assessments.wagtail_hooks.marking import MarkingViewSet
from assessments.wagtail_hooks.question_bulk import MoveAction, StatusAction, TagsAction
from assessments.wagtail_hooks.tests import TestViewSet

for _model in (Category, Objective, Question, Test):
    register_permission_policy(_model, NeverDeletedPolicy(_model))

# As Wagtail has it for pictures, but for those in questions. "Exact" goes before Wagtail's own, registered later.
register_permission_policy(
    get_image_model(),
    PicturePolicy(get_image_model(), auth_model="wagtailimages.Image", owner_field_name="uploaded_by_user"),
    exact_class=True,
)


class AssessmentViewSetGroup(ModelViewSetGroup):
    """One place in the menu."""

    menu_label = _("Assessment")
    menu_icon = "tasks"
    items = (
        QuestionViewSet("questions"),
        TestViewSet("tests"),
        MarkingViewSet("marking"),
        AppealViewSet("appeals"),
        ExceptionViewSet("exceptions"),
        ObjectiveViewSet("objectives"),
        CategoryViewSet("question-categories"),
    )


@hooks.register("register_admin_viewset")
def register_assessment() -> AssessmentViewSetGroup:
    return AssessmentViewSetGroup()


for _action in (MoveAction, TagsAction, StatusAction):
    hooks.register("register_bulk_action", _action)
