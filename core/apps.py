from django.apps import AppConfig
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.connections import look_at_connections

        # After what Django does there: it forgets which connections were sound during the request before.
        request_started.connect(look_at_connections)
