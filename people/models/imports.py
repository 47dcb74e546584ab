"""Lists of people with their memberships: planned row by row, taken all at once, undone within a day."""

from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.accounts import Account
from people.models.agencies import Agency
from people.models.persons import Person


def private_storage() -> Storage:
    """Files that nobody reads by an address."""
    return storages["private"]


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, account: Account) -> "PeopleImportQuerySet":
        """The own lists; managers see all."""
        if not account.is_authenticated:
            return self.none()
        return self.all() if account.sees_everybody else self.filter(uploaded_by=account.pk)


class PeopleImport(models.Model):
    """A file with people, what its rows mean, what somebody decided about them, and what became of it.

    counts: {verdict: rows}. done: of `rows` how many the present step has gone through, for those who wait.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        WRONG = "wrong", _("to be mended")
        PLANNED = "planned", _("ready to be taken")
        TAKING = "taking", _("being taken")
        TAKEN = "taken", _("taken")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")
        FAILED = "failed", _("failed")

    UNDER_WAY: ClassVar[tuple[str, ...]] = (State.READING, State.TAKING, State.UNDOING)

    file = models.FileField(upload_to="people/imports/", storage=private_storage)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # The agency of rows that name none.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # [{"line", "column", "message"}]: with one of them nothing is taken, or undone.
    errors = models.JSONField(default=list)
    # Empty where a command brought it.
    uploaded_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at__isnull=False) | ~Q(state__in=["taken", "undoing", "undone"]),
                name="people_import_taken_at",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class PeopleImportRow(models.Model):
    """A row of such a file: what it says, what it means, what was decided, and what has to be put back to undo it.

    changes: {field: [before, after]}. alike: public codes of people who may be meant. decision: "new", "skip", or the
    public code of the one who is meant. undo: what was there before, empty until the row is taken.
    """

    class Verdict(models.TextChoices):
        NEW = "new", _("new person")
        CHANGED = "changed", _("known, with changes")
        MOVED = "moved", _("known, from another agency")
        UNCHANGED = "unchanged", _("known")
        DOUBTFUL = "doubtful", _("perhaps known")

    source = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="entries")
    line = models.PositiveIntegerField()
    values = models.JSONField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows")
    changes = models.JSONField(default=dict)
    alike = models.JSONField(default=list)
    decision = models.CharField(max_length=40, blank=True)
    undo = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["source", "line"]
        verbose_name = _("row of a list of people")
        verbose_name_plural = _("rows of lists of people")
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="people_import_line_once")]
        indexes = [models.Index(fields=["source", "verdict", "line"], name="people_import_by_verdict")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.line}"
