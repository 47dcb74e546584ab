from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certificates import receivers  # noqa: F401
        from certificates.holdings import HOLDINGS
        from certificates.models import Certificate
        from certificates.services import erase_all_of
        from certificates.services.translations import KIND
        from library import translatables
        from people import holdings, merging

        def holders(moment: Any) -> Any:
            """Holders of certificates in force that are not older than such records have to be kept."""
            now = timezone.now()
            since = now - timedelta(days=settings.RETENTION_CERTIFICATE_MONTHS * 30.44)
            in_force = Certificate.objects.standing().filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
            return in_force.filter(erased_at__isnull=True, issued_at__gte=since).values("person")

        def why_not_two(one: Any, other: Any) -> str:
            """What a certificate is worth is never changed by the way: somebody decides which of two stays."""
            return gettext(
                "Both have a certificate in force for the same thing: %(one)s and %(other)s. Revoke one of them first."
            ) % {"one": one.code, "other": other.code}

        holdings.register(*HOLDINGS)
        merging.register(merging.MergeRule("certificates.Certificate", refuses=why_not_two))
        holdings.register_keeper(holders)
        translatables.register(KIND)
        holdings.register_eraser(erase_all_of, last=True)
