"""`manage.py questions_import` and `questions_export`."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Category, Question

pytestmark = pytest.mark.django_db

GIFT = "::art:: Which? {=Article 12#Yes ~%-50%Article 1 ####See it.}\n\n::bad:: Which? {~a ~b}\n\nSo. {FALSE}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.txt"
    path.write_text(GIFT, encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out))


def bring(file: Path, *options: str) -> None:
    call_command("questions_import", "--format", "gift", str(file), "--category", "who", "--json", *options)


def test_with_an_error_nothing_is_saved_and_the_line_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bring(file)

    told = printed(capsys)
    assert ended.value.code == 1
    assert told["errors"] == [{"line": 3, "message": "No option is marked as right."}]
    assert (told["format"], told["saved"], Question.objects.count(), Category.objects.count()) == ("gift", 0, 0, 0)


def test_what_can_be_saved_is_saved_when_that_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring(file, "--skip-bad")

    told = printed(capsys)
    assert (told["saved"], [each["type"] for each in told["questions"]]) == (2, ["single_choice", "true_false"])
    assert told["questions"][0] == {
        "type": "single_choice",
        "name": "art",
        "stem": "Which?",
        "stem_format": "moodle",
        "answers": [
            {"text": "Article 12", "format": "moodle", "fraction": 1.0, "feedback": "Yes"},
            {"text": "Article 1", "format": "moodle", "fraction": -0.5, "feedback": ""},
        ],
        "general_feedback": "See it.",
        "hints": [],
        "category": [],
        "tags": [],
        "line": 1,
        "languages": ["en"],
        "warnings": [],
    }
    assert list(Question.objects.values_list("code", "category__slug")) == [("WHO-1", "who"), ("WHO-2", "who")]


def test_one_that_cannot_be_saved_is_an_error_even_when_bad_ones_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    entry = {"type": "essay", "texts": {"en": {"stem": "Why?"}}, "review_on": "tomorrow"}
    path.write_text(json.dumps({"questions": [entry]}), encoding="utf-8")

    with pytest.raises(SystemExit):
        call_command("questions_import", "--format", "json", str(path), "--category", "who", "--skip-bad", "--json")

    told = printed(capsys)
    assert (told["saved"], Category.objects.count()) == (0, 0)
    assert told["errors"] == [{"line": 1, "message": "“tomorrow” is not a day as YYYY-MM-DD."}]


def test_a_dry_run_says_the_same_and_saves_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring(file, "--skip-bad", "--dry-run")

    told = printed(capsys)
    assert (len(told["questions"]), told["saved"], Category.objects.count()) == (2, 0, 0)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be read"):
        bring(tmp_path / "nothing.txt")


@pytest.mark.parametrize("name", ["json", "gift", "moodlexml", "qti", "xlsx", "csv"])
def test_what_is_written_can_be_brought_in_again(
    name: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(file, "--skip-bad")
    output = tmp_path / "out"

    call_command("questions_export", "--format", name, "--category", "who", "-o", str(output))
    capsys.readouterr()
    call_command("questions_import", "--format", name, str(output), "--category", "again", "--json")

    told = printed(capsys)
    assert (told["errors"], told["saved"]) == ([], 2)
    assert list(Question.objects.filter(category__slug="again").values_list("type", flat=True)) == [
        "single_choice",
        "true_false",
    ]


def test_a_format_that_is_only_read_and_an_unknown_category_are_refused(file: Path, tmp_path: Path) -> None:
    bring(file, "--skip-bad")

    with pytest.raises(CommandError, match="only read, not written"):
        call_command("questions_export", "--format", "qti12", "--category", "who", "-o", str(tmp_path / "x"))
    with pytest.raises(CommandError, match="no category “nobody”"):
        call_command("questions_export", "--format", "json", "--category", "nobody", "-o", str(tmp_path / "x"))
