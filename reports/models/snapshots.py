"""Reports that were frozen: what a period looked like on the day on which somebody put their name to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel, AppendOnlyQuerySet
from people.models import Account, Agency, Language
from reports.models.files import private_storage


class SnapshotQuerySet(AppendOnlyQuerySet):
    """Frozen reports."""

    def visible_to(self, account: Account) -> "SnapshotQuerySet":
        """All for managers; for coordinators those about one agency of theirs that coordinators may read at all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        return self.filter(agency__in=Agency.objects.visible_to(account), for_managers=False)

    def without_content(self) -> "SnapshotQuerySet":
        """Rows as lists and pages name them; what is frozen in them is read when it is asked for."""
        related = self.select_related("agency", "made_by__person", "replaces", "replaced_by")
        return related.defer("content", "replaces__content", "replaced_by__content")

    def standing(self) -> "SnapshotQuerySet":
        """Those that no correction has taken the place of."""
        return self.filter(replaced_by__isnull=True)


class Snapshot(AppendOnlyModel):
    """A report of a period as it was: figures, words in all languages, and the files, which never change.

    A correction is a new one that names it. `content` is text, not JSON of the database, because the order of what is
    in it and its bytes are what `sha256` vouches for.
    """

    # "R4-2026-0007": report, year, and which one of them. Nothing is ever deleted, so no number comes twice.
    number = models.CharField(max_length=24, unique=True)
    report = models.CharField(max_length=40)
    # By language.
    titles = models.JSONField()
    # What was asked, in one word: the same question is frozen once, and then corrected.
    question = models.CharField(max_length=64)
    filters = models.JSONField(default=dict)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    # Whose people it is about, with everything below it unless the filters say otherwise; None for all agencies.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    named = models.BooleanField()
    for_managers = models.BooleanField()
    audience = models.CharField(max_length=10)
    # What was hidden: figures about fewer people than this (0: nothing), by rules of this version.
    smallest = models.PositiveSmallIntegerField()
    rules = models.PositiveSmallIntegerField()
    provisional = models.BooleanField()
    rows = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    # Nobody where the timetable asked for it.
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    reason = models.TextField(blank=True)

    objects = SnapshotQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=Q(replaces__isnull=True), name="snapshot_question_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="snapshot_correction_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-made_at"], name="snapshot_of_agency"),
            models.Index(fields=["report", "audience"], name="snapshot_of_report"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """The title in the language that is active, else in English."""
        return str(self.titles.get(get_language() or "", self.titles["en"]))


class SnapshotFile(AppendOnlyModel):
    """A file of a frozen report, made once."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=2, choices=Language.choices)
    format = models.CharField(max_length=8)
    file = models.FileField(storage=private_storage, upload_to="reports/frozen/")
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ["snapshot", "language", "format"]
        verbose_name = _("file of a frozen report")
        verbose_name_plural = _("files of frozen reports")
        constraints = [models.UniqueConstraint(fields=["snapshot", "language", "format"], name="snapshot_file_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.language}.{self.format}"
