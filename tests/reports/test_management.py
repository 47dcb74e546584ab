import csv
import hashlib
import io
import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from reports.models import Snapshot
from reports.services import content_of, files_with_hash, read_report

pytestmark = pytest.mark.django_db


def run(*arguments: object, account: object) -> None:
    call_command("report", *map(str, arguments), "--as", account.email)


def test_json_on_stdout_is_the_report(roles, attended, capfdbinary):
    run("agency-attendance", account=roles.coordinator)

    written = json.loads(capfdbinary.readouterr().out)
    report = read_report(name="agency-attendance", account=roles.coordinator)
    assert (written["report"], written["rows"], written["totals"]) == (report.name, report.rows, report.totals)


@pytest.mark.parametrize("name", ["agency-attendance", "agency-results"])
def test_the_three_files_hold_the_same_rows(roles, attended, tmp_path, name):
    for kind in ("json", "csv", "xlsx"):
        run(name, "--format", kind, "-o", tmp_path / f"report.{kind}", account=roles.coordinator_above)

    rows = json.loads((tmp_path / "report.json").read_text())["rows"]
    lines = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8-sig"))))
    heading, *cells = list(load_workbook(tmp_path / "report.xlsx").worksheets[1].iter_rows(values_only=True))[1:]
    assert len(rows) == len(lines) == len(cells) > 0
    for row, line, values in zip(rows, lines, cells, strict=True):
        flat = {key: value for key, value in row.items() if key != "sessions"}
        for number, cell in row.get("sessions", {}).items():
            flat |= {f"session_{number}_{part}": value for part, value in cell.items()}
        assert as_text(flat) == as_text(line) == as_text(dict(zip(heading, values, strict=True)))


def as_text(row: dict[str, object]) -> dict[str, str]:
    """Values in one notation, whatever the file; what is empty is left out, as a spreadsheet has no cell for it."""
    return {key: notation(value) for key, value in row.items() if value not in (None, "")}


def notation(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return f"{float(value):.12f}"
    except ValueError:
        return str(value)


def test_headings_follow_the_language_and_keys_do_not(roles, attended, tmp_path):
    run("agency-attendance", "--language", "ru", "--format", "xlsx", "-o", tmp_path / "r.xlsx", account=roles.manager)

    labels, keys = list(load_workbook(tmp_path / "r.xlsx").worksheets[1].iter_rows(values_only=True))[:2]
    assert keys[:2] == ("person", "name")
    assert labels[:2] != ("Person code", "Name")


@pytest.mark.parametrize(
    "asked",
    [
        ["--agency", "unrelated"],
        ["--agency", "NOPE"],
        ["--workshop", "NOPE"],
        ["--from", "2026-13-01"],
        ["--from", "2026-03-10", "--to", "2026-03-09"],
    ],
)
def test_what_cannot_be_asked_fails_and_writes_nothing(roles, attended, tmp_path, asked):
    with pytest.raises(CommandError):
        run("agency-attendance", *asked, "-o", tmp_path / "out.json", account=roles.coordinator)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("role", ["learner", "facilitator", "editor"])
def test_who_may_read_no_reports_is_refused(roles, attended, tmp_path, role):
    with pytest.raises(CommandError, match="may not read this report"):
        run("agency-results", "-o", tmp_path / "out.json", account=getattr(roles, role))
    assert list(tmp_path.iterdir()) == []


def test_an_account_that_is_closed_is_refused(roles):
    roles.coordinator.is_active = False
    roles.coordinator.save()

    with pytest.raises(CommandError, match="may not read this report"):
        run("agency-results", account=roles.coordinator)


# --- For readers outside the programme ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "csv", "xlsx", "pdf"])
def test_what_is_for_readers_outside_is_frozen_and_the_file_is_the_frozen_one(roles, attended, tmp_path, capsys, kind):
    path = tmp_path / f"report.{kind}"

    run("agencies", "--outside", "--language", "be", "--format", kind, "-o", path, account=roles.manager)

    snapshot = Snapshot.objects.get()
    file = snapshot.files.get(language="be", format=kind)
    # A table without words is the same in Russian.
    assert file in files_with_hash(hashlib.sha256(path.read_bytes()).hexdigest())
    assert (snapshot.report, snapshot.audience, snapshot.made_by) == ("agencies", "outside", roles.manager)
    assert capsys.readouterr().err == f"Frozen as {snapshot.number}, SHA-256 of this file {file.sha256}.\n"


def test_json_for_readers_outside_says_what_any_other_says(roles, attended, capfdbinary):
    run("agencies", "--outside", account=roles.manager)

    written = json.loads(capfdbinary.readouterr().out)
    report = read_report(name="agencies", account=roles.manager, outside=True)
    assert (written["audience"], written["rows"], written["totals"]) == ("outside", report.rows, report.totals)
    assert written["hidden"] == [list(cell) for cell in report.hidden]


def test_who_asks_again_gets_the_same_bytes_and_is_told_since_when_they_are_frozen(roles, attended, tmp_path, capsys):
    paths = [tmp_path / name for name in ("first.xlsx", "again.xlsx")]
    for path in paths:
        run("agencies", "--outside", "--format", "xlsx", "-o", path, account=roles.manager)

    first, again = (path.read_bytes() for path in paths)
    snapshot = Snapshot.objects.get()
    assert first == again == content_of(snapshot.files.get(language="en", format="xlsx"))
    day = timezone.localdate(snapshot.made_at)
    assert capsys.readouterr().err.splitlines()[2:] == [
        f"It was frozen on {day}; if facts have changed since, correct it on its page."
    ]


@pytest.mark.parametrize(
    ("role", "asked", "sentence"),
    [
        ("coordinator", ["agencies"], "Managers freeze reports"),
        ("manager", ["agency-attendance", "--agency", "clinic"], "does not leave the programme"),
        ("manager", ["completeness"], "does not leave the programme"),
        ("manager", ["results-matrix"], "Say first what"),
        ("manager", ["counted"], "Managers freeze reports"),
    ],
)
def test_what_cannot_leave_the_programme_is_refused_and_not_written(roles, tmp_path, role, asked, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*asked, "--outside", "-o", tmp_path / "out.json", account=getattr(roles, role))

    assert (list(tmp_path.iterdir()), Snapshot.objects.count()) == ([], 0)
