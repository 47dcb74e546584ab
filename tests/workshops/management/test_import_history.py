"""The command that brings in workshops of earlier years."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.workshops.past_worlds import World, small_world
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Writes the files of a world and returns where they are."""

    def write(world: World) -> str:
        for name, content in world.files.items():
            (tmp_path / name).write_bytes(content)
        return str(tmp_path)

    return write


def test_json_and_nothing_else_goes_to_stdout(folder, capsys):
    call_command("import_history", folder(small_world()), "--json")

    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "rows": 7,
        "new": 7,
        "changed": 0,
        "unchanged": 0,
        "moved": 0,
        "doubtful": 0,
        "errors": [],
        "saved": 7,
    }
    assert captured.err == ""


def test_the_file_of_results_may_be_missing_and_files_may_begin_with_a_mark(folder, tmp_path):
    path = folder(small_world())
    (tmp_path / "results.csv").unlink()
    people = tmp_path / "people.csv"
    people.write_bytes(b"\xef\xbb\xbf" + people.read_bytes())

    call_command("import_history", path)

    assert Workshop.objects.get().code == "W1"


def test_a_dry_run_writes_nothing(folder):
    call_command("import_history", folder(small_world()), "--dry-run")

    assert not Workshop.objects.exists()


def test_errors_end_with_1_and_say_file_line_and_column(folder, capsys):
    world = small_world()
    world.rows["people.csv"][0]["sex"] = "f"

    with pytest.raises(SystemExit) as ended:
        call_command("import_history", folder(world), "--json")

    captured = capsys.readouterr()
    message = "“f” is none of these: female, male, undisclosed."
    assert ended.value.code == 1
    assert json.loads(captured.out)["errors"] == [
        {"file": "people.csv", "line": 2, "column": "sex", "message": message}
    ]
    assert captured.err == f"people.csv, line 2, sex: {message}\n"


def test_what_is_no_folder_is_said_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        call_command("import_history", str(tmp_path / "none"))
