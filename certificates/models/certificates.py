"""Proof of completion. Nothing here is ever re-rendered from live data, and nothing is ever deleted."""

import secrets
from datetime import datetime
from typing import NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models.designs import DesignVersion
from certificates.models.keys import PublicKey
from certificates.models.papers import PaperBatch
from certificates.models.storage import private_storage
from core.models import AppendOnlyError, NeverDeletedQuerySet
from courses.models import Enrolment
from people.models import Account, Agency, Person
from programmes.models import Programme
from workshops.models import Registration


def new_salt() -> str:
    """Return 128 random bits in hexadecimal, without which nobody guesses a payload from its hash."""
    return secrets.token_hex(16)


class CertificateQuerySet(NeverDeletedQuerySet["Certificate"]):
    def visible_to(self, account: Account) -> "CertificateQuerySet":
        """Own certificates; for coordinators those earned for an agency of their subtree; for managers all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(person_id=account.person_id) | Q(agency__in=coordinated))

    def unsealed(self) -> "CertificateQuerySet":
        """Earned and standing with its words, but the PDF is not made yet."""
        return self.standing().filter(sealed_at__isnull=True, erased_at__isnull=True)

    def standing(self) -> "CertificateQuerySet":
        """Neither revoked nor replaced: there is at most one for each thing that was earned."""
        return self.filter(revoked_at__isnull=True, superseded_at__isnull=True)


def _exactly_one(*fields: str) -> Q:
    """Exactly one of some foreign keys is set."""
    condition = Q()
    for chosen in fields:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in fields})
    return condition


class Certificate(models.Model):
    """A certificate, earned in the transaction that completed something and sealed by a job afterwards.

    `payload` holds every word that is printed, frozen at issue; `pdf` the bytes and `pdf_sha256` their hash.
    """

    class Kind(models.TextChoices):
        COMPLETION = "completion", _("completion")
        PARTICIPATION = "participation", _("participation")
        ACHIEVEMENT = "achievement", _("achievement")

    class Status(models.TextChoices):
        PENDING = "pending", _("being prepared")
        VALID = "valid", _("valid")
        EXPIRED = "expired", _("expired")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced by a newer one")

    class Privacy(models.TextChoices):
        FULL = "full", _("the full name")
        INITIALS = "initials", _("initials; the surname is typed to confirm it")
        LINK = "link", _("only by the link of the holder")

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    # Issued on paper before there was this register; `pdf` is then the scan, and `number` what stands on it.
    paper = models.ForeignKey(PaperBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="certificates")
    language = models.CharField(max_length=2)
    # Empty once it was erased; the salted hash stays (`certificates.chain.payload_hash`).
    payload = models.JSONField()
    salt = models.CharField(max_length=32, blank=True, default=new_salt)
    payload_hash = models.CharField(max_length=64, blank=True)
    design = models.ForeignKey(
        DesignVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    privacy = models.CharField(max_length=8, choices=Privacy.choices, default=Privacy.FULL)
    # What the link of the holder carries when nobody else may see the certificate.
    secret = models.CharField(max_length=32, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    status_reason = models.TextField(blank=True)
    status_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    pdf = models.FileField(storage=private_storage, upload_to="certificates/", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    signed_by = models.ForeignKey(
        PublicKey, null=True, blank=True, on_delete=models.PROTECT, related_name="signed_certificates"
    )
    # The same file with what keeps the signature valid for long behind it (PAdES B-LT, B-LTA).
    extended_pdf = models.FileField(storage=private_storage, upload_to="certificates/", blank=True)
    extended_sha256 = models.CharField(max_length=64, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    # The credential as it is attached to the PDF, letter by letter, and its place in the status list.
    credential = models.TextField(blank=True)
    status_list = models.PositiveSmallIntegerField(null=True, blank=True)
    status_index = models.PositiveIntegerField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # Why sealing failed last time, for the coordinator and the operator.
    failure = models.TextField(blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one("enrolment", "registration", "programme", "paper"),
                name="certificate_exactly_one_source",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(enrolment__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True),
                name="certificate_one_standing_per_enrolment",
            ),
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(registration__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True),
                name="certificate_one_standing_per_registration",
            ),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(programme__isnull=False, revoked_at__isnull=True, superseded_at__isnull=True),
                name="certificate_one_standing_per_programme",
            ),
            models.UniqueConstraint(
                fields=["paper", "number"], condition=Q(paper__isnull=False), name="certificate_number_once_per_batch"
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="certificate_status_index_once"),
            models.CheckConstraint(
                condition=Q(status_list__isnull=True, status_index__isnull=True)
                | Q(status_list__isnull=False, status_index__isnull=False),
                name="certificate_status_list_with_index",
            ),
            models.CheckConstraint(condition=~Q(privacy="link") | ~Q(secret=""), name="certificate_private_has_secret"),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True) | (~Q(pdf_sha256="") & Q(sealed_at__gte=F("issued_at"))),
                name="certificate_sealed_has_hash",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True, revoked_at__isnull=True, superseded_at__isnull=True)
                | ~Q(status_reason=""),
                name="certificate_out_of_force_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")), name="certificate_replaces_another"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "issued_at"], name="certificate_by_agency"),
            models.Index(fields=["issued_at"], condition=Q(sealed_at__isnull=True), name="certificate_unsealed"),
            # Reports ask of all registrations at once whether a certificate is in force.
            models.Index(
                fields=["registration"],
                condition=Q(
                    registration__isnull=False,
                    sealed_at__isnull=False,
                    revoked_at__isnull=True,
                    superseded_at__isnull=True,
                ),
                name="certificate_in_force",
            ),
            # Whoever drops a file asks for it by its hash.
            models.Index(fields=["pdf_sha256"], name="certificate_by_hash"),
            models.Index(fields=["extended_sha256"], name="certificate_by_longer_hash"),
        ]

    def __str__(self) -> str:
        return self.code

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise AppendOnlyError("Certificates are never deleted: revoke them, or erase what they say.")

    @property
    def status(self) -> str:
        """What the certificate is worth now. The gravest state wins."""
        if self.revoked_at:
            return self.Status.REVOKED
        if self.superseded_at:
            return self.Status.SUPERSEDED
        if self.suspended_at:
            return self.Status.SUSPENDED
        if self.sealed_at is None:
            return self.Status.PENDING
        if self.expires_at and self.expires_at <= timezone.now():
            return self.Status.EXPIRED
        return self.Status.VALID

    @property
    def successor(self) -> "Certificate | None":
        """The newer certificate that took its place. Select `superseded_by` along."""
        return getattr(self, "superseded_by", None)

    @property
    def key_given_up_at(self) -> datetime | None:
        """Since when somebody else may have had the key that signed the file. Select `signed_by` along."""
        return self.signed_by.compromised_at if self.signed_by else None

    @property
    def sealed_before_key_was_given_up(self) -> bool:
        """Whether nobody else can have had the key that signed the file when it was sealed."""
        lost = self.key_given_up_at
        return lost is None or (self.sealed_at is not None and self.sealed_at < lost)

    @property
    def status_since(self) -> datetime | None:
        """The moment at which the present state began; None while the certificate is valid or being prepared."""
        moments = {
            self.Status.EXPIRED: self.expires_at,
            self.Status.SUSPENDED: self.suspended_at,
            self.Status.REVOKED: self.revoked_at,
            self.Status.SUPERSEDED: self.superseded_at,
        }
        return moments.get(self.Status(self.status))
