"""A coordinator's way: the own agency on the screen, the same figures as files, and nothing about anybody else."""

import csv
import io
import json
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from certificates.models import Certificate
from people.models import Account
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading

WAYS = pytest.mark.parametrize(
    ("viewport", "javascript"),
    [(DESKTOP, True), (PHONE, False)],
    ids=["at a desk with scripts", "on a phone without scripts"],
)
OWN, BELOW, ABOVE, ELSEWHERE = "GOV-11-BR", "HLT-01-BR", "GOV-01", "HLT-03-GM"

Rows = list[dict[str, Any]]


# --- Files as lists of rows, each {stable key: value} ----------------------------------------------------------------
def from_json(content: bytes) -> Rows:
    return list(json.loads(content)["rows"])


def from_csv(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def from_xlsx(content: bytes) -> Rows:
    """The second sheet: labels, stable keys, then the rows."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    _labels, keys, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(keys, row, strict=True)) for row in rows]


READERS = {"JSON": from_json, "CSV": from_csv, "XLSX": from_xlsx}


def downloaded(page: Page, kind: str) -> Rows:
    with page.expect_download() as download:
        page.get_by_role("link", name=kind, exact=True).click()
    assert download.value.suggested_filename.endswith(f".{kind.lower()}")
    return READERS[kind](download.value.path().read_bytes())


# --- The same figures from the screen and from a file -----------------------------------------------------------------
def per_cent(share: Any) -> str:
    return "–" if share in (None, "") else f"{math.floor(float(share) * 100 + 1e-9)}\N{NO-BREAK SPACE}%"


def attendance_on_the_screen(page: Page) -> list[tuple[str, ...]]:
    """(name, share so far, minutes credited, minutes planned, share of all) of every row of the table."""
    page.wait_for_load_state()
    lines = [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]
    # The share leads to its explanation, which screen readers are told before it.
    return [(cells[0].split("\n")[0], cells[1].removeprefix("Why").strip(), *cells[-3:]) for cells in lines]


def attendance_in_the_file(rows: Rows) -> list[tuple[str, ...]]:
    return [
        (
            row["name"],
            per_cent(row["share_so_far"]),
            str(row["credited_minutes"]),
            str(row["planned_minutes"]),
            per_cent(row["share"]),
        )
        for row in rows
    ]


def results_on_the_screen(page: Page) -> list[tuple[str, ...]]:
    """(name, module or workshop, best result, certificate) of every row of the table, page after page."""
    page.wait_for_load_state()
    lines = [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]
    found = [(cells[0].split("\n")[0], cells[1], cells[4].split("\n")[0].split(" ")[0], cells[6]) for cells in lines]
    following = page.get_by_role("link", name="Next", exact=True)
    if not following.count():
        return found
    with page.expect_navigation():
        following.click()
    return found + results_on_the_screen(page)


def results_in_the_file(rows: Rows) -> list[tuple[str, ...]]:
    return [(row["name"], row["title"], per_cent(row["best_share"]), row["certificate"] or "–") for row in rows]


# --- The way ---------------------------------------------------------------------------------------------------------
@WAYS
def test_attendance_of_the_own_agencies_is_the_same_on_the_screen_and_in_every_file(
    open_page: OpenPage, demo: Callable[[str], Account], viewport: Any, javascript: bool
) -> None:
    page = open_page(demo("coordinator"), viewport=viewport, javascript=javascript)
    page.goto("/en/my/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    page.get_by_role("main").get_by_role("link", name="Attendance").click()
    expect(heading(page)).to_have_text("Brest regional executive committee – health department")
    expect(page.get_by_role("main")).to_contain_text("took part")
    assert_fits(page)

    page.get_by_label("Agency", exact=True).select_option(BELOW)
    page.get_by_label("Workshop", exact=True).select_option("IW-01")
    page.get_by_role("button", name="Show").click()

    expect(heading(page)).to_have_text("City polyclinic, Brest region")
    shown = attendance_on_the_screen(page)
    assert len(shown) >= 10
    for kind in READERS:
        assert attendance_in_the_file(downloaded(page, kind)) == shown, kind
    assert_fits(page)


@WAYS
def test_results_of_the_own_agencies_are_the_same_on_the_screen_and_in_every_file(
    open_page: OpenPage, demo: Callable[[str], Account], viewport: Any, javascript: bool
) -> None:
    page = open_page(demo("coordinator"), viewport=viewport, javascript=javascript)
    page.goto("/en/reports/")
    page.get_by_role("main").get_by_role("link", name="Results").click()
    expect(page.get_by_role("main")).to_contain_text("final tests are passed")
    assert_fits(page)

    page.get_by_label("Agency", exact=True).select_option(BELOW)
    page.get_by_role("button", name="Show").click()

    expect(heading(page)).to_have_text("City polyclinic, Brest region")
    shown = results_on_the_screen(page)
    assert len(shown) >= 10
    for kind in READERS:
        assert results_in_the_file(downloaded(page, kind)) == shown, kind
    certificate = page.locator("tbody td:last-child a").first
    certificate.click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()


@pytest.mark.parametrize("code", [ABOVE, ELSEWHERE, "NO-SUCH-AGENCY"])
@pytest.mark.parametrize("page_of", ["attendance", "results"])
def test_another_agency_typed_into_the_address_does_not_exist(
    open_page: OpenPage, demo: Callable[[str], Account], page_of: str, code: str
) -> None:
    page = open_page(demo("coordinator"))

    for query in (f"agency={code}", f"agency={code}&workshop=IW-02", f"agency={code}&format=json"):
        answer = page.goto(f"/en/reports/{page_of}/?{query}")
        assert answer is not None
        assert answer.status == HTTPStatus.NOT_FOUND
        expect(heading(page)).to_have_text("There is nothing at this address")


def test_a_certificate_of_another_agency_typed_into_the_address_does_not_exist(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    page = open_page(demo("coordinator"))
    foreign = Certificate.objects.filter(agency__code=ELSEWHERE).order_by("pk").first()
    assert foreign is not None

    for address in (f"/en/my/certificates/{foreign.code}/", f"/en/my/certificates/{foreign.code}/pdf/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == HTTPStatus.NOT_FOUND
