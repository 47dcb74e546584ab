from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Workshops")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import guards
        from people import scopes
        from workshops import receivers  # noqa: F401
        from workshops.models import Registration, Workshop
        from workshops.permissions import objection_to_deletion

        def people_of_own_workshops(account: Any) -> Any:
            workshops = Workshop.objects.facilitated_by(account).values("pk")
            return Registration.objects.filter(workshop__in=workshops).values("person")

        guards.register(objection_to_deletion)
        scopes.register(people_of_own_workshops)
