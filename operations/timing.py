"""Figures from times that were measured, and what was promised about them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

# What begins and ends a transaction is no query: where something is measured there is one around everything.
FRAMES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")


@dataclass(frozen=True)
class Timing:
    """What a number of equal requests cost. Times in milliseconds; `cpu_ms` is the mean per request.

    Memory, in MB of 1,000,000 bytes, of what has a process of its own: all that it ever held, and what came meanwhile.
    """

    name: str
    rate_per_s: float
    cpu_ms: float
    queries: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    peak_mb: float | None = None
    grown_mb: float | None = None


def queries_of(captured: Sequence[Mapping[str, str]]) -> int:
    """Return how many of the statements that Django captured are queries.

    >>> queries_of([{"sql": "SAVEPOINT s1"}, {"sql": "SELECT 1"}, {"sql": "RELEASE SAVEPOINT s1"}])
    1
    """
    return sum(not each["sql"].startswith(FRAMES) for each in captured)


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
    """`figure` (a field of `Timing`, or "bytes") of the row `name` is at most `limit`; `means` says it in words."""

    name: str
    figure: str
    limit: float
    means: str


# Processor time, not time on the clock: what else the machine does is nobody's fault.
PROMISES = (
    Promise("marking of 1,000 answers", "cpu_ms", 50, "20,000 answers are marked in a second by one core"),
    Promise("statistics, 1,000 × 20", "cpu_ms", 300, "statistics of 1,000 attempts at 20 questions in 0.3 seconds"),
    Promise("statistics, 5,000 × 40", "cpu_ms", 2000, "statistics of 5,000 attempts at 40 questions in 2 seconds"),
    Promise("attendance 1,000 × 40, page", "cpu_ms", 300, "attendance of 1,000 people in 40 sessions as page in 0.3 s"),
    Promise("attendance 1,000 × 40, XLSX", "cpu_ms", 600, "the same as a workbook in 0.6 seconds"),
    Promise("attendance 1,000 × 40, CSV", "cpu_ms", 150, "the same as CSV in 0.15 seconds"),
    Promise("save of an answer", "queries", 5, "an answer is saved with 5 queries"),
    Promise("self check-in", "cpu_ms", 33, "60 people check in within a second on two cores"),
    Promise("register of 300", "queries", 12, "the register of 300 people is shown with 12 queries"),
    Promise("register of 300", "bytes", 100_000, "it takes at most 100 kB on the wire"),
    Promise("certificate, drawn", "cpu_ms", 10, "100 certificates are drawn in a second by one core"),
    Promise("certificate, signed", "cpu_ms", 16.6, "60 certificates are drawn and signed in a second by one core"),
    Promise("certificates, 1,000 in one batch", "cpu_ms", 16.6, "60 certificates of a batch in a second by one core"),
    Promise("certificates, 1,000 in one batch", "grown_mb", 150, "1,000 certificates in one batch with 150 MB"),
    Promise("list of 20,000, read", "cpu_ms", 3, "a list of 20,000 people is read in a minute by one core"),
    Promise("list of 20,000, taken", "cpu_ms", 3, "a list of 20,000 people is taken in a minute by one core"),
    Promise("list of 20,000, taken", "grown_mb", 250, "a list of 20,000 people is read and taken with 250 MB"),
    Promise("list of 20,000, undone", "cpu_ms", 3, "a list of 20,000 people is undone in a minute by one core"),
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


def outcomes(
    timings: Sequence[Timing], promises: Sequence[Promise] = PROMISES, *, sizes: Mapping[str, int] | None = None
) -> list[Outcome]:
    """Return what became of each promise whose row was measured. `sizes` are the bytes of pages by name.

    >>> outcomes([Timing("saving", 1.0, 2.0, 6, 1.0, 1.0, 1.0)], [Promise("saving", "queries", 5, "…")])
    [Outcome(name='saving', figure='queries', limit=5, measured=6, holds=False)]
    """
    measured = {(row.name, figure): value for row in timings for figure, value in asdict(row).items()}
    measured |= {(name, "bytes"): size for name, size in (sizes or {}).items()}
    found = [(promise, measured.get((promise.name, promise.figure))) for promise in promises]
    return [
        Outcome(promise.name, promise.figure, promise.limit, value, value <= promise.limit)
        for promise, value in found
        if value is not None
    ]


# A row that costs so much more, in bare views, than in the run before is named.
SLOWER = 1.15


def grown(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Return (row, ratio before, ratio after) of what became slower between two files of `bench`, the worst first.

    Ratios to a bare view are compared, since machines differ from each other and from day to day. Rows that only one of
    the two has, and those without a ratio, are left out.

    >>> one = {"rows": [{"name": "lesson", "ratio_to_bare_view": 2.0}, {"name": "test", "ratio_to_bare_view": 2.0}]}
    >>> two = {"rows": [{"name": "lesson", "ratio_to_bare_view": 2.3}, {"name": "test", "ratio_to_bare_view": 2.4}]}
    >>> grown(one, two)
    [('test', 2.0, 2.4)]
    """
    earlier, later = _ratios(before), _ratios(after)
    found = [(name, earlier[name], ratio) for name, ratio in later.items() if name in earlier]
    worse = [each for each in found if each[2] > round(each[1] * SLOWER, 2)]
    return sorted(worse, key=lambda each: each[1] / each[2])


# What is measured in countries of different sizes: a page over everybody, a page about one agency, one batch.
EVERYBODY, ONE_AGENCY, BATCH = "everybody", "one agency", "batch"
# A page that costs so much more, beside what was to be expected, has grown; below so many milliseconds nobody waits.
SLACK, NOBODY_WAITS_MS = 1.25, 5.0
# Agencies are alike from here on: in smaller countries they have fewer people than 250.
ALIKE = 10_000
MOST_MB = {"certificates in one batch": 150.0, "list, read": 250.0, "list, taken": 250.0, "list, undone": 250.0}


@dataclass(frozen=True)
class Grown:
    """What something costs in a country of so many people with so many records of attendance.

    `cpu_ms` is processor time of the program and of the database for a page, of the program for one of the `count` of
    a batch; `grown_mb` is what a batch held beyond what the process held before it.
    """

    name: str
    scope: str
    people: int
    records: int
    cpu_ms: float
    queries: int
    count: int = 1
    grown_mb: float | None = None


def outgrown(rows: Sequence[Grown]) -> list[str]:
    """Return a sentence for whatever grows faster than it may.

    A page about one agency costs the same from 10,000 people on, a page over everybody grows no faster than the records
    of attendance, and a batch has a bound of memory.

    >>> small = Grown("R1", "everybody", 10_000, 100, 10.0, 9)
    >>> outgrown([small, Grown("R1", "everybody", 100_000, 1000, 90.0, 9)])
    []
    >>> outgrown([small, Grown("R1", "everybody", 100_000, 1000, 190.0, 9)])
    ['R1, everybody: 19.0 times as dear for 100,000 people as for 10,000; at most 10.0 times was promised.']
    """
    found = []
    for name, scope in dict.fromkeys((row.name, row.scope) for row in rows):
        sizes = sorted((row for row in rows if (row.name, row.scope) == (name, scope)), key=lambda row: row.people)
        if scope == BATCH:
            found += [
                f"{name}: {row.grown_mb} MB for {row.count:,}; at most {MOST_MB[name]:g} MB were promised."
                for row in sizes
                if (row.grown_mb or 0) > MOST_MB[name]
            ]
        else:
            found += [said for less, more in pairwise(sizes) for said in _outgrown(less, more)]
    return found


def _outgrown(less: Grown, more: Grown) -> list[str]:
    found = []
    allowed = more.records / less.records if more.scope == EVERYBODY else 1.0
    times = more.cpu_ms / less.cpu_ms
    comparable = more.scope == EVERYBODY or less.people >= ALIKE
    if comparable and times > allowed * SLACK and more.cpu_ms > less.cpu_ms * allowed + NOBODY_WAITS_MS:
        found.append(
            f"{more.name}, {more.scope}: {times:.1f} times as dear for {more.people:,} people as for {less.people:,}; "
            f"at most {allowed:.1f} times was promised."
        )
    return found


def _ratios(bench: Mapping[str, Any]) -> dict[str, float]:
    """Ratios by row; those of a day are told by their database."""
    rows = {row["name"]: row for row in bench.get("rows", [])}
    for database, day in bench.get("day", {}).items():
        rows |= {f"{row['name']} ({database})": row for row in day["rows"]}
    return {name: row["ratio_to_bare_view"] for name, row in rows.items() if row.get("ratio_to_bare_view")}
