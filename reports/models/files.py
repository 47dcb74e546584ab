"""Long files, made by a job and kept for a week."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Account, Language


def private_storage() -> Storage:
    """Files of reports are never served by address, only through a view that checks who asks."""
    return storages["private"]


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    """Files somebody asked for."""

    def visible_to(self, account: Account) -> "ReportFileQuerySet":
        """A file is for whoever asked for it, and for nobody else: others ask themselves, within their own scope."""
        return self.filter(account=account)

    def unfinished(self) -> "ReportFileQuerySet":
        """Files on which a job works, or will."""
        return self.filter(state__in=[ReportFile.State.WAITING, ReportFile.State.MAKING])

    def same_as(self, file: "ReportFile") -> "ReportFileQuerySet":
        """Those that others asked for and that hold the same: the same question about the same agencies, as it may be
        seen by the same audience, in the same words and form."""
        told = ("report", "format", "language", "asked", "agencies", "audience")
        return self.filter(**{name: getattr(file, name) for name in told}).exclude(pk=file.pk)


class ReportFile(models.Model):
    """A report as a file that takes long: what was asked, how far it is, and, for a week, the file."""

    class State(models.TextChoices):
        WAITING = "waiting", _("is waiting")
        MAKING = "making", _("is being made")
        READY = "ready", _("is ready")
        FAILED = "failed", _("could not be made")
        CANCELLED = "cancelled", _("was cancelled")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=40)
    # Words of the language in which the file is written.
    title = models.CharField(max_length=200)
    # Codes and days as `services.read_report` takes them.
    asked = models.JSONField(default=dict)
    format = models.CharField(max_length=8)
    language = models.CharField(max_length=2, choices=Language.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    # Of how many rows so many are written; nothing is known before the report is read.
    rows = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    # How often a job began with it, and when one was heard of for the last time.
    tries = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    # The agencies whose facts are in it: whoever may no longer ask about one of them no longer gets the file.
    agencies = models.JSONField(default=list)
    # For whom figures were made (`queries.Audience`): with the agencies, what somebody else may be given it by.
    audience = models.CharField(max_length=10)
    file = models.FileField(storage=private_storage, upload_to="reports/", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Why it could not be made, for whoever asked.
    failure = models.TextField(blank=True)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(made_at__isnull=False, expires_at__isnull=False) & ~Q(file="") & ~Q(sha256="")),
                name="report_file_ready_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(rows__isnull=True) | Q(rows_done__lte=models.F("rows")), name="report_file_rows"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="report_file_of_account"),
            models.Index(fields=["state", "heard_at"], name="report_file_heard_of"),
        ]

    def __str__(self) -> str:
        return f"{self.report}.{self.format} {self.pk}"

    @property
    def sign(self) -> str:
        """The state by the codes of the design."""
        return {self.State.READY: "done", self.State.MAKING: "running"}.get(self.State(self.state), self.state)
