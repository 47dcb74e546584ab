"""What the figures of a test say in plain words, in the language that is active."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.statistics import Figure
from assessments.statistics.overall import Overall
from assessments.statistics.wording import reason_sentence
from reports.wording import Definitions, rounded, rounded_per_cent

# From these alphas on, in per cent: decisions about single people, about groups, nothing. J. C. Nunnally and
# I. H. Bernstein, Psychometric theory, 1994, chapter 7, name 80 and 70; below 50 chance makes more of the spread than
# knowledge does.
DECIDES, COMPARES, MEASURES = 80, 70, 50
# A distribution whose skewness is at most this far from 0 looks even.
EVEN = 0.5


# From a figure to words.
Told = Callable[[float], str]


@dataclass(frozen=True)
class Reading:
    """A figure of a test with its value as text and what it says; `definition` is how it is computed."""

    key: str
    label: str
    value: str
    says: str
    definition: str


def readings(figures: Overall, highest: float | None, definitions: Definitions) -> list[Reading]:
    """Return the figures of a test; `highest` is its highest mark where everybody could reach the same."""
    rows: list[tuple[str, str, Figure, Told, Told]] = [
        ("mean", _("Mean"), figures.mean, _marks, lambda value: _of_highest(value, highest)),
        ("median", _("Median"), figures.median, _marks, _in_the_middle),
        ("sd", _("Standard deviation"), figures.sd, _marks, _around_the_mean),
        ("skewness", _("Skewness"), figures.skewness, _two_places, _skewed),
        ("kurtosis", _("Kurtosis"), figures.kurtosis, _two_places, _peaked),
        ("alpha", _("Internal consistency (alpha)"), figures.alpha_percent, rounded_per_cent, _consistent),
        ("kr20", "KR-20", figures.kr20, lambda value: rounded_per_cent(100 * value), _checked),
        ("error_ratio", _("Error ratio"), figures.error_ratio, rounded_per_cent, _by_chance),
        ("standard_error", _("Standard error"), figures.standard_error, _marks, _uncertain),
    ]
    return [
        Reading(key, label, *_read(figure, told, says), definition=definitions[key])
        for key, label, figure, told, says in rows
    ]


def _read(figure: Figure, told: Told, says: Told) -> tuple[str, str]:
    if figure.value is not None:
        return told(figure.value), says(figure.value)
    return "–", reason_sentence(figure.reason) if figure.reason else ""


def _marks(value: float) -> str:
    return rounded(value, 1)


def _two_places(value: float) -> str:
    return rounded(value, 2)


def _of_highest(value: float, highest: float | None) -> str:
    if not highest:
        return _("People earn this many marks on average.")
    told = {
        "highest": rounded(highest, 0 if highest == int(highest) else 1),
        "share": rounded_per_cent(100 * value / highest),
    }
    return _("Of %(highest)s marks people earn %(share)s on average.") % told


def _in_the_middle(_value: float) -> str:
    return _("Half of the attempts lie below it.")


def _around_the_mean(_value: float) -> str:
    return _("How far marks usually lie from the mean.")


def _checked(_value: float) -> str:
    return _("The same as alpha where answers are right or wrong: a check.")


def _skewed(value: float) -> str:
    if value < -EVEN:
        return _("Most do well, a few much less: the tail lies at low marks.")
    if value > EVEN:
        return _("Most do less well, a few much better: the tail lies at high marks.")
    return _("Low and high marks are spread about evenly.")


def _peaked(value: float) -> str:
    if value < -EVEN:
        return _("Flatter than a bell: marks are spread widely.")
    if value > EVEN:
        return _("More pointed than a bell: many marks lie close together, some far away.")
    return _("About as pointed as a bell.")


def _consistent(value: float) -> str:
    if value < 0:
        return _("The questions work against each other: look for a wrong key first.")
    if value < MEASURES:
        return _("The questions hardly measure one thing: say nothing about a person by this test alone.")
    if value < COMPARES:
        return _("The questions measure one thing roughly: look at other evidence as well before you decide.")
    if value < DECIDES:
        return _("Good enough to compare groups; near the pass mark chance still decides about single people.")
    return _("Good: who does well at one half of the questions does well at the other.")


def _by_chance(_value: float) -> str:
    return _("This much of the spread of marks is chance.")


def _uncertain(value: float) -> str:
    told = {"marks": f"±\N{NO-BREAK SPACE}{rounded(value, 1)}"}
    return _("Two times out of three, what somebody knows lies within %(marks)s marks of what they earned.") % told


def lead(questions: int, standing_out: int, alpha: Figure) -> list[str]:
    """Return what an item analysis says first: how many questions want a look, and how far the test can be trusted."""
    if standing_out:
        words = ngettext(
            "%(out)d of %(all)d question needs a second look.",
            "%(out)d of %(all)d questions need a second look.",
            standing_out,
        )
        found = [words % {"out": standing_out, "all": questions}]
    else:
        found = [_("Nothing stands out among the questions.")]
    if alpha.value is not None:
        found.append(_("Alpha %(value)s.") % {"value": rounded_per_cent(alpha.value)} + " " + _consistent(alpha.value))
    return found
