"""The command that brings in people and memberships."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.models import PeopleImport, Person
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db

EMPTY = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "moved": 0, "doubtful": 0, "errors": [], "saved": 0}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    clinic = make_agency(code="clinic")
    make_person(agency=clinic, family_name="Иванова", given_name="Анна", patronymic="", email="anna@example.org")
    make_person(agency=clinic, family_name="Лис", given_name="Ольга", patronymic="", email="")
    path = tmp_path / "people.csv"
    path.write_text(
        "Фамилия;Имя;Электронная почта;Ведомство;В ведомстве с\n"
        "Иванова;Анна;ANNA@example.org;clinic;\n"
        "Лис;Ольга;olga@example.org;clinic;\n"
        "Новик;Пётр;;clinic;09.03.2026\n",
        encoding="cp1251",
    )
    return path


def result_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    call_command("import_people", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_everything_but_doubtful_rows_is_saved_and_can_be_undone(file, capsys):
    said = result_of(capsys, str(file))

    assert said == {**EMPTY, "rows": 3, "new": 1, "unchanged": 1, "doubtful": 1, "saved": 1}
    source = PeopleImport.objects.get()
    assert (source.state, source.uploaded_by, source.rows) == ("taken", None, 3)
    assert result_of(capsys, str(file)) == {**EMPTY, "rows": 3, "unchanged": 2, "doubtful": 1}


def test_a_dry_run_writes_nothing(file, capsys):
    assert result_of(capsys, str(file), "--dry-run")["new"] == 1
    assert (Person.objects.count(), PeopleImport.objects.count()) == (2, 0)


def test_errors_end_with_1_and_say_where(file, capsys):
    file.write_text("family_name,given_name,agency\nЛис,Ольга,nowhere\nНовик,Пётр,clinic\n", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        call_command("import_people", str(file), "--json")

    captured = capsys.readouterr()
    assert ended.value.code == 1
    assert json.loads(captured.out) == {
        **EMPTY,
        "rows": 2,
        "new": 1,
        "errors": [{"line": 2, "column": "agency", "message": "There is no agency “nowhere”."}],
    }
    assert "Line 2 agency" in captured.err
    assert (Person.objects.count(), PeopleImport.objects.count()) == (2, 0)


def test_a_file_that_is_too_large_or_missing_is_said_in_a_sentence(file, capsys):
    file.write_bytes(b"x" * (6 * 1024 * 1024))
    with pytest.raises(SystemExit):
        call_command("import_people", str(file), "--json")
    assert "larger than 5 MB" in capsys.readouterr().err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_people", str(file.with_name("none.csv")))
