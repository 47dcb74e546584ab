"""Answers to practice questions that were given without a line and sent later. They count for nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models import QuestionVersion
from courses.models.enrolments import Enrolment
from people.models import Account


class PracticeAnswerQuerySet(models.QuerySet["PracticeAnswer"]):
    def visible_to(self, account: Account) -> "PracticeAnswerQuerySet":
        """Own ones; no role sees those of somebody else."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        return self.filter(enrolment__person_id=account.person_id)


class PracticeAnswer(models.Model):
    """What somebody answered to a practice question while there was no line, for the day on which they look at it.

    Answers with a line are not kept at all; these wait on a device first, so the server has to know what it has seen.
    """

    # Made by the device: the same answer sent twice is one row.
    id = models.UUIDField(primary_key=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="practice_answers")
    # As it was shown: an answer is judged by the question it was given to.
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="practice_answers")
    # What the form of the question sends, and what of it was right, in hundredths of the question.
    given = models.JSONField()
    part = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()

    objects = PracticeAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "pk"]
        verbose_name = _("answer to a practice question")
        verbose_name_plural = _("answers to practice questions")

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.version}"
