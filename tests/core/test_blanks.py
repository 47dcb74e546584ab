"""An empty table to fill in, and the sheet that says how."""

import io

import openpyxl
import pytest
from django.utils.translation import gettext_lazy

from core.blanks import Column, blank_xlsx
from core.spreadsheets import read_table

COLUMNS = (
    Column(gettext_lazy("family name"), "The name.", "Ivanova", required=True),
    Column(gettext_lazy("language"), "Of mails.", "ru", words={"en": ["English", "Russian"], "ru": ["русский"]}),
)


def rows_of(content: bytes, sheet: int) -> list[tuple[str | None, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet].values)


def test_the_first_sheet_has_headings_and_nothing_else():
    table = read_table(blank_xlsx(title="People", columns=COLUMNS, language="en"))

    assert (table.headings, table.rows) == (("Family name", "Language"), ())


def test_the_second_sheet_explains_each_column_and_shows_a_row():
    assert rows_of(blank_xlsx(title="People", columns=COLUMNS, language="en"), 1) == [
        ("Column", "What to write", "Required", "Allowed words", "Example"),
        ("Family name", "The name.", "yes", None, "Ivanova"),
        ("Language", "Of mails.", "no", "English\nRussian", "ru"),
        (None, None, None, None, None),
        ("A row may look like this:", None, None, None, None),
        ("Family name", "Language", None, None, None),
        ("Ivanova", "ru", None, None, None),
    ]


@pytest.mark.parametrize(("language", "heading", "word"), [("ru", "Фамилия", "русский"), ("be", "Прозвішча", None)])
def test_headings_and_words_are_those_of_the_language(language, heading, word):
    rows = rows_of(blank_xlsx(title="People", columns=COLUMNS, language=language), 1)

    assert (rows[1][0], rows[2][3]) == (heading, word)


def test_a_column_with_allowed_words_offers_them():
    book = openpyxl.load_workbook(io.BytesIO(blank_xlsx(title="People", columns=COLUMNS, language="en")))

    (offered,) = book.worksheets[0].data_validations.dataValidation
    assert (offered.formula1, str(offered.sqref), bool(offered.showErrorMessage)) == (
        '"English,Russian"',
        "B2:B20001",
        False,
    )


def test_the_same_table_is_the_same_file():
    assert blank_xlsx(title="P", columns=COLUMNS, language="be") == blank_xlsx(
        title="P", columns=COLUMNS, language="be"
    )
