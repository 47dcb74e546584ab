"""A report is the same on its page, as a workbook, as CSV and as JSON, cell by cell and hidden cell by hidden cell."""

import json
import re
from collections.abc import Callable, Iterator
from math import isclose
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from operations.demo.people import DOMAIN
from people.models import Account
from reports.permissions import can_read
from reports.queries import KINDS
from tests.reports.pages import Page, Reading, filled, flat, is_hidden, of_csv, of_xlsx, with_hidden, words_of, written
from workshops.models import Registration

pytestmark = pytest.mark.django_db

READERS = [
    pytest.param("manager", "ru", id="manager-ru"),
    pytest.param("coordinator", "be", id="coordinator-be"),
    pytest.param("manager", "en", id="manager-en", marks=pytest.mark.deep),
    pytest.param("coordinator", "en", id="coordinator-en", marks=pytest.mark.deep),
]
# What has to be asked for, or else there is nothing to read.
ASKED = {
    "agency-attendance": {"workshop": "RW-03"},
    "agency-results": {"agency": "HLT-01-BR"},
    "attendance-explained": {"workshop": "RW-03"},
    "item-analysis": {"test": "PREPOST-12", "form": "all"},
    "counted": {"figure": "completed", "agency": "HLT-01-BR"},
    "microdata": {"programme": "MHB-2026"},
    "register": {"workshop": "RW-03"},
    "results-matrix": {"programme": "MHB-2026"},
    "sign-in-sheet": {"workshop": "RW-03"},
}
FIGURES = {
    "integer",
    "number",
    "share",
    "points",
    "probability",
    "interval",
    "boolean",
    "answers",
    "sessions",
    "reasons",
}
# Numbers that name a session or a line, and count nothing.
ORDINALS = {"item-analysis": {"number", "version"}, "register": {"session"}, "sign-in-sheet": {"session", "number"}}
OWN_PAGES = {"agency-attendance": "agency_report", "agency-results": "agency_results"}
# Of these reports shares are rounded to the nearest, as there is no threshold that they could seem to reach.
NEAREST = {"item-analysis"}
MOST_PAGES = 3
Get = Callable[..., bytes]


@pytest.fixture(scope="module")
def kept() -> dict[Any, bytes]:
    """What was got before: tests only read."""
    return {}


@pytest.fixture
def get(demonstration: None, db: None, client: Client, reader: str, kept: dict[Any, bytes]) -> Get:
    """`get(name, language, format="csv")`: a report as the reader of the test gets it."""
    account = Account.objects.get(email=f"{reader}@{DOMAIN}")
    client.force_login(account)

    def got(name: str, language: str, **more: Any) -> bytes:
        if not can_read(account, KINDS[name].readers):
            pytest.skip("not for this reader")
        asked = ASKED.get(name, {}) | more
        if name == "attendance-explained":
            asked["person"] = somebody(account)
        with override(language):
            address = reverse(OWN_PAGES[name]) if name in OWN_PAGES else reverse("report", args=[name])
        address = f"{address}?{urlencode(asked)}"
        if (reader, address) not in kept:
            answer = client.get(address)
            assert answer.status_code == 200
            kept[reader, address] = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return kept[reader, address]

    return got


def somebody(account: Account) -> str:
    """The public code of a person of RW-03 whom the account may read about."""
    found = Registration.objects.visible_to(account).filter(workshop__code="RW-03", confirmed_at__isnull=False)
    return str(found.order_by("pk").values_list("person__public_code", flat=True)[0])


# --- Files -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("reader", "language"), READERS)
@pytest.mark.parametrize("name", KINDS)
def test_files_of_all_kinds_hold_the_same_cells(get, name, language):
    document = json.loads(get(name, language, format="json"))
    rows = with_hidden(document)

    keys, lines = of_csv(get(name, language, format="csv"), language)
    book = of_xlsx(get(name, language, format="xlsx"))

    assert rows
    assert lines == [written(row, language) for row in rows]
    assert different(book.rows, rows) == []
    assert book.keys == keys
    assert different([book.totals], [filled(flat(document["totals"]))]) == []
    tables = document.get("tables", {}).values()
    assert len(book.tables) == len(tables)
    for told, table in zip(book.tables, tables, strict=True):
        assert different(told, [filled(row) for row in table["rows"]]) == []


@pytest.mark.parametrize("reader", ["manager"])
@pytest.mark.parametrize("name", KINDS)
def test_every_figure_of_a_file_is_defined_in_it(get, name):
    document = json.loads(get(name, "en", format="json"))
    tables = [document, *document.get("tables", {}).values()]

    figures = {column["key"] for table in tables for column in table["columns"] if column["type"] in FIGURES}
    defined = {key for key, sentence in document["definitions"].items() if sentence.endswith(".")}

    named = {"rows", "period"} if "first_day" in KINDS[name].asks else {"rows"}
    assert (named | figures | document["totals"].keys()) - ORDINALS.get(name, set()) <= defined


def different(told: list[Any], rows: list[Any]) -> list[Any]:
    """Return what differs between rows; numbers of workbooks have 15 places or more."""
    counts = [] if len(told) == len(rows) else [(len(told), len(rows))]
    return counts + [
        (place, key, one.get(key), other.get(key))
        for place, (one, other) in enumerate(zip(told, rows, strict=False))
        for key in one.keys() | other.keys()
        if not equal(one.get(key), other.get(key))
    ]


def equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return None not in (one, other) and isclose(one, other, rel_tol=1e-14)
    return bool(one == other)


# --- Pages -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("reader", "language"), READERS)
@pytest.mark.parametrize("name", [name for name in KINDS if name not in {*OWN_PAGES, "disaggregation"}])
def test_pages_say_what_files_hold(get, name, language):
    reading = read(get, name, language)
    rows, totals = reading.document["rows"], reading.document["totals"]
    hidden = hidden_by_row(reading.document)

    found, place = [], 0
    for page in pages(get, name, language):
        table = page.table()
        columns = reading.columns(table.heads)
        for cells in table.rows:
            found += [
                (place, *each) for each in reading.differing(cells, columns, rows[place], hidden.get(place, set()))
            ]
            place += 1
        if table.totals:
            found += [("all", *each) for each in reading.differing(table.totals[1:], columns[1:], totals, set())]

    assert found == []
    assert place == len(rows) or page.has_next


@pytest.mark.parametrize(("reader", "language"), READERS)
def test_pages_of_two_way_tables_say_what_files_hold(get, language):
    reading = read(get, "disaggregation", language)
    document, codes = reading.document, reading.codes
    cells = [*document["rows"], *document["tables"]["totals"]["rows"]]
    wanted = {
        tuple(codes[name].get(cell[name], cell[name]) for name in ("table", "row", "column")): cell["value"]
        for cell in cells
    }

    found = {}
    for table in Page(get("disaggregation", language)).tables():
        for word, *counts in table.rows:
            for head, count in zip(table.heads, counts, strict=True):
                value = None if is_hidden(count) else int(*reading.numbers(words_of(count)))
                found[table.caption, words_of(word), head] = value

    assert found == wanted


@pytest.mark.parametrize(("reader", "language"), READERS)
def test_the_page_of_attendance_says_what_files_hold(get, language):
    reading = read(get, "agency-attendance", language)
    percent, flag, whole = ({"key": "", "type": kind} for kind in ("share", "boolean", "integer"))
    rows = {row["name"]: row for row in reading.document["rows"]}

    found = []
    for page in pages(get, "agency-attendance", language):
        table = page.table()
        for name, so_far, can_reach, *sessions, credited, planned, share in table.rows:
            row = rows[name.find(string=True).strip()]
            told = [(so_far, "share_so_far", percent), (can_reach, "can_reach", flag), (share, "share", percent)]
            told += [(credited, "credited_minutes", whole), (planned, "planned_minutes", whole)]
            found += [
                (row["name"], key, words_of(cell))
                for cell, key, column in told
                if not reading.says(cell.a or cell, {**column, "key": key}, row)
            ]
            minutes = [sum(reading.numbers(words_of(cell))) for cell in sessions]
            if sum(minutes) != sum(each["minutes"] for each in row["sessions"].values()):
                found.append((row["name"], "minutes of sessions", minutes))

    assert found == []


@pytest.mark.parametrize(("reader", "language"), READERS)
def test_the_page_of_results_says_what_files_hold(get, language):
    reading = read(get, "agency-results", language)
    rows = iter(reading.document["rows"])

    found = []
    for page in pages(get, "agency-results", language):
        for name, title, enrolled, _completed, best, before_after, certificate in page.table().rows:
            row = next(rows)
            told = [row["name"] in words_of(name), row["title"] == words_of(title)]
            told += [reading.says(enrolled, {"key": "enrolled_on", "type": "date"}, row)]
            told += [(row["certificate"] or "–") == words_of(certificate)]
            shares = [row["best_share"], row["pre_share"], row["post_share"]]
            per_cent = [float(int(share * 100 + 1e-9)) for share in shares if share is not None]
            numbers = [each for cell in (best, before_after) for each in re.findall(r"(\d+)\s%", words_of(cell))]
            found += [] if all(told) and [*map(float, numbers)] == per_cent else [(row, told, numbers)]

    assert found == []
    assert next(rows, None) is None or page.has_next


def read(get: Get, name: str, language: str) -> Reading:
    codes = of_xlsx(get(name, language, format="xlsx")).codes
    document = json.loads(get(name, language, format="json"))
    for column in document["columns"] if name in NEAREST else ():
        column["type"] = "points" if column["type"] == "share" else column["type"]
    return Reading(document, codes, language)


def hidden_by_row(document: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for place, key in document["hidden"]:
        found.setdefault(place, set()).add(key)
    return found


def pages(get: Get, name: str, language: str) -> Iterator[Page]:
    for number in range(1, MOST_PAGES + 1):
        page = Page(get(name, language, page=number))
        yield page
        if not page.has_next:
            return
