"""Who takes a module, how far, and with what result."""

from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt, Override, Test
from courses.models.modules import Lesson, Module
from courses.progress import Standing, standing
from people.models import Account, Agency, Person


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, account: Account) -> "EnrolmentQuerySet":
        """Own enrolments; for coordinators those made for an agency of their subtree; for managers all."""
        if not account.is_authenticated:
            return self.none()
        if account.sees_everybody:
            return self.all()
        coordinated = Agency.objects.coordinated_by(account).values("pk")
        return self.filter(Q(person_id=account.person_id) | Q(agency__in=coordinated))

    def active(self) -> "EnrolmentQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def with_facts(self, language: str) -> "EnrolmentQuerySet":
        """Everything `standing()` reads, and cards of the modules: six queries however many rows."""
        return self.with_own_facts().prefetch_related(
            Prefetch("module", Module.objects.with_outline(language).select_related("final_test"))
        )

    def with_own_facts(self) -> "EnrolmentQuerySet":
        """What `standing()` reads that is the person's own, in three queries; `put_cards` of services has the rest."""
        return self.with_tries().prefetch_related(
            "progress", Prefetch("final_attempts", FinalAttempt.objects.select_related("attempt"))
        )

    def with_tries(self) -> "EnrolmentQuerySet":
        """Adds `tries`: how often somebody may take the final test who has an exception, else None."""
        # The exception for the person goes before that for the agency, as when the test is begun.
        exceptions = Override.objects.filter(
            Q(person=OuterRef("person")) | Q(agency=OuterRef("agency")), test=OuterRef("module__final_test")
        ).order_by(F("person").asc(nulls_last=True))
        return self.annotate(tries=Subquery(exceptions.values("attempts_limit")[:1]))

    def with_counts(self) -> "EnrolmentQuerySet":
        """Adds `lessons_done` and `lessons_required` of the lessons that are offered and required."""
        asked = Lesson.objects.offered().filter(required=True, module=OuterRef("module"))
        finished = LessonProgress.objects.filter(
            enrolment=OuterRef("pk"),
            completed_at__isnull=False,
            lesson__required=True,
            lesson__withdrawn=False,
            lesson__module=OuterRef("module"),
        )
        return self.annotate(lessons_done=_count_of(finished, "enrolment"), lessons_required=_count_of(asked, "module"))


def _count_of(rows: QuerySet[Any], group: str) -> Coalesce:
    """How many rows a subquery finds; `group` is the column it is tied by."""
    return Coalesce(Subquery(rows.order_by().values(group).annotate(n=Count("pk")).values("n")), 0)


class Enrolment(models.Model):
    """A person takes a module, once. `completed_at` is frozen: no later rule or content changes it."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    rule_version = models.PositiveIntegerField(null=True, blank=True)
    # What was counted at completion: {"lessons": [done, required], "mark": hundredths, "max_mark": hundredths, …}
    completion = models.JSONField(null=True, blank=True)
    # From when on the final test may be taken again to renew the certificate that stands for this.
    refresher_at = models.DateTimeField(null=True, blank=True)

    # Added by `with_counts`.
    lessons_done: int
    lessons_required: int
    # Added by `with_facts`: how often an exception lets the person take the final test.
    tries: int | None

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["person", "module"], name="enrolment_once"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("enrolled_at")),
                name="enrolment_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(rule_version__isnull=False, completion__isnull=False),
                name="enrolment_completed_is_explained",
            ),
        ]
        indexes = [models.Index(fields=["agency", "module"], name="enrolment_by_agency")]

    def __str__(self) -> str:
        return f"{self.person} – {self.module}"

    def standing(self) -> Standing:
        """What is done and what comes next. Costs no query on rows that were read by `with_facts()`."""
        return self.standing_under(self.module.final_test)

    def standing_under(self, test: Test | None) -> Standing:
        """What would be done if this were the final test. Sittings of another test or of a refresher do not count."""
        made = [link.attempt for link in self.final_attempts.all()]
        return standing(
            lessons=self.module.offered_lessons,
            progress=self.progress.all(),
            test=test,
            attempts=[each for each in made if test and each.test_id == test.pk and not each.occasion],
            tries=self.tries,
        )

    @property
    def may_refresh(self) -> bool:
        """Whether the final test may be taken again now, so that the certificate is renewed."""
        return self.completed_at is not None and self.refresher_at is not None and self.refresher_at <= timezone.now()

    @property
    def refresher(self) -> str:
        """The occasion of sittings that renew the certificate; tries are counted anew for each."""
        return f"refresher {self.refresher_at:%Y-%m-%d}" if self.refresher_at else ""


class LessonProgress(models.Model):
    """When somebody opened and finished a lesson, and where to go on reading."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="progress")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # Id of the block last reached: the same in every language.
    place = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once")]
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.lesson}"


class FinalAttempt(models.Model):
    """An attempt at the final test of an enrolment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="final_attempts")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="final_attempt")

    class Meta:
        verbose_name = _("attempt at the final test")
        verbose_name_plural = _("attempts at the final test")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.attempt_id}"
