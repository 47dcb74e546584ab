"""What a report leaves empty so that it tells nothing about few people: `reports.suppression` applied to its rows.

A coordinator reads the own people by name, so nothing is hidden there; k is that of the audience.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.columns import Report, Row
from reports.suppression import hidden_rates, protect_nested

# A count of a row (number of the row, key), or the total of a column (None, key).
Spot = tuple[int | None, str]


@dataclass(frozen=True)
class Shape:
    """How the figures of a list hang together.

    lists: columns of counts, each nested in the one before it; a row without one of them is not in that list, and its
    other counts are not in the totals of that list. rates: {rate: the counts on which it rests}.
    """

    lists: Sequence[Sequence[str]]
    rates: Mapping[str, Sequence[str]]


def protected(report: Report, shape: Shape, k: int, few: Collection[Spot] = ()) -> Report:
    """Return the report with everything hidden that tells something about 1 to k − 1 people.

    few: counts of participations that are k or more, but of fewer than k people.
    """
    if not k or not report.rows:
        return report
    spots = hidden_spots(report.rows, shape, k, few)
    keys = keys_by_row(spots)
    return replace(
        report,
        rows=[emptied(row, keys[number]) for number, row in enumerate(report.rows)],
        totals=emptied(report.totals, keys[None]),
        hidden=sorted((place, key) for place, key in spots if place is not None),
    )


def hidden_spots(rows: Sequence[Row], shape: Shape, k: int, few: Collection[Spot] = ()) -> frozenset[Spot]:
    """Return what has to be hidden in rows of counts, and in their totals, so that it tells nothing about few people.

    few: as for `protected`.
    """
    if not k or not rows:
        return frozenset()
    counts: set[Spot] = set()
    for keys in shape.lists:
        counts |= set(_hidden_in_list(keys, rows, k, {*few, *counts}))
    return frozenset(counts) | hidden_rates(shape.rates, frozenset(counts))


def _hidden_in_list(keys: Sequence[str], rows: Sequence[Row], k: int, few: Collection[Spot]) -> Iterator[Spot]:
    """few: what is hidden for other reasons, in lists that have columns in common included."""
    places = [place for place, row in enumerate(rows) if all(row[key] is not None for key in keys)]
    if not places:
        return
    columns = {key: [rows[place][key] for place in places] for key in keys}
    spots = [(None, None), *enumerate(places)]
    own = frozenset((number, key) for number, place in spots for key in keys if (place, key) in few)
    for number, key in protect_nested(columns, k, frozenset(_small(columns, k, own))).hidden:
        yield (None if number is None else places[number], key)


def keys_by_row(spots: Collection[Spot]) -> Mapping[int | None, set[str]]:
    """Return what is hidden in each row, and with None in the totals."""
    found: dict[int | None, set[str]] = defaultdict(set)
    for place, key in spots:
        found[place].add(key)
    return found


def _small(columns: Mapping[str, Sequence[int]], k: int, few: frozenset[Spot]) -> Iterator[Spot]:
    """Counts of small groups, and what is nested in them: that none of three people came is told about three people.

    Totals are small by what `few` says of them.
    """
    yield from ((place, key) for place, key in few if place is None)
    for place in range(len(next(iter(columns.values())))):
        inside = False
        for key, counts in columns.items():
            inside = inside or 0 < counts[place] < k or (place, key) in few
            if inside:
                yield place, key


def emptied(row: Row, keys: Collection[str]) -> Row:
    """Return the row without what is hidden in it."""
    return {key: None if key in keys else value for key, value in row.items()}
