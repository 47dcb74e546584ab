"""Reports read back from what people get: the page, the workbook, the CSV file, each as rows of values by key.

Whatever is told in words of a language is turned into a value again, so that it can be compared with JSON.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.utils.formats import date_format
from openpyxl import load_workbook

Row = dict[str, Any]
YES_NO = {"en": ("yes", "no"), "ru": ("да", "нет"), "be": ("так", "не")}


# --- Files -----------------------------------------------------------------------------------------------------------
def flat(row: Row) -> Row:
    """Spread what has several columns in files: sessions, answers and reasons by name, intervals by end."""
    spread: Row = {}
    for key, value in row.items():
        if key == "sessions":
            for number, cell in value.items():
                spread |= {f"session_{number}_{name}": each for name, each in cell.items()}
        elif isinstance(value, dict):
            spread |= {f"{key}_{name}": each for name, each in value.items()}
        elif isinstance(value, list):
            spread |= {f"{key}_{end}": each for end, each in zip(("low", "high"), value, strict=True)}
        else:
            spread[key] = value
    return spread


def with_hidden(document: Row) -> list[Row]:
    """Return the rows of the JSON file as other files have them, with what is not hidden and not empty only."""
    keys: dict[int, set[str]] = {}
    for place, key in document["hidden"]:
        keys.setdefault(place, set()).add(key)
    rows = [flat(row) | {"hidden": keys.get(place, set())} for place, row in enumerate(document["rows"])]
    return [filled(row) for row in rows]


def filled(row: Row) -> Row:
    return {key: value for key, value in row.items() if value not in (None, "", set())}


def of_csv(content: bytes, language: str) -> tuple[list[str], list[Row]]:
    """Return keys and rows, every value as it is written."""
    separator = "," if language == "en" else ";"
    keys, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
    rows = [filled(dict(zip(keys, line, strict=True))) for line in lines]
    for row in rows:
        if "hidden" in row:
            row["hidden"] = set(row["hidden"].split())
    return keys, rows


def written(row: Row, language: str) -> Row:
    """Return a row of JSON as a CSV file writes its values."""
    return {key: value if key == "hidden" else _written(value, language) for key, value in row.items()}


def _written(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value).replace(".", "." if language == "en" else ",") if isinstance(value, float) else str(value)


@dataclass
class Workbook:
    """The sheets of a workbook: rows of the data and of further tables, totals, and the words of codes."""

    keys: list[str]
    rows: list[Row]
    totals: Row
    tables: list[list[Row]]
    codes: dict[str, dict[str, str]] = field(default_factory=dict)


def of_xlsx(content: bytes) -> Workbook:
    about, data, *tables, codes = [list(sheet.values) for sheet in load_workbook(io.BytesIO(content)).worksheets]
    keys, rows = _sheet(data)
    words: dict[str, dict[str, str]] = {}
    for column, code, text in codes[1:]:
        words.setdefault(str(column), {})[str(code or "")] = str(text or "")
    return Workbook(keys, rows, _totals(about), [_sheet(table)[1] for table in tables], words)


def _sheet(lines: list[Any]) -> tuple[list[str], list[Row]]:
    _labels, keys, *rows = lines
    found = [filled({key: _plain(value) for key, value in zip(keys, row, strict=True)}) for row in rows]
    for row in found:
        if "hidden" in row:
            row["hidden"] = set(row["hidden"].split())
    return list(keys), found


def _totals(about: list[Any]) -> Row:
    """Totals stand between the second and the third part of the first sheet, one a line."""
    gaps = [number for number, line in enumerate(about) if line[0] is None]
    lines = about[gaps[1] + 2 : gaps[2]]
    named = [(re.search(r"\((\w+)\)$", label), label, value) for label, value, *_rest in lines]
    return filled({found[1] if found else label: _plain(value) for found, label, value in named})


def _plain(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value


# --- Pages -----------------------------------------------------------------------------------------------------------
@dataclass
class Table:
    """A table of a page: words above it, headings, cells of the rows and of the totals."""

    caption: str
    heads: list[str]
    rows: list[list[Tag]]
    totals: list[Tag]


class Page:
    """A page of a report."""

    def __init__(self, html: bytes) -> None:
        self.soup = BeautifulSoup(html, "lxml")

    def table(self, number: int = 0) -> Table:
        return [*self.tables()][number]

    def tables(self) -> Iterator[Table]:
        """Yield tables of figures; those of pictures are left out."""
        for table in self.soup.select("main .table-scroll > table.data"):
            if table.find_parent("figure") is None:
                yield Table(
                    caption=words_of(table.caption) if table.caption else "",
                    heads=[words_of(cell) for cell in table.select("thead th")],
                    rows=[row.find_all(["th", "td"], recursive=False) for row in table.select("tbody tr")],
                    totals=table.select("tfoot tr > *"),
                )

    @property
    def has_next(self) -> bool:
        return self.soup.select_one('main a[rel="next"]') is not None


def words_of(cell: Tag) -> str:
    return _words(cell.get_text())


def _words(text: str) -> str:
    return re.sub(r"[ \t\n]+", " ", text).strip()


def is_hidden(cell: Tag) -> bool:
    return "hidden-cell" in (cell.get("class") or ())


@dataclass
class Reading:
    """Compares cells of a page with what the JSON file holds.

    codes: {key of a column: {code: its words}}, as the workbook lists them.
    """

    document: Row
    codes: dict[str, dict[str, str]]
    language: str

    def columns(self, heads: list[str]) -> list[Row]:
        """Return the columns that headings name. Of two with the same words, a code and a name, pages show the name."""
        by_label = {column["label"]: column for column in self.document["columns"]}
        return [by_label[head] for head in heads]

    def differing(self, cells: list[Tag], columns: list[Row], row: Row, hidden: set[str]) -> list[Any]:
        """Return cells that say something else than the row holds, or hide what it shows, or show what it hides."""
        found = []
        for cell, column in zip(cells, columns, strict=True):
            key = column["key"]
            if is_hidden(cell) or key in hidden:
                right = is_hidden(cell) and key in hidden and row[key] is None
            else:
                right = self.says(cell, column, row)
            if not right:
                found.append((key, words_of(cell), row.get(key)))
        return found

    def says(self, cell: Tag, column: Row, row: Row) -> bool:
        """Whether a cell says in words of the language what the row holds, with or without its interval."""
        key, text = column["key"], words_of(cell)
        value = row.get(key)
        # A number in its own unit may be a share.
        kind = "share" if column["type"] == "number" and "%" in text else column["type"]
        if kind == "address":
            return value in (None, "") or (cell.a is not None and cell.a["href"] == value)
        if value in (None, "", {}):
            return self.numbers(text) == []
        if kind in _EXACT:
            return text == _EXACT[kind](value, self.language)
        if kind == "reasons":
            return all(self.codes[key][each] in text for each in value.values())
        if kind in _NEAR:
            return any(self._near(text, kind, wanted) for wanted in ([value], [value, *(row.get(f"{key}_ci95") or ())]))
        return text == _words(self.codes.get(key, {}).get(value, str(value)))

    def _near(self, text: str, kind: str, wanted: list[float]) -> bool:
        """Whether a text holds a figure, rounded as its kind is, and the ends of its interval, to the nearest."""
        told = self.numbers(text)
        if len(told) != len(wanted):
            return False
        nearest = _NEAR["points" if kind == "share" else kind]
        ends = zip(told[1:], wanted[1:], strict=True)
        return _NEAR[kind](told[0], wanted[0]) and all(nearest(*each) for each in ends)

    def numbers(self, text: str) -> list[float]:
        thousands, decimal = ("\u202f", ".") if self.language == "en" else ("\u00a0", ",")
        pattern = rf"[+−]?\d{{1,3}}(?:{thousands}\d{{3}})+(?:\{decimal}\d+)?|[+−]?\d+(?:\{decimal}\d+)?"
        found = re.findall(pattern, text)
        return [float(each.replace(thousands, "").replace(decimal, ".").replace("−", "-")) for each in found]


_EXACT = {
    "boolean": lambda value, language: YES_NO[language][not value],
    "date": lambda value, _language: f"{date.fromisoformat(value):%d.%m.%Y}",
    "month": lambda value, _language: date_format(date.fromisoformat(f"{value}-01"), "YEAR_MONTH_FORMAT"),
}
# A share is rounded down to whole per cent, other numbers to the nearest.
_NEAR = {
    "integer": lambda told, value: told == value,
    "share": lambda told, value: told == int(told) and -1e-6 < 100 * value - told < 1 - 1e-9,
    "number": lambda told, value: abs(told - value) <= 0.005 + 1e-9,
    "points": lambda told, value: abs(told - 100 * value) <= 0.5 + 1e-9,
    "probability": lambda told, value: abs(told - value) <= 0.0005 + 1e-9 or value < told == 0.001,
}
