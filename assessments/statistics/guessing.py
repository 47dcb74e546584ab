"""What a blind guess earns."""

from collections.abc import Callable
from fractions import Fraction

from assessments.question_types import TYPES, Structure
from assessments.question_types.select_words import choices_of
from assessments.statistics.figures import Figure, Reason, figure


def random_guess(type_name: str, structure: Structure) -> Figure:
    """Return what picking at random earns on average, in per cent of the mark.

    Every field is filled, and each entry of its list is equally likely: one of the options, true or false, an answer
    for each pair, a word for each gap. Where answers are typed, ordered, or any number of boxes may be ticked, there is
    no such list and no figure.

    >>> options = [{"id": id, "correct": id == "A"} for id in "ABCD"]
    >>> random_guess("single_choice", {"options": options}).value
    25.0
    >>> random_guess("matching", {"pairs": [{"id": "a", "right": "r1"}], "rights": ["r1", "r2"]}).value
    50.0
    """
    chance = _CHANCES.get(type_name)
    return figure(100 * chance(structure) if chance else Reason.NOT_GUESSED)


def _single_choice(structure: Structure) -> Fraction:
    kind = TYPES["single_choice"]
    credits_ = [kind.mark(structure, option) for option in kind.option_ids(structure)]
    return sum((each.part for each in credits_ if each), Fraction()) / len(credits_)


def _true_false(_structure: Structure) -> Fraction:
    return Fraction(1, 2)


def _matching(structure: Structure) -> Fraction:
    return Fraction(1, len(structure["rights"]))


def _select_words(structure: Structure) -> Fraction:
    gaps = structure["gaps"]
    return sum((Fraction(1, len(choices_of(structure, gap))) for gap in gaps), Fraction()) / len(gaps)


_CHANCES: dict[str, Callable[[Structure], Fraction]] = {
    "single_choice": _single_choice,
    "true_false": _true_false,
    "matching": _matching,
    "select_words": _select_words,
}
