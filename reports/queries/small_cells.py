"""What a report leaves empty so that it tells nothing about few people: `reports.suppression` applied to its rows.

A coordinator reads the own people by name, so nothing is hidden there; k is that of the audience.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.columns import Report, Row
from reports.suppression import hidden_rates, protect_nested

# A count of a row (number of the row, key), or the total of a column (None, key).
Spot = tuple[int | None, str]


@dataclass(frozen=True)
class Shape:
    """How the figures of a list hang together.

    lists: columns of counts, each nested in the one before it. rates: {rate: the counts on which it rests}.
    """

    lists: Sequence[Sequence[str]]
    rates: Mapping[str, Sequence[str]]


def protected(report: Report, shape: Shape, k: int, few: Collection[Spot] = ()) -> Report:
    """Return the report with everything hidden that tells something about 1 to k − 1 people.

    few: counts of participations that are k or more, but of fewer than k people.
    """
    if not k or not report.rows:
        return report
    spots = _hidden(report, shape, k, frozenset(few))
    return replace(
        report,
        rows=[
            _emptied(row, {key for place, key in spots if place == number}) for number, row in enumerate(report.rows)
        ],
        totals=_emptied(report.totals, {key for place, key in spots if place is None}),
        hidden=sorted((place, key) for place, key in spots if place is not None),
    )


def _hidden(report: Report, shape: Shape, k: int, few: frozenset[Spot]) -> frozenset[Spot]:
    counts: set[Spot] = set()
    for keys in shape.lists:
        columns = {key: [row[key] for row in report.rows] for key in keys}
        counts |= protect_nested(columns, k, frozenset(_small(columns, k, few))).hidden
    return frozenset(counts) | hidden_rates(shape.rates, frozenset(counts))


def _small(columns: Mapping[str, Sequence[int]], k: int, few: frozenset[Spot]) -> Iterator[Spot]:
    """Counts of small groups, and what is nested in them: that none of three people came is told about three people."""
    for place in range(len(next(iter(columns.values())))):
        inside = False
        for key, counts in columns.items():
            inside = inside or 0 < counts[place] < k or (place, key) in few
            if inside:
                yield place, key


def _emptied(row: Row, keys: Collection[str]) -> Row:
    return {key: None if key in keys else value for key, value in row.items()}
