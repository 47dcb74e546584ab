"""The list of questions in the CMS: found by code and words of any language, filtered, sorted, chosen for more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button

from assessments.models import (
    Category,
    Objective,
    Question,
    QuestionTag,
    QuestionText,
    QuestionType,
    QuestionVersion,
)
from assessments.question_types.texts import plain_stem, plain_words
from core.folding import fold
from people.models import Language

FIRST_WORDS = 90


class CategoryFilter(django_filters.ModelChoiceFilter):
    """A drawer with everything that lies in it."""

    def filter(self, qs: QuerySet, value: Category | None) -> QuerySet:
        return qs.filter(category__path__startswith=value.path) if value else qs


class QuestionFilterSet(WagtailFilterSet):
    """What the list is narrowed by."""

    category = CategoryFilter(label=gettext_lazy("Category"), queryset=Category.objects.all())
    tags = django_filters.ModelChoiceFilter(label=gettext_lazy("Tag"), queryset=QuestionTag.objects.all())
    objective = django_filters.ModelChoiceFilter(label=gettext_lazy("Objective"), queryset=Objective.objects.all())
    type = django_filters.ChoiceFilter(label=gettext_lazy("Type"), choices=QuestionType.choices)
    status = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=Question.Status.choices)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("To be looked at"),
        choices=[
            ("overdue", gettext_lazy("overdue for review")),
            ("unverified", gettext_lazy("source not confirmed")),
            ("awaiting", gettext_lazy("a text awaits review")),
        ],
        method="narrow_by_state",
    )
    missing = django_filters.ChoiceFilter(
        label=gettext_lazy("Language missing"), choices=Language.choices, method="narrow_by_missing"
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def narrow_by_state(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "overdue":
            return queryset.filter(review_on__lt=timezone.localdate())
        if value == "unverified":
            return queryset.filter(unverified=True)
        later = QuestionText.objects.filter(
            version=OuterRef("version"), language=OuterRef("language"), revision__gt=OuterRef("revision")
        )
        waiting = QuestionText.objects.filter(version=OuterRef("newest"), review=QuestionText.Review.AWAITING)
        return queryset.filter(Exists(waiting.exclude(Exists(later))))

    def narrow_by_missing(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.exclude(Exists(QuestionText.objects.filter(version=OuterRef("newest"), language=value)))


class QuestionColumn(Column):
    """A cell with a template of its own."""

    cell_template_name = "assessments/cms/_cell.html"


class QuestionIndexView(IndexView):
    """The bank, one line for each question."""

    page_title = gettext_lazy("Questions")
    default_ordering = "code"
    paginate_by = 30
    filterset_class = QuestionFilterSet
    is_searchable = True
    template_name = "assessments/cms/questions.html"
    results_template_name = "assessments/cms/questions_results.html"

    @property
    def columns(self) -> list[Any]:
        """What a line says."""
        return [
            BulkActionsCheckboxColumn("bulk", obj_type="question"),
            TitleColumn(
                "code",
                label=gettext_lazy("Code"),
                sort_key="code",
                get_url=lambda question: reverse("questions:page", args=[question.pk]),
                get_title_id=lambda question: f"question_{question.pk}_title",
            ),
            QuestionColumn("words", label=gettext_lazy("Question"), accessor="first_words"),
            Column("type", label=gettext_lazy("Type"), accessor="get_type_display", sort_key="type"),
            QuestionColumn("status", label=gettext_lazy("Status"), accessor="get_status_display", sort_key="status"),
            QuestionColumn("languages", label=gettext_lazy("Languages"), accessor="languages"),
            QuestionColumn("used", label=gettext_lazy("Tests"), accessor="used", sort_key="used"),
            QuestionColumn("review", label=gettext_lazy("Review by"), accessor="review_on", sort_key="review_on"),
        ]

    def get_base_queryset(self) -> QuerySet:
        return with_newest(Question.objects.annotate(used=Count("uses__section__test", distinct=True)))

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Questions without a date come last, whatever the direction."""
        if self.ordering in ("review_on", "-review_on"):
            day = F("review_on").asc if self.ordering == "review_on" else F("review_on").desc
            return queryset.order_by(day(nulls_last=True), "code")
        return queryset.order_by(self.ordering, "code")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=found_by(self.search_query)) if self.is_searching else queryset

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> Any:
        paginator, page, questions, others = super().paginate_queryset(queryset, page_size)
        page.object_list = told(questions, (get_language() or "en")[:2])
        return paginator, page, page.object_list, others

    @cached_property
    def chosen_category(self) -> Category | None:
        """The drawer that the list shows; None for all."""
        return self.filters.form.cleaned_data.get("category") if self.filters and self.filters.is_valid() else None

    def get_add_url(self) -> str | None:
        """A new question begins in the drawer that is open."""
        address = super().get_add_url()
        query = urlencode({"category": self.chosen_category.slug}) if self.chosen_category else ""
        return f"{address}?{query}" if address and query else address

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The ways in and out for many questions at once."""
        return [
            *super().header_more_buttons,
            Button(_("Bring in from a file"), url=reverse("questions:import"), icon_name="upload", priority=10),
            Button(_("Take out to a file"), url=reverse("questions:export"), icon_name="download", priority=20),
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "tree": tree_around(self.chosen_category)}


def with_newest(questions: QuerySet) -> QuerySet:
    """Each question with the id of its newest version as `newest`, and whether that is void."""
    versions = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    found = questions.annotate(newest=Subquery(versions.values("pk")[:1]))
    return found.annotate(void=Exists(QuestionVersion.objects.filter(pk=OuterRef("newest"), voiding__isnull=False)))


def told(questions: Iterable[Question], language: str) -> list[Question]:
    """The questions of a page with their first words and the state of each language; one query."""
    listed: list[Any] = list(questions)
    texts: dict[int, dict[str, QuestionText]] = defaultdict(dict)
    versions = [question.newest for question in listed]
    for text in QuestionText.objects.filter(version__in=versions).order_by("language", "-revision"):
        texts[text.version_id].setdefault(text.language, text)
    for question in listed:
        own = texts[question.newest]
        shown = own.get(language) or own.get("en") or next(iter(own.values()), None)
        question.first_words = shortened(plain_stem(shown.words)) if shown else ""
        question.words_language = shown.language if shown else language
        question.languages = [(each, own[each].review if each in own else "") for each in Language.values]
        question.not_drawn = why_not_drawn(question, void=question.void)
    return listed


def why_not_drawn(question: Question, *, void: bool) -> str:
    """A sentence that says why no test shows the question today; empty when tests may show it."""
    if void:
        return _("The newest version was found defective, so no test shows it.")
    if question.status == Question.Status.RETIRED:
        return _("Retired: no test shows it any more.")
    if question.status != Question.Status.PUBLISHED:
        return _("Not published yet, so no test shows it.")
    if question.unverified:
        return _("Its source is not confirmed, so no test shows it.")
    if question.review_on and question.review_on < timezone.localdate():
        return _("It is overdue for review, so no test shows it.")
    return ""


def shortened(text: str) -> str:
    """The first words of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rsplit(' ', 1)[0]} …"


def found_by(sought: str) -> set[int]:
    """The ids of questions whose code or words, in any language, have all words that are sought; two queries.

    Compared in Python, because databases fold Cyrillic letters each in its way.
    """
    wanted = fold(sought).split()
    said: dict[int, list[str]] = {pk: [code] for pk, code in Question.objects.values_list("pk", "code")}
    newest: set[tuple[int, str]] = set()
    texts = QuestionText.objects.filter(version__in=QuestionVersion.objects.newest()).order_by("language", "-revision")
    for question, language, words in texts.values_list("version__question", "language", "words"):
        if (question, language) not in newest:
            newest.add((question, language))
            said[question].extend(texts_in(plain_words(words)))
    return {pk for pk, texts in said.items() if all(each in fold(*texts) for each in wanted)}


def texts_in(words: Any) -> Iterator[str]:
    """Every text in words, however deep it lies."""
    if isinstance(words, Mapping):
        words = list(words.values())
    if isinstance(words, list):
        for each in words:
            yield from texts_in(each)
    elif isinstance(words, str):
        yield words


@dataclass(frozen=True)
class Drawer:
    """A category, and how many questions lie in it and below it."""

    category: Category
    within: int


def tree_around(chosen: Category | None) -> dict[str, Any]:
    """The drawers above a category, itself, and those in it; one query."""
    counted = {category: category.own for category in Category.objects.annotate(own=Count("questions"))}
    drawers = [
        Drawer(category, sum(own for other, own in counted.items() if other.path.startswith(category.path)))
        for category in counted
    ]
    path = chosen.path if chosen else ""
    return {
        "above": [each for each in drawers if path.startswith(each.category.path) and each.category != chosen],
        "here": next((each for each in drawers if each.category == chosen), None),
        "below": [each for each in drawers if each.category.parent_id == (chosen.pk if chosen else None)],
    }


__all__ = ["QuestionIndexView", "told", "why_not_drawn", "with_newest"]
