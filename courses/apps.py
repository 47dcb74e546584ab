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
        from courses.forms.editing import ReaderPageForm
        from courses.holdings import HOLDINGS
        from courses.merging import MERGE_RULES
        from courses.models import Assignment, Contribution, Enrolment, LessonPage, ModulePage
        from courses.permissions import may_write_modules, objection_to_deletion
        from courses.services import (
            complete_if_earned,
            foretell_assignments,
            lessons_practising,
            lessons_showing,
            piles_of_lessons,
            uses_of_resource,
            withdraw_erased,
        )
        from courses.wagtail_hooks.proofing import FindingsPanel
        from library import desk, translatables, uses
        from library.services import kind_of_pages
        from people import consequences, holdings, merging, sightings

        def learning_since(moment: Any) -> Any:
            """People who enrolled, read or completed something since then."""
            recent = Q(enrolled_at__gte=moment) | Q(completed_at__gte=moment) | Q(progress__started_at__gte=moment)
            return Enrolment.objects.filter(recent).values("person")

        def pages_of_own_assignments(person: Any) -> Any:
            """Pages that say how far the person is with something, or was: of the agencies it ever belonged to."""
            paths = person.memberships.values_list("agency__path", flat=True)
            agencies = {int(key) for path in paths if path for key in path.strip("/").split("/")}
            reached = Assignment.objects.filter(Q(person=person) | Q(agency__in=agencies)).values_list("pk", flat=True)
            read = ["courses.assignment_read", "courses.assignment_downloaded"]
            return Q(action__in=read, object_id__in=[str(key) for key in reached])

        def pages_of_own_discussions(person: Any) -> Any:
            """Discussions in which the person wrote: the page of a question, of a module, and all that waits."""
            written = Contribution.objects.filter(person=person).order_by()
            threads = {str(row) for pair in written.values_list("pk", "question") for row in pair if row is not None}
            modules = {str(key) for key in written.values_list("module", flat=True)}
            if not threads:
                return None
            read = Q(object_type="courses.Contribution", object_id__in=threads)
            read |= Q(object_type="courses.Module", object_id__in=modules) | Q(object_type="")
            return read & Q(action="courses.discussion_read")

        def complete_together(_kept: Any, _merged: Any, journal: Any) -> None:
            """What two records have read and passed together may complete a module."""
            for enrolment in Enrolment.objects.filter(pk__in=journal.joined["courses.Enrolment"]).order_by("pk"):
                journal.final |= complete_if_earned(enrolment=enrolment)

        holdings.register(*HOLDINGS)
        merging.register(*MERGE_RULES)
        merging.register_follower(complete_together)
        holdings.register_keeper(learning_since)
        holdings.register_eraser(withdraw_erased)
        consequences.register(foretell_assignments)
        sightings.register(pages_of_own_assignments)
        sightings.register(pages_of_own_discussions)
        guards.register(objection_to_deletion)
        uses.register(uses_of_resource)
        uses.register_showing(lessons_showing)
        practice.register(lessons_practising)
        translatables.register(
            kind_of_pages("module", _("module"), ModulePage), kind_of_pages("lesson", _("lesson"), LessonPage)
        )
        desk.register(desk.Supplier(may_write_modules, piles_of_lessons))
        # Forms and panels know models and not the other way round, so the pages are told here what edits them.
        ModulePage.base_form_class = LessonPage.base_form_class = ReaderPageForm
        for model in (ModulePage, LessonPage):
            model.content_panels = [FindingsPanel(heading=_("Checks")), *model.content_panels]
