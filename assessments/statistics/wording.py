"""Findings, and reasons why there is no figure, as sentences in the language that is active."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.statistics.figures import Reason
from assessments.statistics.findings import Code, Finding
from core.numbers import rounded

# From these alphas on, in per cent: decisions about single people, about groups, nothing. J. C. Nunnally and
# I. H. Bernstein, Psychometric theory, 1994, chapter 7, name 80 and 70; below 50 chance makes more of the spread than
# knowledge does.
DECIDES, COMPARES, MEASURES = 80, 70, 50


def finding_sentence(finding: Finding, labels: Mapping[str, str] | None = None) -> str:
    """Return a finding as a sentence; `labels` has the letter or text of each option, by its id.

    >>> finding_sentence(Finding(Code.NOBODY_CHOSE, {"option": "o3"}), {"o3": "C"})
    'Nobody chose “C”: replace it.'
    """
    told = {name: _told(name, value, labels or {}) for name, value in finding.values.items()}
    return _tied(_findings()[finding.code] % told)


def consistency_sentence(alpha: float) -> str:
    """Return what a coefficient of internal consistency, in per cent, allows to decide."""
    if alpha < 0:
        return _("The questions work against each other: look for a wrong key first.")
    if alpha < MEASURES:
        return _("The questions hardly measure one thing: say nothing about a person by this test alone.")
    if alpha < COMPARES:
        return _("The questions measure one thing roughly: look at other evidence as well before you decide.")
    if alpha < DECIDES:
        return _("Good enough to compare groups; near the pass mark chance still decides about single people.")
    return _("Good: who does well at one half of the questions does well at the other.")


def reason_sentence(reason: Reason) -> str:
    """Return why there is no figure."""
    return str(REASONS[reason])


def _told(name: str, value: Any, labels: Mapping[str, str]) -> Any:
    if name in {"option", "right"}:
        return labels.get(value, value)
    if name in {"language", "reference"}:
        return _in_language(value)
    if isinstance(value, float):
        return rounded(value)
    return value


def _in_language(code: str) -> str:
    return {
        "en": pgettext("a question is harder", "in English"),
        "ru": pgettext("a question is harder", "in Russian"),
        "be": pgettext("a question is harder", "in Belarusian"),
    }.get(code, code)


def _tied(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _findings() -> dict[Code, str]:
    return {
        Code.NEGATIVE: _(
            "People who know more earn less here (discrimination %(discrimination)s %%): check which answer is right."
        ),
        Code.STRONG_CHOSE_WRONG: _(
            "Of the strongest people more chose “%(option)s” (%(count)d) than the right answer “%(right)s” "
            "(%(right_count)d)."
        ),
        Code.HARDER_IN_LANGUAGE: _(
            "Harder %(language)s than %(reference)s for people who know equally much (class %(grade)s): compare the "
            "wordings."
        ),
        Code.EASIER_IN_LANGUAGE: _(
            "Easier %(language)s than %(reference)s for people who know equally much (class %(grade)s): compare the "
            "wordings."
        ),
        Code.TOO_EASY: _("Too easy: people earn %(facility)s %% of the mark on average."),
        Code.TOO_HARD: _("Too hard: people earn %(facility)s %% of the mark on average."),
        Code.NO_BETTER_THAN_GUESSING: _(
            "No better than guessing: %(facility)s %% of the mark; a guess earns %(guess)s %%."
        ),
        Code.SAME_FOR_ALL: _("Everybody has the same mark, so the question tells nobody apart."),
        Code.WEAK: _("Hardly tells apart who knows more and who knows less (discrimination %(discrimination)s %%)."),
        Code.NOBODY_CHOSE: _("Nobody chose “%(option)s”: replace it."),
        Code.OFTEN_OPEN: _("Left open by %(share)s %% of the people."),
    }


REASONS = {
    Reason.NO_ATTEMPTS: gettext_lazy("There is no attempt yet."),
    Reason.TOO_FEW_ATTEMPTS: gettext_lazy("There are too few attempts."),
    Reason.TOO_FEW_QUESTIONS: gettext_lazy("There are too few questions."),
    Reason.SAME_TOTALS: gettext_lazy("Everybody has the same total."),
    Reason.SAME_MARKS: gettext_lazy("Everybody has the same mark for this question."),
    Reason.SAME_REST: gettext_lazy("Everybody has the same total of the other questions."),
    Reason.NO_MARKS: gettext_lazy("No marks can be earned."),
    Reason.PARTIAL_MARKS: gettext_lazy("Some answers earned a part of the mark."),
    Reason.NEGATIVE_COVARIANCE: gettext_lazy("The mark falls where the total rises."),
    Reason.DIFFERENT_QUESTIONS: gettext_lazy("Not everybody had the same questions."),
    Reason.NOBODY_CHOSE: gettext_lazy("Nobody chose this."),
    Reason.NOT_GUESSED: gettext_lazy("The answer is not picked from a list."),
    Reason.NOTHING_TO_COMPARE: gettext_lazy("Too few people of both languages have equal totals."),
}
