from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments.holdings import HOLDINGS
        from assessments.models import Attempt
        from people import holdings

        def tested_since(moment: Any) -> Any:
            return Attempt.objects.filter(started_at__gte=moment).values("person")

        holdings.register(*HOLDINGS)
        holdings.register_keeper(tested_since)
