"""Every write about certificates: earned, sealed, suspended, revoked, issued anew."""

from certificates.services.audits import audit
from certificates.services.awards import (
    CertificateError,
    award_enrolment,
    award_missing,
    award_registration,
    words_of,
)
from certificates.services.erasure import erase
from certificates.services.reissue import draft_successor, reissue
from certificates.services.sealing import seal, seal_pending
from certificates.services.standing import lift_suspension, revoke, suspend

__all__ = [
    "CertificateError",
    "audit",
    "award_enrolment",
    "award_missing",
    "award_registration",
    "draft_successor",
    "erase",
    "lift_suspension",
    "reissue",
    "revoke",
    "seal",
    "seal_pending",
    "suspend",
    "words_of",
]
