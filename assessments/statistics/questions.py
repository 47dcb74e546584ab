"""From a question of the bank and the responses to it to what the statistics take."""

from assessments.question_types import TYPES, Response, Structure
from assessments.question_types.options import chosen_ids, right_ids
from assessments.statistics.analysis import Item
from assessments.statistics.guessing import random_guess
from assessments.statistics.matrix import Mark


def item(name: str, maximum: Mark, type_name: str, structure: Structure) -> Item:
    """Return a question as the statistics see it; only what is ticked has options.

    >>> item("Q1", 100, "true_false", {"answer": True})  # doctest: +ELLIPSIS
    Item(name='Q1', maximum=100, guess=Figure(value=50.0, ...), options=('true', 'false'), key=frozenset({'true'}))
    """
    options, key = _options(type_name, structure)
    return Item(name, maximum, random_guess(type_name, structure), options, key)


def chosen(type_name: str, response: Response) -> frozenset[str]:
    """Return the ids of the options in a response; none for no answer and for types without options.

    >>> sorted(chosen("multiple_response", ["A", "C"])), sorted(chosen("true_false", False))
    (['A', 'C'], ['false'])
    """
    if type_name == "true_false":
        return frozenset() if response is None else frozenset({_label(response)})
    return chosen_ids(response) if type_name in {"single_choice", "multiple_response"} else frozenset()


def _options(type_name: str, structure: Structure) -> tuple[tuple[str, ...], frozenset[str]]:
    if type_name == "true_false":
        return TYPES[type_name].option_ids(structure), frozenset({_label(structure["answer"])})
    if type_name in {"single_choice", "multiple_response"}:
        return TYPES[type_name].option_ids(structure), right_ids(structure)
    return (), frozenset()


def _label(answer: bool) -> str:
    return "true" if answer else "false"
