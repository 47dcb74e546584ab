"""Public keys: whatever has ever signed. The private ones lie in files beside the database."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import NeverDeletedQuerySet


class PublicKeyQuerySet(NeverDeletedQuerySet["PublicKey"]):
    def trusted(self) -> "PublicKeyQuerySet":
        """Keys whose signatures count, those that sign no more included."""
        return self.filter(compromised_at__isnull=True)


class PublicKey(models.Model):
    """A public key that is published for ever, so that what was signed with it can be checked in twenty years."""

    class Kind(models.TextChoices):
        ROOT = "root", _("root of trust")
        DOCUMENT = "document", _("signs PDFs")
        CREDENTIAL = "credential", _("signs credentials")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # SHA-256 of the certificate in hexadecimal (root, document), or the Multikey that did.json names (credential).
    key_id = models.CharField(max_length=100, unique=True)
    # The X.509 certificate in PEM; empty for a credential's key, whose name is the key.
    certificate = models.TextField(blank=True)
    # The newest list of the signers below a root that were given up, in PEM (RFC 5280).
    revocations = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    # Since when somebody else may have had the private key: what it signs from then on counts for nothing.
    compromised_at = models.DateTimeField(null=True, blank=True)

    objects = PublicKeyQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("public key")
        verbose_name_plural = _("public keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(compromised_at__isnull=True) | Q(retired_at__isnull=False),
                name="public_key_compromised_is_retired",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="public_key_moments_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key_id[:16]}"
