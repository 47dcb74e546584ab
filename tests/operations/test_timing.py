"""Figures from times that were measured."""

import pytest

from operations.timing import Timing, percentile, timing


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
def test_a_percentile_is_the_nearest_rank(share, value):
    assert percentile([float(number) for number in range(1, 101)], share) == value


def test_times_become_figures_of_one_thread():
    assert timing("page", wall=[0.02, 0.01, 0.03, 0.04], cpu=0.08, queries=6) == Timing(
        name="page", rate_per_s=40.0, cpu_ms=20.0, queries=6, p50_ms=20.0, p95_ms=40.0, p99_ms=40.0
    )
