"""Figures from times that were measured, and what was promised about them."""

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


@dataclass(frozen=True)
class Promise:
    """`figure` (a field of `Timing`) of the row `name` is at most `limit`; `means` says it in words."""

    name: str
    figure: str
    limit: float
    means: str


# Processor time, not time on the clock: what else the machine does is nobody's fault.
PROMISES = (
    Promise("marking of 1,000 answers", "cpu_ms", 50, "20,000 answers are marked in a second by one core"),
    Promise("statistics, 5,000 × 40", "cpu_ms", 2000, "statistics of 5,000 attempts at 40 questions in 2 seconds"),
    Promise("save of an answer", "queries", 5, "an answer is saved with 5 queries"),
    Promise("self check-in", "cpu_ms", 33, "60 people check in within a second on two cores"),
    Promise("test of 20 questions", "queries", 60, "20 questions on 4 pages, begun to handed in, with 60 queries"),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a promise."""

    name: str
    figure: str
    limit: float
    measured: float
    holds: bool


def outcomes(timings: Sequence[Timing], promises: Sequence[Promise] = PROMISES) -> list[Outcome]:
    """Return what became of each promise whose row was measured.

    >>> outcomes([Timing("saving", 1.0, 2.0, 6, 1.0, 1.0, 1.0)], [Promise("saving", "queries", 5, "…")])
    [Outcome(name='saving', figure='queries', limit=5, measured=6, holds=False)]
    """
    rows = {row.name: row for row in timings}
    found = [(promise, getattr(rows[promise.name], promise.figure)) for promise in promises if promise.name in rows]
    return [
        Outcome(promise.name, promise.figure, promise.limit, measured, measured <= promise.limit)
        for promise, measured in found
    ]
