"""Figures from times that were measured."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from operations.management.commands import bench
from operations.timing import PROMISES, Outcome, Promise, Timing, grown, outcomes, percentile, timing


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
def test_a_percentile_is_the_nearest_rank(share, value):
    assert percentile([float(number) for number in range(1, 101)], share) == value


def test_times_become_figures_of_one_thread():
    assert timing("page", wall=[0.02, 0.01, 0.03, 0.04], cpu=0.08, queries=6) == Timing(
        name="page", rate_per_s=40.0, cpu_ms=20.0, queries=6, p50_ms=20.0, p95_ms=40.0, p99_ms=40.0
    )


def test_a_promise_holds_up_to_its_limit():
    rows = [timing("saving", wall=[0.02], cpu=0.02, queries=queries) for queries in (5, 6)]
    promise = Promise("saving", "queries", 5, "saved with 5 queries")

    assert [outcomes([row], [promise]) for row in rows] == [
        [Outcome("saving", "queries", 5, 5, holds=True)],
        [Outcome("saving", "queries", 5, 6, holds=False)],
    ]


def test_a_page_is_held_to_its_bytes_beside_its_queries():
    promises = [Promise("page", "queries", 12, "with 12 queries"), Promise("page", "bytes", 1000, "in a kilobyte")]

    assert outcomes([timing("page", wall=[0.02], cpu=0.02, queries=7)], promises, sizes={"page": 1001}) == [
        Outcome("page", "queries", 12, 7, holds=True),
        Outcome("page", "bytes", 1000, 1001, holds=False),
    ]


def test_what_was_not_measured_is_no_broken_promise():
    assert outcomes([timing("another", wall=[1.0], cpu=1.0, queries=0)]) == []


def test_every_promise_is_about_a_row_of_the_bench():
    source = Path(bench.__file__).read_text()

    assert [promise.name for promise in PROMISES if f'"{promise.name}"' not in source] == []


# --- Two runs ---------------------------------------------------------------------------------------------------------
def run(**ratios):
    return {"rows": [{"name": name, "ratio_to_bare_view": ratio} for name, ratio in ratios.items()]}


def test_what_became_slower_by_more_than_fifteen_per_cent_is_named_the_worst_first():
    before, after = run(lesson=2.0, test=4.0, save=1.0, gone=1.0), run(lesson=2.3, test=4.7, save=3.0, new=9.0)

    assert grown(before, after) == [("save", 1.0, 3.0), ("test", 4.0, 4.7)]
    assert grown(before, before) == []


def test_rows_of_a_day_are_compared_by_database_and_rows_without_a_ratio_are_left_out():
    before = {"rows": [], "day": {"sqlite": run(lesson=2.0), "postgresql": run(lesson=1.0)}}
    after = {"rows": [], "day": {"sqlite": run(lesson=2.0), "postgresql": run(lesson=2.0)}}
    after["day"]["sqlite"]["rows"].append({"name": "mixed day", "ratio_to_bare_view": None})

    assert grown(before, after) == [("lesson (postgresql)", 1.0, 2.0)]


def test_the_command_names_them_and_refuses_what_is_no_run(tmp_path, capsys):
    before, after, nothing = (tmp_path / name for name in ("before.json", "after.json", "nothing.json"))
    before.write_text(json.dumps(run(lesson=2.0)))
    after.write_text(json.dumps(run(lesson=4.0)))
    nothing.write_text("[]")

    call_command("bench_changes", before, after)
    call_command("bench_changes", before, before)

    assert capsys.readouterr().out.splitlines() == [
        "lesson: 2 → 4 bare views (+100%)",
        "Nothing became slower by more than 15%.",
    ]
    for path in (nothing, tmp_path / "missing.json"):
        with pytest.raises(CommandError, match="is no file of `bench`"):
            call_command("bench_changes", before, path)
