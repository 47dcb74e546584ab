"""`manage.py mark FILE --json`."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.assessments.formats.test_responses import NUMBER, SINGLE


def test_marks_are_printed_as_json_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.json"
    responses = [{"question": 0, "answer": "Article 12"}, {"question": 1, "answer": "1 000"}]
    file.write_text(json.dumps({"questions": [SINGLE, NUMBER], "responses": responses}), encoding="utf-8-sig")

    call_command("mark", str(file), "--json")

    assert json.loads(capsys.readouterr().out) == {
        "marks": [
            {"question": 0, "fraction": 1.0, "reason": "right"},
            {"question": 1, "fraction": 0.0, "reason": "not within 0.1 of 50.8"},
        ]
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "is not JSON"), ("{}", "needs a list"), (None, "could not be read")],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    file = tmp_path / "answers.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command("mark", str(file), "--json")
