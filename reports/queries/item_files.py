"""R10 as a report: the same figures for spreadsheets and programs, and what each of them means."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.models.bank import QuestionType
from assessments.statistics.findings import Code
from assessments.statistics.overall import Overall
from assessments.statistics.wording import REASONS, finding_sentence, reason_sentence
from core.numbers import rounded
from people.models import Language
from reports.columns import Column, Details, Report, Row
from reports.queries.item_tables import columns_of_totals, fraction, item_tables
from reports.queries.items import TestAnalysis, TestQuestion, item_analysis
from reports.queries.scope import EVERY_FORM, Counting, Question, TooFewError

# Figures of a question in per cent, in marks, and as fractions.
_SHARES = (
    *("facility", "discrimination", "discriminative_efficiency", "intended_weight", "effective_weight"),
    "alpha_if_dropped",
)
_NUMBERS = ("sd", "covariance", "r_total", "r_rest")
_FRACTIONS = {"alpha_if_dropped"}
# Of little use to whoever only reads.
_IN_FILES = {"sd", "covariance"}


def item_report(question: Question) -> Report:
    """Return how a test measures: a row per question, with answers, groups and results in further tables.

    It names no person, and agencies only of the scope. Raises OutOfScopeError without a test, TooFewError where figures
    would be about so few people as the audience may not read about.
    """
    found = item_analysis(question)
    if 0 < found.people < question.audience.smallest:
        raise TooFewError(
            _("Fewer than %(smallest)s people handed in this test: figures would be about single people.")
            % {"smallest": question.audience.smallest}
        )
    return Report(
        name="item-analysis",
        title=_("Item analysis: %(test)s") % {"test": found.test.title},
        columns=_columns(),
        rows=[_row(each) for each in found.questions] if found.attempts else [],
        totals=_totals(found),
        definitions=definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes=_codes(found),
        of_totals=columns_of_totals(),
        tables=item_tables(found),
        notes=list(_notes(found)),
        attention=_attention(found),
        details=Details(
            title=_("Question by question"),
            number="number",
            name="words",
            facts=("question", "version", "type", "facility", "discrimination", "guess"),
            texts=("undefined",),
        ),
    )


def _figure_labels() -> dict[str, str]:
    """The names of the figures of a question, by key."""
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


def _undefined(each: TestQuestion) -> list[tuple[str, str]]:
    """(Which figures, why) of those that a question does not have."""
    labels: dict[str, list[str]] = defaultdict(list)
    for key, label in _figure_labels().items():
        reason = getattr(each.analysis.figures, key).reason
        if reason is not None:
            labels[reason_sentence(reason)].append(label)
    return [(", ".join(names), why) for why, names in labels.items()]


def _sentences(each: TestQuestion) -> list[str]:
    """What stands out about a question, the most urgent first."""
    return [finding_sentence(finding, each.letters) for finding in each.analysis.findings]


def _columns() -> list[Column]:
    labels = _figure_labels()
    return [
        Column("number", _("No."), "integer"),
        Column("question", _("Question"), "text"),
        Column("version", _("Version"), "integer"),
        Column("type", _("Type"), "code", shown=False),
        Column("words", _("Words"), "text", shown=False),
        Column("attempts", _("Attempts"), "integer"),
        *(Column(key, labels[key], "share", nearest=True) for key in _SHARES),
        *(Column(key, labels[key], "number", shown=key not in _IN_FILES) for key in _NUMBERS),
        Column("guess", _("Earned by guessing"), "share", shown=False, nearest=True),
        Column("findings", _("What stands out"), "text", shown=False),
        Column("undefined", _("Why a figure is missing"), "text", shown=False),
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
        **{key: fraction(getattr(figures, key), whole=key in _FRACTIONS) for key in _SHARES},
        **{key: getattr(figures, key).value for key in _NUMBERS},
        "guess": fraction(each.analysis.guess),
        "findings": " ".join(_sentences(each)),
        "undefined": " ".join(f"{label}: {why}" for label, why in _undefined(each)),
    }


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
        "alpha": fraction(figures.alpha_percent),
        "error_ratio": fraction(figures.error_ratio),
        "standard_error": figures.standard_error.value,
        "kr20": figures.kr20.value,
        "highest": found.highest,
        "pass_mark": found.test.pass_mark / 100,
        "reasons": _reasons(figures),
    }


def _reasons(figures: Overall) -> dict[str, str]:
    """Why there is no such figure, by its key in the totals."""
    told = {
        "mean": figures.mean,
        "median": figures.median,
        "sd": figures.sd,
        "skewness": figures.skewness,
        "kurtosis": figures.kurtosis,
        "alpha": figures.alpha_percent,
        "error_ratio": figures.error_ratio,
        "standard_error": figures.standard_error,
        "kr20": figures.kr20,
    }
    return {key: figure.reason.value for key, figure in told.items() if figure.reason is not None}


# --- What stands beside the figures ---------------------------------------------------------------------------------


def _attention(found: TestAnalysis) -> list[tuple[int, str]]:
    """(Place of the question, what stands out), the most urgent first; of equals in the order of the test."""
    order = list(Code)
    told = [
        (order.index(finding.code), place, finding_sentence(finding, question.letters))
        for place, question in enumerate(found.questions)
        for finding in question.analysis.findings
    ]
    return [(place, sentence) for _urgency, place, sentence in sorted(told)]


def _notes(found: TestAnalysis) -> Iterator[str]:
    """What was counted and what was left out."""
    yield " ".join(_counted(found))
    if any(question.several for question in found.questions):
        yield _(
            "Some questions were changed while the test was used: each version stands on its own, and figures that "
            "need the same questions for everybody are missing. Choose a period within which nothing was changed."
        )
    if found.void:
        why = _("Everybody has the full mark for these, so they say nothing and count in no figure:")
        yield f"{_('Left out as defective')}. {why} {', '.join(map(str, found.void))}."


def _counted(found: TestAnalysis) -> Iterator[str]:
    words = ngettext(
        "%(attempts)s attempt that was handed in and is marked.",
        "%(attempts)s attempts that were handed in and are marked.",
        found.attempts,
    )
    yield words % {"attempts": rounded(found.attempts)}
    yield f"{_('Counted:')} {counting_labels()[found.question.attempts].lower()}."
    if found.question.form not in ("", EVERY_FORM):
        yield _("Form %(form)s.") % {"form": found.question.form}
    if found.unmarked:
        words = ngettext(
            "%(unmarked)s attempt is left out because an answer waits for its mark.",
            "%(unmarked)s attempts are left out because an answer waits for its mark.",
            found.unmarked,
        )
        yield words % {"unmarked": rounded(found.unmarked)}


# --- Words ----------------------------------------------------------------------------------------------------------


def _codes(found: TestAnalysis) -> dict[str, dict[str, str]]:
    types = {each.version.question.type for each in found.questions}
    return {
        "type": {value: str(label) for value, label in QuestionType.choices if value in types},
        "kind": {"language": _("Language"), "agency": _("Agency")},
        "group": dict(_group_names(found)),
        "language": dict(_languages()),
        "reference": dict(_languages()),
        "class": _grades(),
        "attempts": counting_labels(),
        "form": {EVERY_FORM: _("All together")},
        "reasons": {reason.value: str(sentence) for reason, sentence in REASONS.items()},
    }


def _group_names(found: TestAnalysis) -> Iterator[tuple[str, str]]:
    yield from _languages()
    yield from found.agency_names.items()


def _languages() -> Iterator[tuple[str, str]]:
    return ((value, str(label)) for value, label in Language.choices)


def _grades() -> dict[str, str]:
    """What the classes of a difference between languages mean."""
    return {
        "A": pgettext("difference between languages", "none worth naming"),
        "B": pgettext("difference between languages", "moderate"),
        "C": pgettext("difference between languages", "large"),
    }


def counting_labels() -> dict[str, str]:
    """Return in words which attempts can be counted, by code."""
    return {
        Counting.FIRST.value: _("The first of each person"),
        Counting.BY_RULE.value: _("Those that count for the result"),
        Counting.ALL.value: _("All"),
    }


def definitions() -> dict[str, str]:
    """Return what the figures mean, those of the test first."""
    return {
        "rows": _("A row per question that was asked, in the order of the test; what is drawn follows by its code."),
        "period": _("The day on which the attempt was handed in lies in the period, both ends included."),
        "attempts": _("Attempts that were handed in and are marked, of those asked for."),
        "questions": _("Questions that were asked and are worth a mark; each version is one."),
        "unmarked": _("Attempts left out because an answer waits for its mark."),
        "mean": _("Sum of the marks ÷ number of attempts, without questions found defective."),
        "median": _("The mark in the middle when all are put in order."),
        "sd": _("Square root of the sample variance (divisor n − 1), in marks."),
        "skewness": _("k3 ÷ k2^1.5; below 0 the tail lies at low marks. Undefined for fewer than three attempts."),
        "kurtosis": _("k4 ÷ k2^2; 0 for a bell. Undefined for fewer than four attempts."),
        "alpha": _(
            "Cronbach’s alpha: k ÷ (k − 1) · (1 − sum of the variances of the k questions ÷ variance of the total). "
            "May be negative."
        ),
        "error_ratio": _("Square root of (1 − alpha): the part of the standard deviation that is due to chance."),
        "standard_error": _("Standard deviation × error ratio, in marks."),
        "kr20": _(
            "Kuder and Richardson’s formula 20, with population variances; only where every answer earns nothing or "
            "everything."
        ),
        "highest": _("What can be earned in all, where everybody could earn the same, in marks."),
        "pass_mark": _("The share of the highest mark from which on the test is passed."),
        "reasons": _("Figures of the test that cannot be computed, each with the reason."),
        "facility": _("Mean mark of the question ÷ its highest mark."),
        "discrimination": _(
            "Correlation of the mark with the rest of the test (the total without the question). From 20 % on a "
            "question tells people apart."
        ),
        "discriminative_efficiency": _("Covariance of mark and rest ÷ the highest that these marks could reach."),
        "intended_weight": _("Highest mark of the question ÷ highest mark of the test."),
        "effective_weight": _(
            "The part of the spread of totals that the question makes: square root of cov(mark, total) ÷ the sum of "
            "these roots. Undefined where the covariance is negative."
        ),
        "alpha_if_dropped": _(
            "Alpha of the test without the question; above that of the test, the question does harm."
        ),
        "covariance": _("Sample covariance of mark and rest, in marks squared."),
        "r_total": _("Correlation of the mark with the total, the question in it."),
        "r_rest": _("Correlation of the mark with the rest, as a fraction."),
        "guess": _("What picking at random earns on average, where answers are picked from a list."),
        "right": _("Whether choosing the answer earns something."),
        "count": _("Attempts that chose the answer. A line without an answer counts those that left it open."),
        "share": _(
            "Attempts that chose the answer ÷ attempts that showed the question. Of several answers each counts."
        ),
        "mean_rest": _(
            "Mean of the rest of the test among those who chose the answer, in marks. It should be highest for the "
            "right one."
        ),
        "strong": _("How many of the strongest 27 % by the rest of the test chose the answer."),
        "groups": _(
            "Languages and agencies with ten attempts and more, by five people and more. The smallest agency is left "
            "out as well where those that are too small could be told from the difference."
        ),
        "differences": _(
            "Odds of a right answer among people of equal total, by Mantel and Haenszel; below 0 delta means harder "
            "than in the language compared with. Classes A, B, C of the Educational Testing Service. A flag to read "
            "the question again, not a proof."
        ),
        "odds_ratio": _("Common odds ratio of both languages; 1 where they are alike."),
        "delta": _("−2.35 · ln of the odds ratio, the scale of the Educational Testing Service."),
        "p_value": _("How probable so large a difference is by chance alone."),
        "low": _("Where a tenth of the highest mark begins; this much belongs to it."),
        "high": _("Where it ends; this much belongs to the next tenth, except in the last one."),
        "part": _("Attempts whose result lies in the tenth ÷ all attempts."),
        "versions": _(
            "A version of a question is a question of its own. Versions found defective are left out, and so are "
            "their marks."
        ),
        "undefined": _("A figure that cannot be computed is empty, and this column says why."),
    }
