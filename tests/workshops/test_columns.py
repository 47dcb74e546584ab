"""What a file of attendance says, and what cannot be understood in it."""

import doctest
from datetime import datetime

import pytest
from django.utils.translation import override

from core.spreadsheets import Table
from workshops import columns
from workshops.columns import AttendanceRow, CellError, missing_columns, read_rows
from workshops.models import AttendanceEvent, AttendanceStatus

ROW = {"session": "1", "person": "K7M2P9", "status": "present", "source": "paper"}


def test_the_examples_hold():
    assert doctest.testmod(columns).failed == 0


def test_the_words_are_those_of_the_tables():
    assert list(AttendanceStatus.values) == list(columns._STATUSES)
    assert list(AttendanceEvent.Source.values) == list(columns._SOURCES)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_what_pages_say_is_understood_and_comes_first(language):
    with override(language):
        for words, choices in (
            (columns._STATUSES, AttendanceStatus.choices),
            (columns._SOURCES, AttendanceEvent.Source.choices),
        ):
            assert [words.word(code, language) for code, _label in choices] == [str(label) for _code, label in choices]


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_what_a_column_is_called_is_a_heading_of_it(language):
    with override(language):
        names = {key: str(name) for key, name in columns.NAMES.items()}

    assert Table(tuple(names.values()), ()).columns(columns.HEADINGS) == {key: at for at, key in enumerate(names)}


@pytest.mark.parametrize(
    ("status", "source", "understood"),
    [
        ("Опоздал", "QR-код", ("late", "qr")),
        ("ушел раньше", "введенный код", ("left_early", "code")),
        ("Прысутнічала", "папяровы журнал", ("present", "paper")),
        ("LEFT_EARLY", "online", ("left_early", "online")),
    ],
)
def test_states_and_sources_are_understood_in_every_language(status, source, understood):
    rows, errors = read_rows([(2, {**ROW, "status": status, "source": source})])

    assert errors == []
    assert [(row.status, row.source) for row in rows] == [understood]


def test_a_clear_row_is_understood():
    rows, errors = read_rows([(5, {**ROW, "minutes": "30", "device_time": "2026-03-09T09:30"})])

    assert errors == []
    assert rows == [AttendanceRow(5, 1, "k7m2p9", "present", "paper", 30, datetime(2026, 3, 9, 9, 30))]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ({"session": "first"}, "session", "“first” is no number of a session."),
        ({"session": "²"}, "session", "“²” is no number of a session."),
        ({"person": " "}, "person", "The person is missing."),
        ({"status": "asleep"}, "status", "“asleep” is no state of a register."),
        ({"source": "rumour"}, "source", "“rumour” is no source of attendance."),
        ({"minutes": "-5"}, "minutes", "“-5” is no number of minutes in a day."),
        ({"minutes": "1441"}, "minutes", "“1441” is no number of minutes in a day."),
        ({"minutes": "1" * 5000}, "minutes", f"“{'1' * 80}” is no number of minutes in a day."),
        ({"device_time": "noon"}, "device_time", "“noon” is no time such as 2026-03-09T09:30."),
        ({"device_time": "0001-01-01T00:00"}, "device_time", "“0001-01-01T00:00” is no time such as 2026-03-09T09:30."),
        ({"device_time": "9999-12-31T23:59"}, "device_time", "“9999-12-31T23:59” is no time such as 2026-03-09T09:30."),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(values, column, message):
    assert read_rows([(7, {**ROW, **values})]) == ([], [CellError(7, column, message)])


def test_columns_that_every_file_needs_are_asked_for():
    assert [error.column for error in missing_columns(["session", "status"])] == ["person", "source"]
