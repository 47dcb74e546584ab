"""Figures from times that were measured."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """What a number of equal requests cost. Times in milliseconds; `cpu_ms` is the mean per request."""

    name: str
    rate_per_s: float
    cpu_ms: float
    queries: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed (nearest rank).

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5), percentile([1.0, 2.0, 3.0, 4.0], 0.95)
    (2.0, 4.0)
    """
    rank = max(1, -(-len(ordered) * round(share * 100) // 100))
    return ordered[rank - 1]


def timing(name: str, *, wall: Sequence[float], cpu: float, queries: int) -> Timing:
    """Sum up measurements: `wall` seconds of each request, `cpu` seconds of all, queries of one.

    The rate is what one thread achieves: requests divided by the time they took one after the other.
    """
    ordered = sorted(wall)
    count = len(ordered)
    return Timing(
        name=name,
        rate_per_s=round(count / sum(ordered), 1),
        cpu_ms=round(1000 * cpu / count, 2),
        queries=queries,
        p50_ms=round(1000 * percentile(ordered, 0.5), 2),
        p95_ms=round(1000 * percentile(ordered, 0.95), 2),
        p99_ms=round(1000 * percentile(ordered, 0.99), 2),
    )
