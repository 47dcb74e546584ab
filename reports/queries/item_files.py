"""R10 as a report: the same figures for spreadsheets and programs, and what each of them means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.models.bank import QuestionType
from assessments.statistics import Figure
from assessments.statistics.groups import Group
from assessments.statistics.wording import finding_sentence, reason_sentence
from people.models import Language
from reports.columns import Column, Report, Row, Table
from reports.queries.items import Counting, TestAnalysis, TestQuestion

# Figures of a question in per cent, in marks, and as fractions.
_SHARES = (
    *("facility", "discrimination", "discriminative_efficiency", "intended_weight", "effective_weight"),
    "alpha_if_dropped",
)
_NUMBERS = ("sd", "covariance", "r_total", "r_rest")
_FRACTIONS = {"alpha_if_dropped"}


def item_report(found: TestAnalysis, *, with_agencies: bool) -> Report:
    """Return the analysis of a test as a report; it names no person, and agencies only to those who may see them."""
    question = found.question
    return Report(
        name="item-analysis",
        title=_("Item analysis: %(test)s") % {"test": question.test.title},
        columns=_columns(),
        rows=[_row(each) for each in found.questions],
        totals=_totals(found),
        definitions=definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience="programme",
        codes=_codes(found),
        of_totals=_of_totals(),
        tables=_tables(found, with_agencies=with_agencies),
    )


def figure_labels() -> dict[str, str]:
    """Return the names of the figures of a question, by key."""
    return {
        "facility": _("Facility"),
        "discrimination": _("Discrimination"),
        "discriminative_efficiency": _("Discriminative efficiency"),
        "intended_weight": _("Intended weight"),
        "effective_weight": _("Effective weight"),
        "alpha_if_dropped": _("Alpha without it"),
        "sd": _("Standard deviation"),
        "covariance": _("Covariance with the rest"),
        "r_total": _("r with the total"),
        "r_rest": _("r with the rest"),
    }


def undefined(each: TestQuestion) -> list[tuple[str, str]]:
    """Return (which figures, why) of those that a question does not have."""
    labels: dict[str, list[str]] = defaultdict(list)
    for key, label in figure_labels().items():
        reason = getattr(each.analysis.figures, key).reason
        if reason is not None:
            labels[reason_sentence(reason)].append(label)
    return [(", ".join(names), why) for why, names in labels.items()]


def sentences(each: TestQuestion) -> list[str]:
    """Return what stands out about a question, the most urgent first."""
    return [finding_sentence(finding, each.letters) for finding in each.analysis.findings]


def _columns() -> list[Column]:
    labels = figure_labels()
    return [
        Column("number", _("Number"), "integer"),
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("type", _("Type"), "code"),
        Column("words", _("Words"), "text"),
        Column("attempts", _("Attempts"), "integer"),
        *(Column(key, labels[key], "share") for key in _SHARES),
        *(Column(key, labels[key], "number") for key in _NUMBERS),
        Column("guess", _("Earned by guessing"), "share"),
        Column("findings", _("What stands out"), "text"),
        Column("undefined", _("Why a figure is missing"), "text"),
    ]


def _row(each: TestQuestion) -> Row:
    figures = each.analysis.figures
    return {
        "number": each.number,
        "question": each.code,
        "version": each.version.number,
        "type": each.version.question.type,
        "words": each.words,
        "attempts": figures.attempts,
        **{key: _fraction(getattr(figures, key), whole=key in _FRACTIONS) for key in _SHARES},
        **{key: getattr(figures, key).value for key in _NUMBERS},
        "guess": _fraction(each.analysis.guess),
        "findings": " ".join(sentences(each)),
        "undefined": " ".join(f"{label}: {why}" for label, why in undefined(each)),
    }


def _fraction(figure: Figure, *, whole: bool = False) -> float | None:
    """A figure in per cent as a fraction; `whole` when it is one already."""
    if figure.value is None or whole:
        return figure.value
    return figure.value / 100


def _of_totals() -> list[Column]:
    return [
        Column("questions", _("Questions"), "integer"),
        Column("unmarked", _("Attempts not marked yet"), "integer"),
        Column("mean", _("Mean"), "number"),
        Column("median", _("Median"), "number"),
        Column("sd", _("Standard deviation"), "number"),
        Column("skewness", _("Skewness"), "number"),
        Column("kurtosis", _("Kurtosis"), "number"),
        Column("alpha", _("Internal consistency (alpha)"), "share"),
        Column("error_ratio", _("Error ratio"), "share"),
        Column("standard_error", _("Standard error"), "number"),
        Column("kr20", "KR-20", "share"),
    ]


def _totals(found: TestAnalysis) -> Row:
    figures = found.figures.overall
    return {
        "attempts": figures.attempts,
        "unmarked": found.unmarked,
        "questions": len(found.questions),
        "mean": figures.mean.value,
        "median": figures.median.value,
        "sd": figures.sd.value,
        "skewness": figures.skewness.value,
        "kurtosis": figures.kurtosis.value,
        "alpha": _fraction(figures.alpha_percent),
        "error_ratio": _fraction(figures.error_ratio),
        "standard_error": figures.standard_error.value,
        "kr20": figures.kr20.value,
    }


# --- Further tables -------------------------------------------------------------------------------------------------


def _tables(found: TestAnalysis, *, with_agencies: bool) -> list[Table]:
    groups = [("language", group) for group in found.figures.languages.groups]
    if with_agencies:
        groups += [("agency", group) for group in found.agencies.groups]
    return [_answers(found), _groups(groups), _by_group(found, groups), _differences(found)]


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
            "share": _fraction(each.share),
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
        Column("share", _("Share"), "share"),
        Column("mean_rest", _("Mean of the rest"), "number"),
        Column("strong", _("Of the strongest 27 %"), "integer"),
    ]
    return Table("answers", _("Answers"), columns, rows)


def _words(question: TestQuestion, option: str | None) -> str:
    if option is None:
        return _("No answer")
    return next((each.words for each in question.options if each.id == option), "")


def _groups(groups: Iterable[tuple[str, Group]]) -> Table:
    """The test by language and agency."""
    rows: list[Row] = [
        {
            "kind": kind,
            "group": group.name,
            "attempts": group.overall.attempts,
            "mean": group.overall.mean.value,
            "median": group.overall.median.value,
            "sd": group.overall.sd.value,
            "alpha": _fraction(group.overall.alpha_percent),
        }
        for kind, group in groups
    ]
    columns = [
        Column("kind", _("Kind of group"), "code"),
        Column("group", _("Group"), "code"),
        Column("attempts", _("Attempts"), "integer"),
        *(column for column in _of_totals() if column.key in {"mean", "median", "sd", "alpha"}),
    ]
    return Table("groups", _("Groups"), columns, rows)


def _by_group(found: TestAnalysis, groups: Iterable[tuple[str, Group]]) -> Table:
    """The facility of each question in each group."""
    rows: list[Row] = [
        {
            "kind": kind,
            "group": group.name,
            "question": question.code,
            "version": question.version.number,
            "facility": _fraction(facility),
        }
        for kind, group in groups
        for question, facility in zip(found.questions, group.facilities, strict=True)
    ]
    columns = [
        Column("kind", _("Kind of group"), "code"),
        Column("group", _("Group"), "code"),
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("facility", _("Facility"), "share"),
    ]
    return Table("facilities", _("Facility by group"), columns, rows)


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
    return Table("differences", _("Between languages"), columns, rows)


def _codes(found: TestAnalysis) -> dict[str, dict[str, str]]:
    types = {each.version.question.type for each in found.questions}
    return {
        "type": {value: str(label) for value, label in QuestionType.choices if value in types},
        "kind": {"language": _("Language"), "agency": _("Agency")},
        "group": dict(_group_names(found)),
        "class": grades(),
        "attempts": counting_labels(),
    }


def _group_names(found: TestAnalysis) -> Iterator[tuple[str, str]]:
    yield from ((value, str(label)) for value, label in Language.choices)
    yield from found.agency_names.items()


def grades() -> dict[str, str]:
    """Return what the classes of a difference between languages mean."""
    return {
        "A": pgettext("difference between languages", "none worth naming"),
        "B": pgettext("difference between languages", "moderate"),
        "C": pgettext("difference between languages", "large"),
    }


def counting_labels() -> dict[str, str]:
    """Return which attempts can be counted."""
    return {
        Counting.FIRST.value: _("The first of each person"),
        Counting.BY_RULE.value: _("Those that count for the result"),
        Counting.ALL.value: _("All"),
    }


def definitions() -> dict[str, str]:
    """Return what the figures mean, those of the test first."""
    return {
        "attempts": _("Attempts that were handed in and are marked, of those asked for."),
        "unmarked": _("Attempts left out because an answer waits for its mark."),
        "mean": _("Sum of the marks ÷ number of attempts, without questions found defective."),
        "median": _("The mark in the middle when all are put in order."),
        "sd": _("Square root of the sample variance (divisor n − 1), in marks."),
        "skewness": _("k₃ ÷ k₂^1.5; below 0 the tail lies at low marks. Undefined for fewer than three attempts."),
        "kurtosis": _("k₄ ÷ k₂²; 0 for a bell. Undefined for fewer than four attempts."),
        "alpha": _(
            "Cronbach’s alpha: k ÷ (k − 1) · (1 − Σ variances of the questions ÷ variance of the total). May be "
            "negative."
        ),
        "error_ratio": _("√(1 − alpha): the part of the standard deviation that is due to chance."),
        "standard_error": _("Standard deviation × error ratio, in marks."),
        "kr20": _(
            "Kuder and Richardson’s formula 20, with population variances; only where every answer earns nothing or "
            "everything."
        ),
        "facility": _("Mean mark of the question ÷ its highest mark."),
        "discrimination": _(
            "Correlation of the mark with the rest of the test (the total without the question). From 20 % on a "
            "question tells people apart."
        ),
        "discriminative_efficiency": _("Covariance of mark and rest ÷ the highest that these marks could reach."),
        "intended_weight": _("Highest mark of the question ÷ highest mark of the test."),
        "effective_weight": _(
            "The part of the spread of totals that the question makes: √cov(mark, total) ÷ the sum of these. "
            "Undefined where the covariance is negative."
        ),
        "alpha_if_dropped": _(
            "Alpha of the test without the question; above that of the test, the question does harm."
        ),
        "covariance": _("Sample covariance of mark and rest, in marks squared."),
        "r_total": _("Correlation of the mark with the total, the question in it."),
        "r_rest": _("Correlation of the mark with the rest, as a fraction."),
        "guess": _("What picking at random earns on average, where answers are picked from a list."),
        "share": _(
            "Attempts that chose the answer ÷ attempts that showed the question. Of several answers each counts."
        ),
        "mean_rest": _(
            "Mean of the rest of the test among those who chose the answer, in marks. It should be highest for the "
            "right one."
        ),
        "strong": _("How many of the strongest 27 % by the rest of the test chose the answer."),
        "groups": _(
            "Languages and agencies with ten attempts and more. The smallest agency is left out as well where those "
            "that are too small could be told from the difference."
        ),
        "differences": _(
            "Odds of a right answer among people of equal total, by Mantel and Haenszel; below 0 delta means harder "
            "than in the language compared with. Classes A, B, C of the Educational Testing Service. A flag to read "
            "the question again, not a proof."
        ),
        "versions": _(
            "A version of a question is a question of its own. Versions found defective are left out, and so are "
            "their marks."
        ),
        "undefined": _("A figure that cannot be computed is empty, and this column says why."),
    }
