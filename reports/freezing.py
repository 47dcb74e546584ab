"""A report as text that never changes, and what two frozen ones tell together. Values in, values out.

The text is JSON in the order of the report, because definitions are read in their order and because the same bytes
come out again; a day is {"$day": "2026-03-09"}.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise

from reports.columns import Column, Details, Report, Row, Signing, Table

Period = tuple[date | None, date | None]

# Columns that differ between languages.
_IN_WORDS = {"text", "address"}


def to_text(reports: Mapping[str, Report]) -> str:
    """Return the same report in several languages as text; `reports`: {language: report}.

    >>> report = Report("r", "R", [Column("day", "Day", "date")], [{"day": date(2026, 3, 9)}], {}, {})
    >>> from_text(to_text({"en": report}), "en").rows
    [{'day': datetime.date(2026, 3, 9)}]
    """
    documents = {language: _document(report) for language, report in reports.items()}
    return json.dumps(documents, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def from_text(text: str, language: str) -> Report:
    """Return the report that `to_text` wrote, in a language. Raises KeyError for a language that it was not in.

    What an earlier release did not know yet has its default, and what is not known any more is passed over: frozen
    reports outlive what a report consists of.
    """
    found = json.loads(text, object_hook=_day)[language]
    read = {name: _READ.get(name, _as_it_is)(value) for name, value in found.items()}
    return _made(Report, read)


def digest(content: str | bytes) -> str:
    """Return the SHA-256 of a text (in UTF-8) or of the bytes of a file, as 64 hexadecimal digits.

    >>> digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def figures(report: Report) -> list[str]:
    """Return what a report says apart from words, in an order that is the same in every language."""
    lines = [_numbers(report.totals, (*report.columns, *report.of_totals))]
    lines += sorted(_numbers(row, report.columns) for row in report.rows)
    for table in report.tables:
        lines += sorted(_numbers(row, table.columns) for row in table.rows)
    return lines


# --- What two of them tell together ---------------------------------------------------------------------------------


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common; a period without an end goes on for ever.

    >>> overlap((date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), None))
    False
    """
    (first, last), (later_first, later_last) = one, other
    ends_before = last is not None and later_first is not None and last < later_first
    begins_after = first is not None and later_last is not None and later_last < first
    return not (ends_before or begins_after)


def told_apart(earlier: Report, later: Report, k: int) -> bool:
    """Whether whoever has both can find out a count of fewer than `k` people by taking one from the other.

    So it is where a count that both show differs by 1 to k − 1, and where one hides what the other shows: with a third
    table the hidden one could be worked out.
    """
    if _differ(earlier.totals, later.totals, _counts((*later.columns, *later.of_totals)), k):
        return True
    rows = dict(_identified(earlier))
    counts = _counts([*later.columns, *(column for table in later.tables for column in table.columns)])
    return any(_differ(rows[place], row, counts, k) for place, row in _identified(later) if place in rows)


def _differ(earlier: Row, later: Row, keys: Sequence[str], k: int) -> bool:
    return any(
        (earlier[key] is None) != (later[key] is None)
        or (earlier[key] is not None and 0 < abs(later[key] - earlier[key]) < k)
        for key in keys
        if key in earlier and key in later
    )


def told_in_a_chain(earlier: Sequence[Report], later: Report, k: int) -> bool:
    """Whether a further report leaves fewer than `k` people between days, when counts are added and taken away.

    January and February taken from the first quarter leave March, though no two of the three tell about few. Counts
    from one day to another lead from day to day, there and back. What follows without the further one is out already,
    and a sum of published counts tells no more than they do.
    """
    published = [(_span(report), _people(report)) for report in earlier]
    return any(
        _leaves_few([(span, found[about]) for span, found in published if about in found], (_span(later), count), k)
        for about, count in _people(later).items()
    )


# A span leads from its first day to the day after its last one; `Way` is a count, and the days between which it stays.
Span = tuple[int, int]
Way = tuple[int, int, int]


def _span(report: Report) -> Span:
    first, last = report.period
    return (first or date.min).toordinal(), (last or date.max).toordinal() + 1


def _people(report: Report) -> dict[Any, int]:
    """The published counts of a report by what they are about."""
    lines: list[tuple[Any, Row, Sequence[Column]]] = [((), report.totals, (*report.columns, *report.of_totals))]
    columns = [*report.columns, *(column for table in report.tables for column in table.columns)]
    lines += [(place, row, columns) for place, row in _identified(report)]
    return {
        (place, key): row[key] for place, row, counted in lines for key in _counts(counted) if row.get(key) is not None
    }


def _leaves_few(spans: Sequence[tuple[Span, int]], later: tuple[Span, int], k: int) -> bool:
    (begin, end), count = later
    before, after = _ways_from(begin, spans), _ways_from(end, spans)
    if end in before:
        return False
    for one, (back, low, high) in before.items():
        for other, (on, lower, higher) in after.items():
            left = count + on - back if one < other else back - count - on
            sums_only = min(low, lower) >= min(one, other) and max(high, higher) <= max(one, other)
            if 0 < left < k and not sums_only:
                return True
    return False


def _ways_from(day: int, spans: Sequence[tuple[Span, int]]) -> dict[int, Way]:
    """Each day to which spans lead, with what is counted up to it and the first and last day on the way."""
    found: dict[int, Way] = {day: (0, day, day)}
    waiting = [day]
    while waiting:
        here = waiting.pop()
        so_far, low, high = found[here]
        for (first, last), count in spans:
            there, step = (last, count) if here == first else (first, -count)
            if here in {first, last} and there not in found:
                found[there] = so_far + step, min(low, there), max(high, there)
                waiting.append(there)
    return found


def still_hidden(earlier: Report, later: Report) -> Report:
    """Return a correction with everything hidden that the earlier one hid: nobody compares the two to find it out."""
    places = {_identity(row, earlier.columns): number for number, row in enumerate(earlier.rows)}
    hidden: set[tuple[int, str]] = set(later.hidden)
    for number, row in enumerate(later.rows):
        before = places.get(_identity(row, later.columns))
        hidden |= {(number, key) for place, key in earlier.hidden if place == before}
    rows = [
        {key: None if (number, key) in hidden else value for key, value in row.items()}
        for number, row in enumerate(later.rows)
    ]
    emptied = {key for key, value in earlier.totals.items() if value is None} if earlier.hidden else set()
    totals = {key: None if key in emptied else value for key, value in later.totals.items()}
    return replace(later, rows=rows, totals=totals, hidden=sorted(hidden))


# --- Parts ----------------------------------------------------------------------------------------------------------


def _document(report: Report) -> dict[str, Any]:
    # An outline only spares reading all rows, which a document holds.
    found = {each.name: getattr(report, each.name) for each in fields(report) if each.name != "outline"}
    found |= {name: [asdict(column) for column in found[name]] for name in ("columns", "of_totals")}
    found["signing"] = asdict(report.signing) if report.signing else None
    found["details"] = asdict(report.details) if report.details else None
    found["tables"] = [_table(each) for each in report.tables]
    return found


def _table(table: Table) -> dict[str, Any]:
    found = {each.name: getattr(table, each.name) for each in fields(table)}
    return found | {"columns": [asdict(column) for column in table.columns]}


def _made(of: type[Any], values: Mapping[str, Any]) -> Any:
    known = {each.name for each in fields(of)}
    return of(**{name: value for name, value in values.items() if name in known})


def _as_it_is(value: Any) -> Any:
    return value


def _columns(found: Sequence[Mapping[str, Any]]) -> list[Column]:
    return [_made(Column, each) for each in found]


_READ: Mapping[str, Callable[[Any], Any]] = {
    "columns": _columns,
    "of_totals": _columns,
    "tables": lambda found: [_made(Table, {**each, "columns": _columns(each["columns"])}) for each in found],
    "period": tuple,
    "hidden": lambda found: [(number, key) for number, key in found],
    "signing": lambda found: _made(Signing, found) if found else None,
    "attention": lambda found: [(number, sentence) for number, sentence in found],
    "details": lambda found: _made(Details, found) if found else None,
}


def _plain(value: Any) -> Any:
    """What JSON does not know: days, rows that are made when they are asked for, words that are."""
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Sequence):
        return list(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{value!r} cannot be frozen")


def _day(found: dict[str, Any]) -> Any:
    return date.fromisoformat(found["$day"]) if set(found) == {"$day"} else found


def _numbers(row: Row, columns: Sequence[Column]) -> str:
    told = {column.key: row.get(column.key) for column in columns if column.type not in _IN_WORDS}
    return json.dumps(told, sort_keys=True, default=_plain)


def _counts(columns: Sequence[Column]) -> list[str]:
    return list(dict.fromkeys(column.key for column in columns if column.type == "integer"))


def _identified(report: Report) -> Iterator[tuple[tuple[Any, ...], Row]]:
    """Rows by what they are about: the codes and words in them."""
    for row in report.rows:
        yield _identity(row, report.columns), row
    for table in report.tables:
        for row in table.rows:
            yield (table.key, *_identity(row, table.columns)), row


def _identity(row: Row, columns: Sequence[Column]) -> tuple[Any, ...]:
    return tuple(row.get(column.key) for column in columns if column.type in {"text", "code"})
