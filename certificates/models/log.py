"""The log of all certificates: a chain in which every entry holds the hash of the one before it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.chain import Entry
from certificates.models.certificates import Certificate
from core.models import AppendOnlyModel


class LogEntry(AppendOnlyModel):
    """What became of a certificate, without a word about its holder."""

    class Action(models.TextChoices):
        SEALED = "sealed", _("sealed")
        EXTENDED = "extended", _("extended for long")
        SUSPENDED = "suspended", _("suspended")
        LIFTED = "lifted", _("suspension lifted")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced")
        ERASED = "erased", _("erased")

    # Counts from 1 without a gap.
    number = models.PositiveBigIntegerField(unique=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="log")
    action = models.CharField(max_length=10, choices=Action.choices)
    at = models.DateTimeField()
    # The hashes and keys that the action is about: payload_hash, pdf_sha256, key and the like.
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("entry of the log of certificates")
        verbose_name_plural = _("entries of the log of certificates")

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @property
    def entry(self) -> Entry:
        """The entry as the rules of the chain see it. Select `certificate` along."""
        return Entry(self.number, self.certificate.code, self.action, self.at, self.facts, self.previous, self.digest)
