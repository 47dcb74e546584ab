"""What the totals of a report say in plain words, figure by figure, in the language that is active."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from assessments.statistics.wording import consistency_sentence
from reports.columns import Report
from reports.wording import rounded, rounded_per_cent

# A distribution whose skewness is at most this far from 0 looks even.
EVEN = 0.5

# From a figure to words.
Told = Callable[[float], str]


@dataclass(frozen=True)
class Reading:
    """A figure with its value as text and what it says; `definition` is how it is computed."""

    key: str
    label: str
    value: str
    says: str
    definition: str


@dataclass(frozen=True)
class Readings:
    """What the totals of a report say, below a title; nothing of most reports, whose totals stand below their rows."""

    title: str = ""
    lines: Sequence[Reading] = ()


def readings(report: Report) -> Readings:
    """Return what the totals of a report say."""
    read = _READ.get(report.name)
    return read(report) if read and report.rows else Readings()


def _of_a_test(report: Report) -> Readings:
    labels = {column.key: column.label for column in report.of_totals}
    lines: list[tuple[str, Told, Told]] = [
        ("mean", _marks, partial(_of_highest, highest=report.totals["highest"])),
        ("median", _marks, _in_the_middle),
        ("sd", _marks, _around_the_mean),
        ("skewness", _two_places, _skewed),
        ("kurtosis", _two_places, _peaked),
        ("alpha", _share, lambda value: consistency_sentence(100 * value)),
        ("kr20", _share, _checked),
        ("error_ratio", _share, _by_chance),
        ("standard_error", _marks, _uncertain),
    ]
    read = [Reading(key, labels[key], *_read(report, key, *told), report.definitions[key]) for key, *told in lines]
    return Readings(_("The test as a whole"), read)


def _read(report: Report, key: str, told: Told, says: Told) -> tuple[str, str]:
    """A figure and what it says, or a dash and why there is none."""
    value = report.totals[key]
    if value is not None:
        return told(value), says(value)
    return "–", report.codes["reasons"].get(report.totals["reasons"].get(key, ""), "")


def _marks(value: float) -> str:
    return rounded(value, 1)


def _share(value: float) -> str:
    return rounded_per_cent(100 * value)


def _two_places(value: float) -> str:
    return rounded(value, 2)


def _of_highest(value: float, *, highest: float | None) -> str:
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


def _by_chance(_value: float) -> str:
    return _("This much of the spread of marks is chance.")


def _uncertain(value: float) -> str:
    told = {"marks": f"±\N{NO-BREAK SPACE}{rounded(value, 1)}"}
    return _("Two times out of three, what somebody knows lies within %(marks)s marks of what they earned.") % told


_READ: Mapping[str, Callable[[Report], Readings]] = {"item-analysis": _of_a_test}
