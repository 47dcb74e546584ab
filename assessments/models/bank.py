"""The question bank.

A question is an identity; its *versions* hold structure and scoring, their *texts* the words of one language. Both are
immutable: an attempt points at what it showed, and a later edit rewrites no result.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Left, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import Translated
from core.models import AppendOnlyModel, AppendOnlyQuerySet
from core.prepared import Given, Prepared
from people.models import Account, Language


class Category(models.Model):
    """A drawer of the question bank."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    # The slugs from the top down to this one, each followed by "/": whatever lies below begins with it.
    path = models.CharField(max_length=600, unique=True, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.slug}/"
        super().save(*args, **kwargs)


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


class QuestionTag(models.Model):
    """A word that questions of several categories share."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag of questions")
        verbose_name_plural = _("tags of questions")

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def drawable(self, day: date | None = None) -> "QuestionQuerySet":
        """Questions that a test may show on a day (default: today): published, verified, not overdue for review, and
        with a newest version that is not void."""
        return self.filter(
            Q(review_on__isnull=True) | Q(review_on__gte=day or timezone.localdate()),
            status=Question.Status.PUBLISHED,
            unverified=False,
        ).exclude(pk__in=QuestionVersion.objects.newest().filter(voiding__isnull=False).values("question"))

    def for_practice(self) -> "QuestionQuerySet":
        """Questions whose answer may be seen by anybody: no test that counts names or may draw them."""
        section = apps.get_model("assessments.Section")
        counting = section.objects.exclude(test__purpose="practice")
        named = counting.filter(items__question=OuterRef("pk"))
        drawing = counting.filter(
            Q(category__isnull=True) | Q(category__path=Left(OuterRef("category__path"), Length("category__path"))),
            Q(tag__isnull=True) | Q(tag__questions=OuterRef("pk")),
            Q(objective__isnull=True) | Q(objective=OuterRef("objective")),
            draw__isnull=False,
        )
        return self.drawable().filter(~Exists(named), ~Exists(drawing))

    def let_through(self, section: Any) -> "QuestionQuerySet":
        """What a section that draws may draw, apart from whether it may be shown today."""
        found = self
        if section.category_id:
            found = found.filter(category__path__startswith=section.category.path)
        if section.tag_id:
            found = found.filter(tags=section.tag_id)
        if section.objective_id:
            found = found.filter(objective=section.objective_id)
        return found


class Question(models.Model):
    """A question of the bank, whatever its wording today."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    code = models.CharField(max_length=40, unique=True)
    # What editors elsewhere call it; by it a file in another language finds its question.
    name = models.CharField(_("name"), max_length=250, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="questions")
    type = models.CharField(max_length=20, choices=QuestionType.choices)
    objective = models.ForeignKey(Objective, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    source = models.TextField(_("source"), blank=True)
    unverified = models.BooleanField(_("source not confirmed"), default=False)
    # The day until which somebody has to look at it again; from the day after it is not drawn.
    review_on = models.DateField(_("to be reviewed by"), null=True, blank=True)

    tags = models.ManyToManyField(QuestionTag, blank=True, related_name="questions", verbose_name=_("tags"))

    # The file in which it came, and its place there: a saving that was interrupted goes on after the last place.
    imported = models.ForeignKey(
        "assessments.QuestionImport", null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    import_place = models.PositiveIntegerField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = [models.Index(fields=["category", "name"], name="question_by_name")]
        constraints = [models.UniqueConstraint(fields=["imported", "import_place"], name="question_import_once")]

    def __str__(self) -> str:
        return self.code


class QuestionVersionQuerySet(AppendOnlyQuerySet):
    def withdraw(self) -> int:
        """Take back versions, with their texts, that no attempt has shown: what was never asked is no fact yet.

        Returns how many. The database refuses those that were shown.
        """
        texts = QuestionText.objects.filter(version__in=self)
        texts.withdraw()
        return models.QuerySet.delete(self)[0]

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


class Voiding(AppendOnlyModel):
    """A version was found defective: whoever was asked it has the full mark for it, and nobody is asked it again."""

    version = models.OneToOneField(QuestionVersion, on_delete=models.PROTECT, related_name="voiding")
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.version}: {self.reason}"


class QuestionTextQuerySet(AppendOnlyQuerySet):
    def withdraw(self) -> int:
        """Take back texts that nobody has answered. Returns how many."""
        return models.QuerySet.delete(self)[0]

    def best_first(self, language: str) -> "QuestionTextQuerySet":
        """The language asked for before English before the others, and of each language the newest revision first."""
        rank = Case(When(language=language, then=0), When(language=Language.EN, then=1), default=2)
        return self.order_by(rank, "language", "-revision")

    def shown(self, versions: Iterable[int], language: str) -> dict[int, "QuestionText"]:
        """The text of each version (by id), of all there are, that a reader of `language` sees; one query."""
        texts: dict[int, QuestionText] = {}
        for text in _TEXTS.rows(language, versions=versions):
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
    imported = models.ForeignKey(
        "assessments.QuestionImport", null=True, blank=True, on_delete=models.PROTECT, related_name="texts"
    )

    objects = QuestionTextQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["version", "language", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language", "revision"], name="question_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} r{self.revision}"


def _texts(language: str) -> QuestionTextQuerySet:
    return QuestionText.objects.filter(version__in=Given("versions", many=True)).best_first(language)


_TEXTS = Prepared(_texts)
