"""What this app holds about people (`people.holdings`)."""

from django.utils.translation import gettext_lazy as _

from people.holdings import Erasing, Holding
from people.holdings.own import done_by

HOLDINGS = (
    *done_by("certificates.DesignVersion", "created_by"),
    *done_by("certificates.DesignPicture", "created_by"),
    *done_by("certificates.PaperBatch", "created_by"),
    *done_by("certificates.Run", "created_by"),
    *done_by("certificates.Certificate", "status_by"),
    Holding(
        "certificates.Certificate",
        "person",
        Erasing.BY_SERVICE,
        why="the register of certificates answers for ever; what a certificate says goes",
        shown={
            "code": _("Code"),
            "agency__name": _("Agency"),
            "issued_at": _("Issued on"),
            "expires_at": _("Valid until"),
            "revoked_at": _("Revoked on"),
            "payload": _("What it says"),
        },
    ),
)
