"""Evaluation in waves. Who was asked and what was answered are kept apart, so that nobody can put them together.

An invitation knows the person and that an answer came. A response knows neither person nor moment: its key is random,
and of the person it keeps the kind of agency only, where enough people of that kind were asked.
"""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from people.models import Account, Agency
from workshops.models.registrations import Registration
from workshops.models.schedule import Workshop
from workshops.surveys import ENOUGH


class WaveKind(models.TextChoices):
    END = "end", _("at the end")
    MONTHS_3 = "months_3", _("after 90 days")
    MONTHS_6 = "months_6", _("after 180 days")


class EvaluationForm(models.Model):
    """The questions of a wave, in three languages. One that was answered never changes: another gets another code."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=WaveKind.choices)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200)
    title_be = models.CharField(max_length=200)
    # The form that new workshops take for this wave.
    current = models.BooleanField(default=False)

    title = Translated()

    class Meta:
        ordering = ["kind", "code"]
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(current=True), name="evaluation_form_one_current"),
        ]

    def __str__(self) -> str:
        return self.code


class EvaluationQuestion(models.Model):
    """A question of a form."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("scale")
        CHOICE = "choice", _("one of several")
        SEVERAL = "several", _("any of several")
        OPEN = "open", _("own words")

    form = models.ForeignKey(EvaluationForm, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text_en = models.TextField()
    text_ru = models.TextField()
    text_be = models.TextField()
    # Of a scale.
    lowest = models.PositiveSmallIntegerField(default=1)
    highest = models.PositiveSmallIntegerField(default=5)
    # [{"code", "en", "ru", "be"}]: what can be chosen; of a scale what its ends mean, and what can be said instead.
    options = models.JSONField(default=list, blank=True)

    text = Translated()

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="evaluation_question_number_once"),
            models.UniqueConstraint(fields=["form", "code"], name="evaluation_question_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.code}"

    @property
    def labels(self) -> dict[str, str]:
        """The words of its options by their codes, in the active language."""
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        return {option["code"]: option[language] for option in self.options}

    @property
    def values(self) -> list[int]:
        """The numbers of a scale."""
        return list(range(self.lowest, self.highest + 1))

    @property
    def instead(self) -> dict[str, str]:
        """What can be said instead of a number of a scale: that the question does not apply."""
        numbers = {str(value) for value in self.values}
        return {code: words for code, words in self.labels.items() if code not in numbers}


class Wave(models.Model):
    """One time at which the participants of a workshop are asked."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="waves")
    kind = models.CharField(max_length=10, choices=WaveKind.choices)
    form = models.ForeignKey(EvaluationForm, on_delete=models.PROTECT, related_name="waves")
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day"))

    class Meta:
        ordering = ["workshop", "opens_on"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "kind"], name="wave_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="wave_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id}: {self.kind}"

    def is_open(self, day: date) -> bool:
        """Whether answers are taken on a day."""
        return self.opens_on <= day <= self.closes_on


class EvaluationInvitationQuerySet(models.QuerySet["EvaluationInvitation"]):
    def visible_to(self, account: Account) -> "EvaluationInvitationQuerySet":
        """One's own: whether somebody else has answered is nobody's business."""
        if not account.is_authenticated or account.person_id is None:
            return self.none()
        return self.filter(registration__person=account.person_id)

    def waiting(self, day: date) -> "EvaluationInvitationQuerySet":
        """Those that can be answered on a day and were not."""
        return self.filter(answered=False, wave__opens_on__lte=day, wave__closes_on__gte=day)

    def delivered(self) -> "EvaluationInvitationQuerySet":
        """Those that reached somebody: by mail or on the pages of an account, or they would not have been answered."""
        person = "registration__person__"
        return self.filter(Q(answered=True) | ~Q(**{f"{person}email": ""}) | Q(**{f"{person}account__isnull": False}))


class EvaluationInvitation(models.Model):
    """Who was asked in a wave, and whether an answer came; not when, and not which."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="invitations")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="evaluation_invitations")
    answered = models.BooleanField(default=False)

    objects = EvaluationInvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "registration"], name="evaluation_invitation_once")]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.registration_id}"


class EvaluationResponse(models.Model):
    """What somebody answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="responses")
    agency_kind = models.CharField(max_length=30, choices=Agency.Kind.choices, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.pk}"


class EvaluationAnswerQuerySet(models.QuerySet["EvaluationAnswer"]):
    def readable(self, wave: Wave) -> "EvaluationAnswerQuerySet":
        """What was written in a wave, of the questions to which enough people wrote something."""
        written = EvaluationQuestion.objects.filter(
            kind=EvaluationQuestion.Kind.OPEN, answers__response__wave=wave.pk
        ).annotate(said=Count("answers"))
        heard = written.filter(said__gte=ENOUGH).values("pk")
        return self.filter(response__wave=wave.pk, question__in=heard).select_related("question")


class EvaluationAnswer(models.Model):
    """An answer to one question: a number, codes of options, or words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(EvaluationResponse, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(EvaluationQuestion, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    codes = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    # Words about a person are taken out before others read them; the text as it came is not kept.
    redacted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    redacted_at = models.DateTimeField(null=True, blank=True)
    # Whether somebody has read it for words about a person.
    reviewed = models.BooleanField(default=False)

    objects = EvaluationAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="evaluation_answer_once")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question_id}"
