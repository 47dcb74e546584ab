"""What stands out about a question, as data: a code and the values its sentence needs (see `wording`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assessments.statistics.differential import FEWEST, Grade, LanguageDifference
from assessments.statistics.figures import Figure, Reason
from assessments.statistics.items import ItemFigures
from assessments.statistics.options import OptionFigures

# In per cent. From the ends of facility on, a question tells hardly anybody apart (Moodle's documentation calls 95 and
# more extremely easy); under 20 of discrimination R. L. Ebel (Essentials of educational measurement, 1972) rejects a
# question or has it improved.
TOO_EASY = 95
TOO_HARD = 20
WEAK = 20
OFTEN_OPEN = 10


class Code(StrEnum):
    """Kinds of findings, the most urgent first."""

    NEGATIVE = "negative_discrimination"
    STRONG_CHOSE_WRONG = "strong_chose_wrong"
    HARDER_IN_LANGUAGE = "harder_in_language"
    EASIER_IN_LANGUAGE = "easier_in_language"
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NO_BETTER_THAN_GUESSING = "no_better_than_guessing"
    SAME_FOR_ALL = "same_for_all"
    WEAK = "weak_discrimination"
    NOBODY_CHOSE = "nobody_chose"
    OFTEN_OPEN = "often_open"


@dataclass(frozen=True)
class Finding:
    """A code and its values: numbers in per cent, ids of options, codes of languages, the class of a difference."""

    code: Code
    values: Mapping[str, float | int | str] = field(default_factory=dict)


def findings(
    figures: ItemFigures,
    *,
    guess: Figure,
    options: Sequence[OptionFigures] = (),
    differences: Sequence[LanguageDifference] = (),
) -> tuple[Finding, ...]:
    """Return what stands out about a question, the most urgent first; nothing under ten attempts."""
    if figures.attempts < FEWEST:
        return ()
    found = [*_of_marks(figures), *_of_guessing(figures, guess), *_of_options(options), *_of_languages(differences)]
    return tuple(sorted(found, key=lambda finding: list(Code).index(finding.code)))


def _of_marks(figures: ItemFigures) -> Iterator[Finding]:
    facility, discrimination = figures.facility.value, figures.discrimination.value
    if facility is not None and facility >= TOO_EASY:
        yield Finding(Code.TOO_EASY, {"facility": facility})
    if facility is not None and facility <= TOO_HARD:
        yield Finding(Code.TOO_HARD, {"facility": facility})
    if figures.discrimination.reason is Reason.SAME_MARKS:
        yield Finding(Code.SAME_FOR_ALL)
    if discrimination is not None and discrimination < 0:
        yield Finding(Code.NEGATIVE, {"discrimination": discrimination})
    elif discrimination is not None and discrimination < WEAK:
        yield Finding(Code.WEAK, {"discrimination": discrimination})


def _of_guessing(figures: ItemFigures, guess: Figure) -> Iterator[Finding]:
    facility = figures.facility.value
    if facility is not None and guess.value is not None and facility <= guess.value:
        yield Finding(Code.NO_BETTER_THAN_GUESSING, {"facility": facility, "guess": guess.value})


def _of_options(options: Sequence[OptionFigures]) -> Iterator[Finding]:
    for each in options:
        if each.option is not None and not each.count:
            yield Finding(Code.NOBODY_CHOSE, {"option": each.option})
        if each.option is None and each.share.value is not None and each.share.value >= OFTEN_OPEN:
            yield Finding(Code.OFTEN_OPEN, {"share": each.share.value})
    right = [each for each in options if each.right]
    if len(right) != 1:
        return  # of several right options each may be left out for a reason of its own
    best: dict[str, float | int | str] = {"right": right[0].option or "", "right_count": right[0].strong}
    for each in options:
        if each.option is not None and each.strong > right[0].strong:
            yield Finding(Code.STRONG_CHOSE_WRONG, {"option": each.option, "count": each.strong, **best})


def _of_languages(differences: Sequence[LanguageDifference]) -> Iterator[Finding]:
    for each in differences:
        grade, delta = each.comparison.grade, each.comparison.delta.value
        if grade is None or grade is Grade.NEGLIGIBLE or delta is None:
            continue
        code = Code.HARDER_IN_LANGUAGE if delta < 0 else Code.EASIER_IN_LANGUAGE
        yield Finding(code, {"language": each.language, "reference": each.reference, "grade": grade.value})
