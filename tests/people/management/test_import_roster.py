"""The command that brings in a roster."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.models import Person
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text("Фамилия;Имя;Почта\nИванова;Анна;anna@example.org\n", encoding="cp1251")
    return path


def test_json_and_nothing_else_goes_to_stdout(file, capsys):
    make_agency(code="clinic")

    call_command("import_roster", str(file), "--agency", "clinic", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "rows": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "moved": 0,
        "doubtful": 0,
        "errors": [],
        "saved": 1,
    }


def test_a_dry_run_writes_nothing(file):
    make_agency(code="clinic")

    call_command("import_roster", str(file), "--agency", "clinic", "--dry-run", "--json")

    assert not Person.objects.exists()


def test_an_address_that_a_merged_record_had_is_of_whoever_it_was_merged_into(file, capsys):
    clinic = make_agency(code="clinic")
    kept = make_person(agency=clinic, family_name="Иванова", given_name="Анна", email="a@example.org")
    make_person(merged_into=kept, email="anna@example.org")

    call_command("import_roster", str(file), "--agency", "clinic", "--json")
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1

    file.write_text("family_name,given_name,email\nИванова,Анна,a@example.org\nИванова,Анна,anna@example.org\n")
    with pytest.raises(SystemExit):
        call_command("import_roster", str(file), "--agency", "clinic", "--json")
    assert json.loads(capsys.readouterr().out)["errors"] == [
        {"line": 3, "column": "email", "message": "Line 2 means the same person."}
    ]


def test_errors_end_with_1_and_say_where(file, capsys):
    make_agency(code="clinic")
    file.write_text("family_name,given_name,email\n,Анна,nobody\n", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        call_command("import_roster", str(file), "--agency", "clinic", "--json")

    captured = capsys.readouterr()
    assert ended.value.code == 1
    assert json.loads(captured.out)["errors"] == [
        {"line": 2, "column": "email", "message": "“nobody” is no e-mail address."},
        {"line": 2, "column": "family_name", "message": "The name is missing."},
    ]
    assert "Line 2 email" in captured.err


def test_an_unknown_agency_or_file_is_said_in_a_sentence(file):
    with pytest.raises(CommandError, match="There is no agency nowhere"):
        call_command("import_roster", str(file), "--agency", "nowhere")
    make_agency(code="clinic")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_roster", str(file.with_name("none.csv")), "--agency", "clinic")
