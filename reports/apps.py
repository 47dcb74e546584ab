from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from library import desk
        from people import consequences, holdings, sightings
        from people.models import Agency
        from reports.holdings import HOLDINGS
        from reports.queries.stumbling import piles_of_questions, reads_about_questions
        from reports.services import foretell_reports

        def reports_with_the_person(person: Any) -> Any:
            """Reports with names, and files of them, about everybody or about an agency of the person or above it."""
            paths = person.memberships.values_list("agency__path", flat=True)
            keys = {int(key) for path in paths for key in (path or "").strip("/").split("/") if key}
            codes = list(Agency.objects.filter(pk__in=keys).values_list("code", flat=True))
            about = Q(after__agency__in=codes) | ~Q(after__has_key="agency")
            return about & Q(action__in=["reports.read", "reports.file_fetched"], at__gte=person.created_at)

        holdings.register(*HOLDINGS)
        sightings.register(reports_with_the_person)
        consequences.register(foretell_reports)
        desk.register(desk.Supplier(reads_about_questions, piles_of_questions))
