"""The further tables of R10: who chose what, groups, differences between languages, how results are spread."""

import math
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.statistics import Figure
from assessments.statistics.groups import Group
from core.numbers import rounded
from reports.columns import Column, Row, Table
from reports.queries.items import TestAnalysis, TestQuestion

# What tells a version of a question from all others.
ONE_QUESTION = ("question", "version")
# Results are told by tenths of what could be earned.
TENTHS = 10


def item_tables(found: TestAnalysis) -> list[Table]:
    """Return the further tables of an analysis; agencies are those of the scope."""
    groups = [("language", group) for group in found.languages.groups]
    groups += [("agency", group) for group in found.agencies.groups if group.name in found.agency_names]
    return [_answers(found), _groups(found, groups), _by_group(found, groups), _differences(found), _results(found)]


def fraction(figure: Figure, *, whole: bool = False) -> float | None:
    """Return a figure in per cent as a fraction; `whole` when it is one already."""
    if figure.value is None or whole:
        return figure.value
    return figure.value / 100


def columns_of_totals() -> list[Column]:
    """Return what is known of the test as a whole."""
    return [
        Column("questions", _("Questions"), "integer"),
        Column("unmarked", _("Attempts not marked yet"), "integer"),
        Column("mean", _("Mean"), "number"),
        Column("median", _("Median"), "number"),
        Column("sd", _("Standard deviation"), "number"),
        Column("skewness", _("Skewness"), "number"),
        Column("kurtosis", _("Kurtosis"), "number"),
        Column("alpha", _("Internal consistency (alpha)"), "share", nearest=True),
        Column("error_ratio", _("Error ratio"), "share", nearest=True),
        Column("standard_error", _("Standard error"), "number"),
        Column("kr20", "KR-20", "share", nearest=True),
        Column("highest", _("Highest mark"), "number"),
        Column("pass_mark", _("Pass mark"), "share", nearest=True),
        Column("reasons", _("Why a figure is missing"), "reasons"),
    ]


def _answers(found: TestAnalysis) -> Table:
    """Who chose what."""
    rows: list[Row] = [
        {
            "question": question.code,
            "version": question.version.number,
            "answer": "" if each.option is None else question.letters[each.option],
            "words": _words(question, each.option),
            "right": each.right,
            "count": each.count,
            "share": fraction(each.share),
            "mean_rest": each.mean_rest.value,
            "strong": each.strong,
        }
        for question in found.questions
        for each in question.analysis.options
    ]
    columns = [
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("answer", _("Answer"), "text"),
        Column("words", _("Words"), "text"),
        Column("right", _("Right"), "boolean"),
        Column("count", _("Chosen by"), "integer"),
        Column("share", _("Share"), "share", nearest=True),
        Column("mean_rest", _("Mean of the rest"), "number"),
        Column("strong", _("Of the strongest 27 %"), "integer", shown=False),
    ]
    return Table(
        "answers", _("Answers"), columns, rows, about=ONE_QUESTION, name=("answer", "words"), stands_out="right"
    )


def _words(question: TestQuestion, option: str | None) -> str:
    if option is None:
        return _("No answer")
    return next((each.words for each in question.options if each.id == option), "")


def _groups(found: TestAnalysis, groups: Iterable[tuple[str, Group]]) -> Table:
    """The test by language and agency."""
    rows: list[Row] = [
        {
            "kind": kind,
            "group": group.name,
            "attempts": group.overall.attempts,
            "mean": group.overall.mean.value,
            "median": group.overall.median.value,
            "sd": group.overall.sd.value,
            "alpha": fraction(group.overall.alpha_percent),
        }
        for kind, group in groups
    ]
    columns = [
        Column("kind", _("Kind of group"), "code"),
        Column("group", _("Group"), "code"),
        Column("attempts", _("Attempts"), "integer"),
        *(column for column in columns_of_totals() if column.key in {"mean", "median", "sd", "alpha"}),
    ]
    note = " ".join(_left_out(found))
    return Table("groups", _("Groups"), columns, rows, shown=True, note=note, name=("group",))


def _left_out(found: TestAnalysis) -> Iterator[str]:
    """Which groups have no figures of their own."""
    yield _("Only groups of ten attempts and more.")
    if languages := found.languages.too_small:
        words = ngettext("%(number)s language is not shown.", "%(number)s languages are not shown.", languages)
        yield words % {"number": rounded(languages)}
    if found.agency_names and (agencies := found.agencies.too_small):
        words = ngettext("%(number)s agency is not shown.", "%(number)s agencies are not shown.", agencies)
        yield words % {"number": rounded(agencies)}


def _by_group(found: TestAnalysis, groups: Sequence[tuple[str, Group]]) -> Table:
    """The facility of each question in each group."""
    rows: list[Row] = [
        {
            "kind": kind,
            "group": group.name,
            "question": question.code,
            "version": question.version.number,
            "facility": fraction(facility),
        }
        for kind, group in groups
        for question, facility in zip(found.questions, group.facilities, strict=True)
    ]
    columns = [
        Column("kind", _("Kind of group"), "code"),
        Column("group", _("Group"), "code"),
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("facility", _("Facility"), "share", nearest=True),
    ]
    # One group alone says of a question what the question itself says.
    about = ONE_QUESTION if len(groups) > 1 else ()
    return Table("facilities", _("Facility by group"), columns, rows, about=about, name=("group",))


def _differences(found: TestAnalysis) -> Table:
    """Questions that are harder in one language for people who know equally much."""
    rows: list[Row] = [
        {
            "question": question.code,
            "version": question.version.number,
            "language": each.language,
            "reference": each.reference,
            "odds_ratio": each.comparison.odds_ratio.value,
            "delta": each.comparison.delta.value,
            "p_value": each.comparison.p_value.value,
            "class": each.comparison.grade.value if each.comparison.grade else "",
        }
        for question in found.questions
        for each in question.analysis.differences
    ]
    columns = [
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("language", _("Language"), "code"),
        Column("reference", _("Compared with"), "code"),
        Column("odds_ratio", _("Odds ratio"), "number"),
        Column("delta", _("Delta"), "number"),
        Column("p_value", _("p-value"), "number"),
        Column("class", _("Class"), "code"),
    ]
    return Table("differences", _("Between languages"), columns, rows, about=ONE_QUESTION)


def _results(found: TestAnalysis) -> Table:
    """How many attempts earned which tenth of what they could have; the last tenth holds all that can be earned."""
    counts = [0] * TENTHS
    for earned, possible in found.results:
        # The small addition keeps 0.7 · 10 = 6.999… in the tenth that begins at 70 %.
        counts[min(TENTHS - 1, math.floor(TENTHS * earned / possible + 1e-9)) if possible else 0] += 1
    rows: list[Row] = [
        {
            "low": place / TENTHS,
            "high": (place + 1) / TENTHS,
            "attempts": count,
            "part": count / len(found.results) if found.results else None,
        }
        for place, count in enumerate(counts)
    ]
    columns = [
        Column("low", pgettext("share of the highest mark", "From"), "share"),
        Column("high", pgettext("share of the highest mark", "To"), "share"),
        Column("attempts", _("Attempts"), "integer"),
        Column("part", _("Share"), "share", nearest=True),
    ]
    return Table("results", _("How results are spread"), columns, rows)
