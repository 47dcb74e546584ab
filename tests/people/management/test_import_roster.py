"""The command that brings in a roster."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.models import Person
from tests.factories.people import make_agency

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
