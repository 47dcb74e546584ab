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
        from assessments.permissions import may_change_bank, may_mark
        from assessments.services.desk import piles_of_markers, piles_of_question_editors
        from assessments.services.translations import KIND
        from library import desk, translatables
        from people import holdings, merging

        def tested_since(moment: Any) -> Any:
            return Attempt.objects.filter(started_at__gte=moment).values("person")

        holdings.register(*HOLDINGS)
        # Attempts go on counting. Of two that are open, the one with more answers goes on.
        merging.register(
            merging.MergeRule(
                "assessments.Attempt",
                better=lambda attempt: attempt.items.filter(response__isnull=False).count(),
                drops=True,
                numbered="number",
                named=lambda attempt: str(attempt.test.title),
                says=_("Both are taking the same test at present: the attempt with fewer answers is set aside."),
            )
        )
        holdings.register_keeper(tested_since)
        translatables.register(KIND)
        desk.register(
            desk.Supplier(may_change_bank, piles_of_question_editors), desk.Supplier(may_mark, piles_of_markers)
        )
