from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import checks, scopes  # noqa: F401  (checks register themselves)
        from people.models import Agency, Membership

        def members_of_coordinated_agencies(account: Any) -> Any:
            agencies = Agency.objects.coordinated_by(account).values("pk")
            return Membership.objects.filter(agency__in=agencies).values("person")

        scopes.register(members_of_coordinated_agencies)
