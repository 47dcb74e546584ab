"""Files of `bench`: a wrong one is told before a drill begins, and what stands in one stays there."""

import json

import pytest
from django.core.management import CommandError, call_command

from operations.management.bench_files import add, bench_file, read


@pytest.mark.parametrize("drill", ["day_drill", "reports_drill", "check_in_drill", "weights_drill", "growth_drill"])
@pytest.mark.parametrize("text", [None, "{", "[]"], ids=["missing", "cut short", "something else"])
def test_a_drill_does_not_begin_with_a_wrong_file(tmp_path, drill, text):
    path = tmp_path / "bench.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match=r"bench\.json is no file that `bench` wrote"):
        call_command(drill, "--add-to", str(path))


def test_figures_stand_beside_those_of_others(tmp_path):
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"rows": [1], "hall": {"per_s": 9}}))

    add(bench_file(str(path)), hall={"per_s": 90}, pages=[])

    assert read(path) == {"rows": [1], "hall": {"per_s": 90}, "pages": []}
