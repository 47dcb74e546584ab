"""Background jobs."""

from certificates import services
from certificates.models import Certificate


def seal(pk: int) -> None:
    """Seal one certificate; a second run changes nothing."""
    services.seal(certificate=Certificate.objects.get(pk=pk))


def seal_pending() -> None:
    """Award what was missed and seal whatever waits, also what failed before."""
    services.award_missing()
    services.seal_pending()
