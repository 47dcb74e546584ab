"""`manage.py quiz_stats --marks CSV --max-marks CSV --json`."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

KEYS = [
    "attempts",
    "mean",
    "median",
    "sd",
    "skewness",
    "kurtosis",
    "alpha_percent",
    "error_ratio",
    "standard_error",
    "kr20",
]
ITEM_KEYS = [
    *("name", "facility", "sd", "effective_weight", "discrimination", "discriminative_efficiency", "covariance"),
    *("r_total", "r_rest", "alpha_if_dropped"),
]


def files(folder: Path, marks: str, highest: str) -> list[str]:
    for name, text in (("marks.csv", marks), ("highest.csv", highest)):
        (folder / name).write_text(text, encoding="utf-8-sig")
    return ["--marks", str(folder / "marks.csv"), "--max-marks", str(folder / "highest.csv")]


def test_figures_are_printed_as_json_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, "Q1,Q2,Q3\n1,1,2\n1,1,1\n1,0,1\n0,0,1\n0,0,0\n", "Q1,Q2,Q3\n1,1,2\n")

    call_command("quiz_stats", *given, "--json")

    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["test", "items"]
    assert found["test"] == {
        "attempts": 5, "mean": 2.0, "median": 2.0, "sd": pytest.approx(2.5**0.5), "skewness": 0.0, "kurtosis": -1.2,
        "alpha_percent": 84.0, "error_ratio": 40.0, "standard_error": pytest.approx(0.4 * 2.5**0.5), "kr20": None,
    }  # fmt: skip
    assert [list(item) for item in found["items"]] == [ITEM_KEYS] * 3
    assert found["items"][2] == {
        "name": "Q3", "facility": 50.0, "sd": pytest.approx(0.5**0.5),
        "effective_weight": pytest.approx(100 / (2 * 0.75**0.5 + 1)), "discrimination": pytest.approx(100 * 0.5**0.5),
        "discriminative_efficiency": 100.0, "covariance": 0.5, "r_total": pytest.approx(0.8**0.5),
        "r_rest": pytest.approx(0.5**0.5), "alpha_if_dropped": pytest.approx(0.8),
    }  # fmt: skip


def test_what_is_undefined_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("quiz_stats", *files(tmp_path, "Q1\n", "Q1\n1\n"), "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["test"] == dict.fromkeys(KEYS) | {"attempts": 0}
    assert found["items"] == [dict.fromkeys(ITEM_KEYS) | {"name": "Q1"}]


def test_without_json_there_are_lines_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("quiz_stats", *files(tmp_path, "Q1,Q2\n1,1\n0,0\n", "Q1,Q2\n1,1\n"))

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [["attempts", "2"], ["mean", "1"]]
    assert ["kurtosis", "–"] in lines
    assert ["name", "Q2"] in lines


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        (b"Q1\nx\n", "Line 2: “x” is no mark for “Q1”"),
        (b"\xff\xfe", "marks.csv is not text in UTF-8."),
        (None, "marks.csv could not be read: No such file or directory."),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], marks: bytes | None, sentence: str
) -> None:
    given = files(tmp_path, "", "Q1\n1\n")
    (tmp_path / "marks.csv").unlink()
    if marks is not None:
        (tmp_path / "marks.csv").write_bytes(marks)

    with pytest.raises(CommandError) as refused:
        call_command("quiz_stats", *given, "--json")

    assert sentence in str(refused.value)
    assert refused.value.returncode == 1
    assert capsys.readouterr().out == ""
