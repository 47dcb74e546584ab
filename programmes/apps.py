from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses import cohorts, uses
        from people import holdings, merging
        from people.models import Person
        from programmes import receivers  # noqa: F401
        from programmes.holdings import HOLDINGS
        from programmes.models import Programme
        from programmes.services import COHORTS_OF_WORKSHOPS, complete_person, workshops_with_module

        def of_programmes_since(moment: Any) -> Any:
            """People in workshops or modules of a programme that was not over then."""
            lasting = Programme.objects.filter(ends_on__gte=moment.date())
            registered = Q(registrations__workshop__in=lasting.values("workshops"))
            return Person.objects.filter(registered | Q(enrolments__module__in=lasting.values("modules"))).values("pk")

        def complete_together(kept: Any, _merged: Any, journal: Any) -> None:
            """The parts that two records completed may be a whole programme."""
            journal.final |= complete_person(person=kept) > 0

        holdings.register(*HOLDINGS)
        uses.register(workshops_with_module)
        cohorts.register(COHORTS_OF_WORKSHOPS)
        # Who completed a programme twice completed it the first time.
        merging.register(
            merging.MergeRule(
                "programmes.ProgrammeCompletion",
                better=lambda completion: -completion.completed_at.timestamp(),
                named=lambda completion: str(completion.programme.title),
                says=_("Both records completed the same programme: the first time counts."),
            )
        )
        merging.register_follower(complete_together)
        holdings.register_keeper(of_programmes_since)
