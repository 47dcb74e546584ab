from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments import uses as practice
        from core import guards
        from courses import receivers  # noqa: F401
        from courses.forms import ReaderPageForm
        from courses.holdings import HOLDINGS
        from courses.models import Enrolment, LessonPage, ModulePage
        from courses.permissions import objection_to_deletion
        from courses.services import lessons_practising, uses_of_resource
        from library import uses
        from people import holdings

        def learning_since(moment: Any) -> Any:
            """People who enrolled, read or completed something since then."""
            recent = Q(enrolled_at__gte=moment) | Q(completed_at__gte=moment) | Q(progress__started_at__gte=moment)
            return Enrolment.objects.filter(recent).values("person")

        holdings.register(*HOLDINGS)
        holdings.register_keeper(learning_since)
        guards.register(objection_to_deletion)
        uses.register(uses_of_resource)
        practice.register(lessons_practising)
        # Forms know models and not the other way round, so the pages are told here which form edits them.
        ModulePage.base_form_class = LessonPage.base_form_class = ReaderPageForm
