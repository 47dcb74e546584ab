"""Proof of completion. Nothing here is ever re-rendered from live data, and nothing is ever deleted."""

from datetime import datetime

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment
from people.models import Account, Agency, Person
from workshops.models import Registration


def private_storage() -> Storage:
    """Sealed PDFs are never served by address, only through a view that checks who asks."""
    return storages["private"]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, account: Account) -> "CertificateQuerySet":
        """Own certificates; for coordinators those earned for an agency of their subtree; for managers all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(person_id=account.person_id) | Q(agency__in=coordinated))

    def unsealed(self) -> "CertificateQuerySet":
        """Earned and standing, but the PDF is not made yet."""
        return self.standing().filter(sealed_at__isnull=True)

    def standing(self) -> "CertificateQuerySet":
        """Neither revoked nor replaced: there is at most one for each thing that was earned."""
        return self.filter(revoked_at__isnull=True, superseded_at__isnull=True)


class Certificate(models.Model):
    """A certificate, earned in the transaction that completed something and sealed by a job afterwards.

    `payload` holds every word that is printed, frozen at issue; `pdf` the bytes and `pdf_sha256` their hash.
    """

    class Kind(models.TextChoices):
        COMPLETION = "completion", _("completion")
        PARTICIPATION = "participation", _("participation")

    class Status(models.TextChoices):
        PENDING = "pending", _("being prepared")
        VALID = "valid", _("valid")
        EXPIRED = "expired", _("expired")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced by a newer one")

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="certificates")
    language = models.CharField(max_length=2)
    payload = models.JSONField()
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
    # Why sealing failed last time, for the coordinator and the operator.
    failure = models.TextField(blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, registration__isnull=True)
                | Q(enrolment__isnull=True, registration__isnull=False),
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
        ]

    def __str__(self) -> str:
        return self.code

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
    def status_since(self) -> datetime | None:
        """The moment at which the present state began; None while the certificate is valid or being prepared."""
        moments = {
            self.Status.EXPIRED: self.expires_at,
            self.Status.SUSPENDED: self.suspended_at,
            self.Status.REVOKED: self.revoked_at,
            self.Status.SUPERSEDED: self.superseded_at,
        }
        return moments.get(self.Status(self.status))
