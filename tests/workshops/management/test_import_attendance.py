"""The command that brings in attendance."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.workshops import make_workshop, register
from workshops.models import AttendanceEvent, AttendanceRecord

pytestmark = pytest.mark.django_db


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(["session,person,status,minutes,source,device_time", *lines]), encoding="utf-8")
    return str(path)


def test_json_and_nothing_else_goes_to_stdout(tmp_path, capsys):
    person = register(make_workshop(code="W1")).person
    file = write(tmp_path / "a.csv", f"1,{person.public_code},late,30,facilitator,2026-03-09T09:30")

    call_command("import_attendance", file, "--workshop", "W1", "--json")

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
    assert AttendanceRecord.objects.get(session__number=1).credited_minutes == 40


def test_a_dry_run_writes_nothing(tmp_path):
    person = register(make_workshop(code="W1")).person

    call_command(
        "import_attendance",
        write(tmp_path / "a.csv", f"1,{person.public_code},present,,qr,"),
        "--workshop",
        "W1",
        "--dry-run",
    )

    assert not AttendanceEvent.objects.exists()


def test_errors_end_with_1_and_say_where(tmp_path, capsys):
    make_workshop(code="W1")

    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_attendance", write(tmp_path / "a.csv", "1,nobody,present,,qr,"), "--workshop", "W1", "--json"
        )

    captured = capsys.readouterr()
    assert ended.value.code == 1
    assert json.loads(captured.out)["errors"] == [
        {"line": 2, "column": "person", "message": "nobody is not registered for this workshop."}
    ]
    assert "Line 2 person" in captured.err


def test_an_unknown_workshop_or_file_is_said_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="There is no workshop nowhere"):
        call_command("import_attendance", "a.csv", "--workshop", "nowhere")
    make_workshop(code="W1")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_attendance", str(tmp_path / "none.csv"), "--workshop", "W1")
