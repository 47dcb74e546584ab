"""Things that are put in order."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.marking import ALL, NOT_ANSWERED, NOTHING, Credit
from assessments.question_types.base import (
    Choice,
    Part,
    QuestionType,
    Response,
    Side,
    Structure,
    Words,
    checked_ids,
    checked_texts,
    out_of_order,
    pairs_in,
    shuffled,
)

FEWEST, MOST = 2, 26
GRADINGS = ("relative", "all_or_nothing", "longest_run", "longest_subset")


class Ordering(QuestionType):
    """`{"order": ["a", "b", "c"], "grading": "relative"}`; the response is the ids in the order given.

    Words: `{"items": {id: text}}`. A form posts a place for each item ("a=2").
    """

    name = "ordering"
    widget = "order"
    always_shuffled = True
    telling = Side.PART

    def check_structure(self, structure: Structure) -> None:
        order = structure.get("order")
        if not isinstance(order, list) or not FEWEST <= len(order) <= MOST:
            raise QuestionError(_("A question about an order needs 2 to 26 items."))
        checked_ids(order)
        if structure.get("grading", GRADINGS[0]) not in GRADINGS:
            raise QuestionError(_("An order is marked in one of these ways: %(ways)s.") % {"ways": ", ".join(GRADINGS)})

    def check_words(self, structure: Structure, words: Words) -> None:
        super().check_words(structure, words)
        checked_texts(words, "items", structure["order"])

    def option_ids(self, structure: Structure) -> tuple[str, ...]:
        return tuple(structure["order"])

    def shuffled(self, structure: Structure, seed: str) -> list[str]:
        """The items in an order that is not the right one already."""
        return out_of_order(shuffled(structure["order"], seed), structure["order"])

    def parse(self, structure: Structure, raw: Any) -> Response:
        """Read `["b", "a"]`, `{"b": 1, "a": 2}` and `["b=1", "a=2"]`; an order is whole or it is none."""
        ids = structure["order"]
        if isinstance(raw, list | tuple) and raw and all(isinstance(each, str) and each in ids for each in raw):
            given = list(raw)
        else:
            places = pairs_in(raw)
            if not places:
                return None
            if any(item not in ids for item, _place in places):
                raise AnswerError(_("This answer is not one of the options. Load the page again and choose once more."))
            given = _in_order(dict(places), len(ids))
        if len(given) != len(ids) or set(given) != set(ids):
            raise AnswerError(_("Give every line a place, and each place only once."))
        return given

    def posted(self, structure: Structure, response: Response) -> Any:
        return [f"{item}={place}" for place, item in enumerate(response or [], start=1)]

    def draft(self, structure: Structure, raw: Any) -> Response:
        """The places as they were chosen, by item."""
        return dict(pairs_in(raw))

    def mark(self, structure: Structure, response: Response) -> Credit:
        """What an order of n items earns, by the question's grading.

        * relative – neighbours that follow each other as they should ÷ (n − 1);
        * all_or_nothing;
        * longest_run – length of the longest unbroken piece of the right order ÷ n;
        * longest_subset – the most items that stand in the right order among themselves ÷ n, others may lie between.

        A run or a subset of one item is none, because every order has that.

        >>> given, order = ["a", "c", "d", "b"], ["a", "b", "c", "d"]
        >>> for grading in GRADINGS:
        ...     print(grading, Ordering().mark({"order": order, "grading": grading}, given).part)
        relative 1/3
        all_or_nothing 0
        longest_run 1/2
        longest_subset 3/4
        """
        if not response:
            return NOT_ANSWERED
        places = [structure["order"].index(each) for each in response]
        return _CREDITS[structure.get("grading", GRADINGS[0])](places)

    def key(self, structure: Structure) -> Response:
        return list(structure["order"])

    def lines(self, structure: Structure, words: Words, response: Response) -> tuple[str, ...]:
        texts = words.get("items") or {}
        ordered = response if isinstance(response, list) else []
        return tuple(f"{place}. {texts.get(each, each)}" for place, each in enumerate(ordered, start=1))

    def parts(
        self, structure: Structure, words: Words, order: Iterable[str], response: Response
    ) -> tuple[tuple[Part, ...], str]:
        texts = words.get("items") or {}
        shown = list(order) or self.shuffled(structure, self.name)
        chosen = {f"{item}={place}" for item, place in _places(response).items()}
        return tuple(
            Part(
                id=item,
                before=str(texts.get(item, item)),
                choices=tuple(
                    Choice(f"{item}={place}", str(place), f"{item}={place}" in chosen)
                    for place in range(1, len(shown) + 1)
                ),
            )
            for item in shown
        ), ""


def _places(response: Response) -> dict[str, Any]:
    """The place of each item in an order, or in the draft of one."""
    if isinstance(response, dict):
        return response
    return {item: place for place, item in enumerate(response or [], start=1)}


def _in_order(places: dict[str, str], count: int) -> list[str]:
    """Items by their places, if those are the numbers from 1 to `count`."""
    by_place = {place: item for item, place in places.items()}
    return [by_place[str(place)] for place in range(1, count + 1) if str(place) in by_place]


def _relative(places: Sequence[int]) -> Credit:
    hits = sum(after == before + 1 for before, after in pairwise(places))
    return Credit(Fraction(hits, len(places) - 1), f"{hits} of {len(places) - 1} followed by the right one")


def _all_or_nothing(places: Sequence[int]) -> Credit:
    return Credit(ALL, "right") if list(places) == sorted(places) else Credit(NOTHING, "wrong")


def _longest_run(places: Sequence[int]) -> Credit:
    longest = run = 1
    for before, after in pairwise(places):
        run = run + 1 if after == before + 1 else 1
        longest = max(longest, run)
    return _of_length(longest, len(places), "in an unbroken run")


def _longest_subset(places: Sequence[int]) -> Credit:
    ends: list[int] = []  # ends[k]: the smallest place that ends an ordered subset of k + 1 items
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return _of_length(len(ends), len(places), "in the right order among themselves")


def _of_length(longest: int, count: int, how: str) -> Credit:
    return Credit(Fraction(longest, count) if longest > 1 else NOTHING, f"{longest} of {count} {how}")


_CREDITS = dict(zip(GRADINGS, (_relative, _all_or_nothing, _longest_run, _longest_subset), strict=True))
