"""Question bank, tests, attempts.

A question is an identity; its *versions* hold structure and scoring, their *texts* the words of one language. Both are
immutable: an attempt points at what it showed, and a later edit rewrites no result.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from core.models import AppendOnlyModel, AppendOnlyQuerySet
from people.models import Account, Agency, Language, Person

# An answer that was on its way when the time ended still counts.
GRACE = timedelta(seconds=30)


class Category(models.Model):
    """A drawer of the question bank."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class Objective(models.Model):
    """What a learner can do after a module; questions and lessons serve objectives."""

    code = models.CharField(max_length=20, unique=True)
    text_en = models.CharField(max_length=400)
    text_ru = models.CharField(max_length=400, blank=True)
    text_be = models.CharField(max_length=400, blank=True)

    text = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return self.code


class QuestionType(models.TextChoices):
    SINGLE_CHOICE = "single_choice", _("single choice")
    MULTIPLE_RESPONSE = "multiple_response", _("multiple response")
    TRUE_FALSE = "true_false", _("true or false")
    MATCHING = "matching", _("matching")
    ORDERING = "ordering", _("ordering")
    NUMERICAL = "numerical", _("numerical")
    SHORT_ANSWER = "short_answer", _("short answer")
    GAP_FILL = "gap_fill", _("gap fill")
    SELECT_WORDS = "select_words", _("select missing words")
    ESSAY = "essay", _("essay")
    DESCRIPTION = "description", _("description")


class QuestionQuerySet(models.QuerySet["Question"]):
    def drawable(self) -> "QuestionQuerySet":
        """Questions that a test may show: published and verified."""
        return self.filter(status=Question.Status.PUBLISHED, unverified=False)

    def for_practice(self) -> "QuestionQuerySet":
        """Questions whose answer may be seen by anybody: no test that counts asks them."""
        counted = TestItem.objects.exclude(test__purpose=Test.Purpose.PRACTICE)
        return self.drawable().exclude(pk__in=counted.values("question"))


class Question(models.Model):
    """A question of the bank, whatever its wording today."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    code = models.CharField(max_length=40, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="questions")
    type = models.CharField(max_length=20, choices=QuestionType.choices)
    objective = models.ForeignKey(Objective, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    source = models.TextField(blank=True)
    unverified = models.BooleanField(_("source not confirmed"), default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.code


class QuestionVersionQuerySet(AppendOnlyQuerySet):
    def newest(self) -> "QuestionVersionQuerySet":
        """Of each question the version that a new attempt shows."""
        newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def for_practice(self) -> "QuestionVersionQuerySet":
        """Versions, with their questions, of questions whose answer may be seen by anybody."""
        return self.filter(question__in=Question.objects.for_practice()).select_related("question")


class QuestionVersion(AppendOnlyModel):
    """Structure and scoring of a question: option ids and which are right, the number and its tolerance. No words."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    structure = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = QuestionVersionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["question", "-number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_version_once")]

    def __str__(self) -> str:
        return f"{self.question.code} v{self.number}"


class QuestionTextQuerySet(AppendOnlyQuerySet):
    def best_first(self, language: str) -> "QuestionTextQuerySet":
        """The language asked for before English before the others, and of each language the newest revision first."""
        rank = Case(When(language=language, then=0), When(language=Language.EN, then=1), default=2)
        return self.order_by(rank, "language", "-revision")

    def shown(self, versions: Iterable[int], language: str) -> dict[int, "QuestionText"]:
        """The text of each version (by id) that a reader of `language` sees; one query."""
        texts: dict[int, QuestionText] = {}
        for text in self.filter(version__in=versions).best_first(language):
            texts.setdefault(text.version_id, text)
        return texts

    def every_language(self, versions: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """The words of each version (by id) in every language, as they stand now; one query."""
        newest: dict[tuple[int, str], dict[str, Any]] = {}
        rows = self.filter(version__in=versions).order_by("language", "-revision")
        for version, language, words in rows.values_list("version", "language", "words"):
            newest.setdefault((version, language), words)
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for (version, _language), words in newest.items():
            found[version].append(words)
        return found


class QuestionText(AppendOnlyModel):
    """The words of a version in one language. A mended typing error is the next revision and touches no other row."""

    class Review(models.TextChoices):
        AWAITING = "awaiting", _("awaiting review")
        REVIEWED = "reviewed", _("reviewed")

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=Language.choices)
    revision = models.PositiveIntegerField(default=1)
    # {"stem", "case", "options": {id: text}, "rationales": {id: text}, "feedback", "unit"} and what the type adds
    words = models.JSONField()
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.AWAITING)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = QuestionTextQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["version", "language", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language", "revision"], name="question_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} r{self.revision}"


class Test(models.Model):
    """A set of questions with rules."""

    __test__ = False  # not a test case for pytest

    class Purpose(models.TextChoices):
        PRACTICE = "practice", _("practice")
        FINAL = "final", _("final test")
        PRE_POST = "pre_post", _("test before and after")

    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=200)
    title_ru = models.CharField(max_length=200, blank=True)
    title_be = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark, per cent"), default=75)
    attempts_limit = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    delay_minutes = models.PositiveIntegerField(_("minutes between attempts"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(_("time limit, minutes"), null=True, blank=True)
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)

    title = Translated()

    class Meta:
        ordering = ["code"]
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="test_pass_mark_is_per_cent"),
        ]

    def __str__(self) -> str:
        return self.title


class TestItem(models.Model):
    """A question in a test. `form` is A or B in a pair of parallel tests, empty otherwise."""

    __test__ = False

    test = models.ForeignKey(Test, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=1, blank=True)

    class Meta:
        ordering = ["test", "form", "position"]
        constraints = [
            models.UniqueConstraint(fields=["test", "form", "position"], name="test_item_position_once"),
            models.UniqueConstraint(fields=["test", "form", "question"], name="test_item_question_once"),
        ]

    def __str__(self) -> str:
        return f"{self.test.code} {self.form}{self.position}"


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
    language = models.CharField(max_length=2, choices=Language.choices)
    pass_mark = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    passed_at = models.DateTimeField(null=True, blank=True)
    mark = models.PositiveIntegerField(_("mark, hundredths"), null=True, blank=True)
    max_mark = models.PositiveIntegerField(_("highest mark, hundredths"))

    objects = AttemptQuerySet.as_manager()

    class Meta:
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
        indexes = [models.Index(fields=["agency", "test"], name="attempt_by_agency")]

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


class AttemptItem(models.Model):
    """A question as this attempt shows it, with the answer given and what it earned."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
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
    mark = models.PositiveIntegerField(null=True, blank=True)
    mark_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["attempt", "position"]
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
