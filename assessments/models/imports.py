"""Questions that came in a file."""

from datetime import timedelta

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import Category
from people.models import Account, Language

UNDO_FOR = timedelta(hours=24)


def private_storage() -> Storage:
    """Where files lie that have no address."""
    return storages["private"]


class QuestionImport(models.Model):
    """A file with questions that an editor brought: first read and shown, then saved, and undone for 24 hours."""

    class Status(models.TextChoices):
        READ = "read", _("read, not saved yet")
        SAVING = "saving", _("being saved")
        DONE = "done", _("saved")
        FAILED = "failed", _("not saved")
        UNDONE = "undone", _("undone")

    format = models.CharField(_("format"), max_length=20)
    filename = models.CharField(_("file"), max_length=200)
    # The content lies in the private storage until the import is a day old.
    file = models.FileField(storage=private_storage, upload_to="question-imports/", blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    into_categories = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    total = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")

    def __str__(self) -> str:
        return self.filename

    @property
    def can_be_undone(self) -> bool:
        """Whether it was saved, and that less than 24 hours ago."""
        return (
            self.status == self.Status.DONE
            and self.finished_at is not None
            and timezone.now() < self.finished_at + UNDO_FOR
        )
