"""Attempts: what was shown, what was answered, what it earned, and every later word about it."""

from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import QuestionText, QuestionVersion
from assessments.models.tests import Test
from core.models import AppendOnlyModel
from people.models import Account, Agency, Language, Person

# An answer that was on its way when the time ended still counts.
GRACE = timedelta(seconds=30)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, account: Account) -> "AttemptQuerySet":
        """Attempts whose answers the account may read: its own. Results by agency are a question of `reports`."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        return self.filter(person_id=account.person_id)

    def open(self) -> "AttemptQuerySet":
        """Attempts not handed in."""
        return self.filter(submitted_at__isnull=True)

    def overdue(self, moment: datetime) -> "AttemptQuerySet":
        """Open attempts whose time, the grace for a slow network included, was over at `moment`."""
        return self.open().filter(deadline_at__lt=moment - GRACE)


class Attempt(models.Model):
    """One sitting of a test by a person, with everything that must not change afterwards.

    Marks are integer hundredths; `outcome` is written by the marking service and can only rise later.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("not marked yet")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")

    test = models.ForeignKey(Test, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attempts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=1, blank=True)
    phase = models.CharField(max_length=4, blank=True, choices=[("pre", _("before")), ("post", _("after"))])
    # Whatever gave the reason for it, when one test is set on several occasions: limits count by occasion.
    occasion = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    # The rules it started with, whatever the test says later: see assessments.services.attempts.
    rules = models.JSONField(default=dict)
    pass_mark = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    passed_at = models.DateTimeField(null=True, blank=True)
    # The furthest page that was opened, for tests without a way back.
    page_reached = models.PositiveSmallIntegerField(default=1)
    mark = models.PositiveIntegerField(_("mark, hundredths"), null=True, blank=True)
    max_mark = models.PositiveIntegerField(_("highest mark, hundredths"))

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["person", "test", "number"]
        constraints = [
            models.UniqueConstraint(fields=["test", "person", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["test", "person"], condition=Q(submitted_at__isnull=True), name="attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_at__gte=F("started_at")),
                name="attempt_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__lte=F("max_mark")), name="attempt_mark_max"
            ),
            models.CheckConstraint(
                condition=Q(outcome="passed", passed_at__isnull=False) | ~Q(outcome="passed"),
                name="attempt_passed_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "test"], name="attempt_by_agency"),
            # Short: attempts that are under way or wait for somebody's marks.
            models.Index(fields=["test"], condition=Q(mark__isnull=True), name="attempt_without_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.test} ({self.number})"

    def is_overdue(self, moment: datetime) -> bool:
        """Whether the attempt is open although its time, the grace included, was over at `moment`."""
        return self.submitted_at is None and self.deadline_at is not None and self.deadline_at < moment - GRACE

    @property
    def ended_by_time(self) -> bool:
        """Whether the clock handed the attempt in."""
        return self.deadline_at is not None and self.submitted_at == self.deadline_at

    @property
    def share(self) -> float | None:
        """Mark as a fraction of the highest mark; None before marking."""
        return None if self.mark is None or not self.max_mark else self.mark / self.max_mark


class AttemptItemQuerySet(models.QuerySet["AttemptItem"]):
    def to_mark(self) -> "AttemptItemQuerySet":
        """Answers, handed in, that wait for a person's mark."""
        return self.filter(attempt__submitted_at__isnull=False, response__isnull=False, mark__isnull=True)

    def to_mark_by(self, marker: Account) -> "AttemptItemQuerySet":
        """Those of them that this person can mark: not the own ones, and none twice."""
        mine = Marking.objects.filter(item=OuterRef("pk"), marker=marker)
        return self.to_mark().filter(~Exists(mine)).exclude(attempt__person=marker.person_id)


class AttemptItem(models.Model):
    """A question as this attempt shows it, with the answer given and what it earned.

    `page` is the page of the attempt on which it stands, `section` its section in the rules of the attempt.
    """

    class Certainty(models.IntegerChoices):
        LOW = 1, _("I am guessing")
        MIDDLE = 2, _("I am fairly sure")
        HIGH = 3, _("I am certain")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    section = models.PositiveSmallIntegerField(default=1)
    page = models.PositiveSmallIntegerField(default=1)
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="shown")
    option_order = models.JSONField(default=list)
    max_mark = models.PositiveIntegerField(default=100)
    response = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    response_text = models.ForeignKey(
        QuestionText, null=True, blank=True, on_delete=models.PROTECT, related_name="answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # Counts upwards on the device: an older answer that arrives late never replaces a newer one.
    counter = models.PositiveBigIntegerField(default=0)
    certainty = models.PositiveSmallIntegerField(_("certainty"), choices=Certainty.choices, null=True, blank=True)
    flagged = models.BooleanField(_("to look at again"), default=False)
    # From then on the answer stands: its marking was shown while the test goes on.
    checked_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)
    mark = models.PositiveIntegerField(null=True, blank=True)
    mark_reason = models.CharField(max_length=200, blank=True)

    objects = AttemptItemQuerySet.as_manager()

    class Meta:
        ordering = ["attempt", "position"]
        indexes = [
            models.Index(
                fields=["attempt"], condition=Q(mark__isnull=True, response__isnull=False), name="attempt_item_unmarked"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_item_once"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__lte=F("max_mark")), name="attempt_item_mark_max"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"

    @property
    def answered(self) -> bool:
        return self.response is not None


class Marking(AppendOnlyModel):
    """What one person gave for an answer, and why."""

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="markings")
    marker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    mark = models.PositiveIntegerField(_("mark, hundredths"))
    rubric = models.JSONField(default=dict, blank=True)  # {criterion: points}
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["item", "pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.mark}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> "AppealQuerySet":
        """Appeals that nobody answered yet."""
        return self.filter(answered_at__isnull=True)


class Appeal(models.Model):
    """A learner asks to have a mark looked at again. The answer can only raise it."""

    item = models.OneToOneField(AttemptItem, on_delete=models.PROTECT, related_name="appeal")
    reason = models.TextField(_("why"))
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mark_before = models.PositiveIntegerField()
    mark_after = models.PositiveIntegerField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, mark_after__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, mark_after__gte=F("mark_before"))),
                name="appeal_answered_never_lowers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"
