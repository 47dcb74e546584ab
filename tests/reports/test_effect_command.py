"""`manage.py learning_effect --pairs CSV --max N [--pass-mark P] --json`."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

TEN = "pre,post\n5,7\n4,8\n3,9\n6,6\n7,9\n2,8\n5,5\n4,6\n8,10\n9,10\n"


def file(folder: Path, text: str) -> str:
    path = folder / "pairs.csv"
    path.write_text(text, encoding="utf-8-sig")
    return str(path)


def test_figures_are_printed_as_json_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("learning_effect", "--pairs", file(tmp_path, TEN), "--max", "10", "--json")

    found = json.loads(capsys.readouterr().out)
    assert list(found.items()) == [
        ("n", 10),
        ("mean_pre", 5.3),
        ("mean_post", 7.8),
        ("change", 2.5),
        ("change_ci95", [pytest.approx(0.9454811793), pytest.approx(4.0545188207)]),
        ("gain", pytest.approx(25 / 47)),
        ("gain_ci95", [pytest.approx(0.313, abs=0.005), pytest.approx(0.722, abs=0.005)]),
        ("d_av", pytest.approx(1.1530081012)),
        ("mastery_before", 0.2),
        ("mastery_after", 0.6),
        ("mcnemar_p", 0.125),
        ("ceiling_share", 0.1),
        ("refused", {}),
    ]


def test_what_is_refused_is_null_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("learning_effect", "--pairs", file(tmp_path, "pre,post\n4,8\n"), "--max", "10", "--json")

    found = json.loads(capsys.readouterr().out)
    assert found == {
        "n": 1, "mean_pre": 4.0, "mean_post": 8.0, "change": 4.0, "change_ci95": None, "gain": None, "gain_ci95": None,
        "d_av": None, "mastery_before": 0.0, "mastery_after": 1.0, "mcnemar_p": 1.0, "ceiling_share": 0.0,
        "refused": {
            "change_ci95": "one_pair", "gain": "too_few_pairs", "gain_ci95": "too_few_pairs", "d_av": "one_pair",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pass_mark", "shares"),
    [
        ("90", [0.1, 0.4]),
        ("0.9", [0.1, 0.4]),
        ("0,9", [0.1, 0.4]),
        ("62.5", [0.3, 0.7]),
        ("1", [1.0, 1.0]),
        ("0", [1.0, 1.0]),
    ],
)
def test_the_pass_mark_is_per_cent_and_below_one_a_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pass_mark: str, shares: list[float]
) -> None:
    given = ["--pairs", file(tmp_path, TEN), "--max", "10", "--pass-mark", pass_mark]

    call_command("learning_effect", *given, "--json")

    found = json.loads(capsys.readouterr().out)
    assert [found["mastery_before"], found["mastery_after"]] == shares


def test_without_json_there_are_lines_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("learning_effect", "--pairs", file(tmp_path, "pre;post\n4;8\n5;7,5\n"), "--max", "10")

    assert capsys.readouterr().out.splitlines() == [
        "n               2",
        "mean_pre        4.5",
        "mean_post       7.75",
        "change          3.25",
        "change_ci95     -6.27965 … 12.7797",
        "gain            – Fewer than ten people have a result both before and after.",
        "gain_ci95       – Fewer than ten people have a result both before and after.",
        "d_av            0",
        "mastery_before  0",
        "mastery_after   1",
        "mcnemar_p       0.5",
        "ceiling_share   0",
    ]


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("pre,mark\n1,2\n", [], "The file has no column “post”."),
        ("pre,post\n1,11\n", [], "Line 2: the mark for “post” is above 10."),
        ("pre,post\n" + "1,2\n" * 2_000_000, [], "The file is larger than 5 MB."),
        (None, [], "pairs.csv could not be read: No such file or directory."),
        (TEN, ["--max", "0"], "“0” is no highest mark. It is a number above 0."),
        (TEN, ["--max=-5"], "“-5” is no highest mark. It is a number above 0."),
        (TEN, ["--max", "ten"], "“ten” is no highest mark. It is a number above 0."),
        (TEN, ["--pass-mark", "101"], "“101” is no pass mark. It is a number of per cent, from 0 to 100."),
        (TEN, ["--pass-mark", "75%"], "“75%” is no pass mark. It is a number of per cent, from 0 to 100."),
    ],
    ids=range(9),
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, options: list[str], sentence: str
) -> None:
    path = file(tmp_path, text or "")
    if text is None:
        Path(path).unlink()

    with pytest.raises(CommandError) as refused:
        call_command("learning_effect", "--pairs", path, "--max", "10", *options, "--json")

    assert str(refused.value) == sentence
    assert refused.value.returncode == 1
    assert capsys.readouterr().out == ""
