from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import holdings
        from people.models import Person
        from programmes import receivers  # noqa: F401
        from programmes.holdings import HOLDINGS
        from programmes.models import Programme

        def of_programmes_since(moment: Any) -> Any:
            """People in workshops or modules of a programme that was not over then."""
            lasting = Programme.objects.filter(ends_on__gte=moment.date())
            registered = Q(registrations__workshop__in=lasting.values("workshops"))
            return Person.objects.filter(registered | Q(enrolments__module__in=lasting.values("modules"))).values("pk")

        holdings.register(*HOLDINGS)
        holdings.register_keeper(of_programmes_since)
