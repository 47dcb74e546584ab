"""Tests: sections, rules, and what is different for some people."""

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import Category, Objective, Question, QuestionTag
from core.fields import Translated
from people.models import Account, Agency, Person


class Test(models.Model):
    """A set of questions with rules."""

    __test__ = False  # not a test case for pytest

    class Purpose(models.TextChoices):
        PRACTICE = "practice", _("practice")
        FINAL = "final", _("final test")
        PRE_POST = "pre_post", _("test before and after")

    class Grading(models.TextChoices):
        BEST = "best", _("the best")
        LAST = "last", _("the last")
        FIRST = "first", _("the first")
        AVERAGE = "average", _("the average of all")

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark, per cent"), default=75)
    attempts_limit = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    delay_minutes = models.PositiveIntegerField(_("minutes between attempts"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(_("time limit, minutes"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)
    questions_per_page = models.PositiveSmallIntegerField(_("questions on a page"), null=True, blank=True)
    sequential = models.BooleanField(_("no way back to earlier pages"), default=False)
    grading = models.CharField(_("attempt that counts"), max_length=7, choices=Grading.choices, default=Grading.BEST)
    certainty = models.BooleanField(_("ask how certain each answer is"), default=False)
    second_marker = models.BooleanField(_("two people mark what is marked by hand"), default=False)
    # What is shown when: {moment: [fields]}, see assessments/disclosure.py; empty for the usual of the purpose.
    disclosed = models.JSONField(_("what is shown when"), default=dict, blank=True)

    title = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="test_pass_mark_is_per_cent"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="test_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(questions_per_page__isnull=True) | Q(questions_per_page__gt=0), name="test_page_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SectionQuerySet(models.QuerySet["Section"]):
    def size(self) -> int:
        """How many questions the sections ask together; two queries at most."""
        named = self.filter(draw__isnull=True).aggregate(number=Count("items"))["number"]
        drawn = self.aggregate(number=Sum("draw"))["number"]
        return (named or 0) + (drawn or 0)


class Section(models.Model):
    """A part of a test: questions named one by one, or `draw` of them at random out of what the filters let through.

    `form` is A or B in a pair of parallel tests, empty otherwise; `mark` is what each question counts, in hundredths.
    """

    test = models.ForeignKey(Test, on_delete=models.CASCADE, related_name="sections")
    form = models.CharField(max_length=1, blank=True)
    position = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200, blank=True)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    draw = models.PositiveSmallIntegerField(_("questions at random"), null=True, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tag = models.ForeignKey(QuestionTag, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    objective = models.ForeignKey(Objective, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mark = models.PositiveSmallIntegerField(_("mark of a question, hundredths"), default=100)
    by_hand = models.BooleanField(_("marked by a person"), default=False)

    title = Translated()

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["test", "form", "position"]
        constraints = [
            models.UniqueConstraint(fields=["test", "form", "position"], name="section_position_once"),
            models.CheckConstraint(condition=Q(draw__isnull=True) | Q(draw__gt=0), name="section_draws_something"),
            models.CheckConstraint(condition=Q(mark__gt=0), name="section_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.test.code} {self.form}{self.position}"


class TestItem(models.Model):
    """A question that a section names."""

    __test__ = False

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "position"], name="test_item_position_once"),
            models.UniqueConstraint(fields=["section", "question"], name="test_item_question_once"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.position}"


class OverrideQuerySet(models.QuerySet["Override"]):
    def holding(self, test: Test, person: Person, agency: Agency) -> "Override | None":
        """What holds for a person in place of the rules of the test: the own override before that of the agency."""
        found = self.filter(Q(person=person) | Q(agency=agency), test=test)
        return found.order_by(F("person").asc(nulls_last=True)).first()


class Override(models.Model):
    """Other rules of a test for one person, or for all of one agency. What is empty stays as the test says."""

    test = models.ForeignKey(Test, on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), null=True, blank=True)
    attempts_limit = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["test", "pk"]
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, agency__isnull=True) | Q(person__isnull=True, agency__isnull=False),
                name="override_person_or_agency",
            ),
            models.UniqueConstraint(fields=["test", "person"], name="override_once_per_person"),
            models.UniqueConstraint(fields=["test", "agency"], name="override_once_per_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.test.code}: {self.person or self.agency}"
