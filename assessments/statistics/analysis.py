"""Everything about a test at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assessments.statistics.differential import LanguageDifference, language_differences
from assessments.statistics.figures import Figure
from assessments.statistics.findings import Finding, findings
from assessments.statistics.groups import Split, split
from assessments.statistics.items import ItemFigures, item_figures
from assessments.statistics.matrix import Mark, Matrix, matrix
from assessments.statistics.options import OptionFigures, option_figures
from assessments.statistics.overall import Overall, overall


@dataclass(frozen=True)
class Item:
    """A question as the test has it: highest mark, what a guess earns, ids of the options and of the right ones."""

    name: str
    maximum: Mark
    guess: Figure
    options: tuple[str, ...] = ()
    key: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answers:
    """An attempt: for each question the mark (None when it was not shown) and the ids of the options chosen."""

    marks: Sequence[Mark | None]
    chosen: Sequence[Collection[str]]
    language: str
    agency: str


@dataclass(frozen=True)
class ItemAnalysis:
    """A question with everything known about it."""

    figures: ItemFigures
    guess: Figure
    options: tuple[OptionFigures, ...]
    differences: tuple[LanguageDifference, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Analysis:
    """A test: figures, questions in their order, and the same by language and by agency."""

    overall: Overall
    items: tuple[ItemAnalysis, ...]
    languages: Split
    agencies: Split


def analyse(items: Sequence[Item], attempts: Sequence[Answers]) -> Analysis:
    """Return the statistics of a test from one attempt per person, usually the first: a second try builds on it.

    >>> item = Item("Q1", 100, Figure(50, None), ("A", "B"), frozenset("A"))
    >>> found = analyse([item], [Answers([100], ["A"], "en", "M1"), Answers([0], ["B"], "be", "M1")])
    >>> found.items[0].figures.facility.value, [each.count for each in found.items[0].options]
    (50.0, [1, 1, 0])
    """
    marks = matrix([item.name for item in items], [item.maximum for item in items], [each.marks for each in attempts])
    languages = [each.language for each in attempts]
    rows = zip(items, item_figures(marks), language_differences(marks, languages), strict=True)
    return Analysis(
        overall=overall(marks),
        items=tuple(
            _item(item, figures, _options(marks, place, item, attempts), differences)
            for place, (item, figures, differences) in enumerate(rows)
        ),
        languages=split(marks, languages),
        agencies=split(marks, [each.agency for each in attempts]),
    )


def _options(marks: Matrix, place: int, item: Item, attempts: Sequence[Answers]) -> tuple[OptionFigures, ...]:
    chosen = [each.chosen[place] for each in attempts]
    return option_figures(marks, place, options=item.options, key=item.key, chosen=chosen)


def _item(
    item: Item,
    figures: ItemFigures,
    options: tuple[OptionFigures, ...],
    differences: tuple[LanguageDifference, ...],
) -> ItemAnalysis:
    found = findings(figures, guess=item.guess, options=options, differences=differences)
    return ItemAnalysis(figures, item.guess, options, differences, found)
