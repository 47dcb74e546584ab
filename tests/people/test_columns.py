"""What a roster says, and what cannot be understood in it."""

import doctest

import pytest

from people import columns
from people.columns import RosterRow, RowError, language_code, missing_columns, read_rows

PERSON = {"family_name": "Лук’яновіч", "given_name": "Алёна"}


def test_the_examples_hold():
    assert doctest.testmod(columns).failed == 0


def test_words_are_trimmed_and_an_e_mail_is_lower_case():
    rows, errors = read_rows([(2, {**PERSON, "given_name": " Анна  Мария ", "email": " A@Example.ORG "})])

    assert errors == []
    assert rows == [RosterRow(2, "Лук’яновіч", "Анна Мария", email="a@example.org")]


@pytest.mark.parametrize(
    ("word", "code"),
    [("ru", "ru"), ("Русский", "ru"), (" беларуская ", "be"), ("English", "en"), ("", ""), ("klingon", None)],
)
def test_a_language_is_named_in_any_of_the_three(word, code):
    assert language_code(word) == code


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ({"family_name": " "}, "family_name", "The name is missing."),
        ({"given_name": ""}, "given_name", "The name is missing."),
        ({"given_name": "12345"}, "given_name", "“12345” is no name."),
        ({"family_name": "=cmd|' /C calc'!A0"}, "family_name", "“=cmd|' /C calc'!A0” looks like a formula."),
        ({"post": "+375 17 200"}, "post", "“+375 17 200” looks like a formula."),
        ({"family_name": "я" * 101}, "family_name", "This is longer than 100 characters."),
        ({"email": "nobody"}, "email", "“nobody” is no e-mail address."),
        ({"language": "klingon"}, "language", "“klingon” is none of the languages en, ru and be."),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(values, column, message):
    assert read_rows([(7, {**PERSON, **values})]) == ([], [RowError(7, column, message)])


def test_an_e_mail_stands_once_in_a_file():
    rows, errors = read_rows([(2, {**PERSON, "email": "a@example.org"}), (5, {**PERSON, "email": "A@example.org"})])

    assert [row.line for row in rows] == [2]
    assert errors == [RowError(5, "email", "Line 2 has the same e-mail.")]


def test_columns_that_every_roster_needs_are_asked_for():
    assert [error.column for error in missing_columns(["email", "given_name"])] == ["family_name"]
