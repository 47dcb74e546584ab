"""`manage.py suppress --table CSV -k N --json`."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def file(folder: Path, content: str | bytes) -> str:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_table_is_printed_as_json_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = file(tmp_path, "region,state,ngo,school\nNorth,3,20,30\nSouth,15,30,40\n")

    call_command("suppress", "--table", table, "-k", "5", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "rows": [
            {"label": "North", "cells": [None, None, 30], "total": 53},
            {"label": "South", "cells": [None, None, 40], "total": 85},
        ],
        "column_totals": [18, 50, 70],
        "total": 138,
    }


def test_a_row_of_few_loses_its_total(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = file(tmp_path, "agency;people\nA;3\nB;15\nC;40\n")

    call_command("suppress", "--table", table, "-k", "5", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "rows": [
            {"label": "A", "cells": [None], "total": None},
            {"label": "B", "cells": [None], "total": None},
            {"label": "C", "cells": [40], "total": 40},
        ],
        "column_totals": [58],
        "total": 58,
    }


def test_without_json_there_is_a_table_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = file(tmp_path, "region,state,ngo\nNorth,3,20\nSouth,15,30\n")

    call_command("suppress", "--table", table, "-k", "5")

    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["state", "ngo"],
        ["North", "·", "·", "23"],
        ["South", "·", "·", "45"],
        ["18", "50", "68"],
    ]


@pytest.mark.parametrize(
    ("content", "k", "sentence"),
    [
        ("a,b\nx,7\n", "1", "k is 1. It has to be 2 or more"),
        ("a,b\nx,7\n", "-3", "k is -3. It has to be 2 or more"),
        ("a,b\nx,-1\n", "5", "table.csv: Line 2: “-1” in “b” is no count."),
        ("", "5", "table.csv: The file is empty."),
        (None, "5", "table.csv could not be read: No such file or directory."),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, k: str, sentence: str
) -> None:
    table = str(tmp_path / "table.csv") if content is None else file(tmp_path, content)

    with pytest.raises(CommandError) as refused:
        call_command("suppress", "--table", table, f"-k={k}", "--json")

    assert sentence in str(refused.value)
    assert refused.value.returncode == 1
    assert capsys.readouterr().out == ""


def test_what_is_no_number_is_no_k(tmp_path: Path) -> None:
    table = file(tmp_path, "a,b\nx,7\n")

    with pytest.raises(CommandError, match="invalid int value: 'five'"):
        call_command("suppress", "--table", table, "-k", "five", "--json")
