"""What a list with people and memberships says."""

from datetime import date

import pytest
from django.utils import translation

from core.blanks import blank_xlsx
from core.spreadsheets import read_table
from people.lists import COLUMNS, HEADINGS, LANGUAGE_WORDS, SEX_WORDS, TITLE, ListRow, day_of, read_list, sex_code


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_template_of_every_language_is_understood(language):
    blank = blank_xlsx(title=TITLE, columns=list(COLUMNS.values()), language=language)

    assert list(read_table(blank).columns(HEADINGS)) == list(COLUMNS)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_words_of_every_language_are_understood(language):
    with translation.override(language):
        assert [sex_code(word) for word in SEX_WORDS[language].values()] == list(SEX_WORDS[language])
        for code, word in LANGUAGE_WORDS[language].items():
            rows, _errors = read_list([(2, {"family_name": "Лис", "given_name": "Ольга", "language": word})])
            assert rows[0].language == code


def test_case_and_spaces_of_an_email_make_no_other_person():
    cells = {"family_name": " Лис ", "given_name": "Ольга", "email": " Olga@Example.ORG\u00a0"}
    rows, errors = read_list([(2, cells), (3, {**cells, "email": "olga@example.org"})])

    assert rows == [ListRow(2, "Лис", "Ольга", email="olga@example.org")]
    assert [(each.line, each.message) for each in errors] == [(3, "Line 2 has the same e-mail.")]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"email": "olga @example.org"}, "email", "“olga @example.org” is no e-mail address."),
        ({"post": "=1+1"}, "post", "“=1+1” looks like a formula."),
        ({"family_name": "Л" * 300}, "family_name", "This is longer than 100 characters."),
        (
            {"given_name": "Ольга\u200f"},
            "given_name",
            "The cell holds a sign that nobody sees, for instance a mark of the direction of writing. Type it anew.",
        ),
        (
            {"post": "врач\x00"},
            "post",
            "The cell holds a sign that nobody sees, for instance a mark of the direction of writing. Type it anew.",
        ),
        ({"sex": "?"}, "sex", "“?” is none of the words female, male and undisclosed."),
        ({"since": "31.02.2026"}, "since", "“31.02.2026” is no day. Write it as 2026-03-09 or 09.03.2026."),
        ({"until": "9" * 5000}, "until", "This is longer than 200 characters."),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_sentence(cells, column, message):
    found = read_list([(2, {"family_name": "Лис", "given_name": "Ольга", **cells})])[1]

    assert (found[0].column, found[0].message) == (column, message)


def test_a_code_stands_in_a_file_once():
    cells = {"family_name": "Лис", "given_name": "Ольга", "code": "abc"}

    assert [each.message for each in read_list([(2, cells), (3, cells)])[1]] == ["Line 2 has the same code."]


def test_a_text_of_an_export_that_was_made_harmless_comes_back_as_it_was():
    rows, errors = read_list([(2, {"family_name": "Лис", "given_name": "Ольга", "post": "'-- врач"})])

    assert (rows[0].post, errors) == ("-- врач", [])


def test_a_row_is_stored_and_read_as_it_is():
    row = ListRow(7, "Лис", "Ольга", sex="female", since=date(2026, 3, 9))

    assert ListRow.from_json(7, row.as_json()) == row


@pytest.mark.parametrize("text", ["", "9", "2026-3", "1.2.3.4", "0.0.0", "2026-13-01", "9" * 4400, "١.٢"])
def test_what_is_no_day_is_none(text):
    assert day_of(text) is None
