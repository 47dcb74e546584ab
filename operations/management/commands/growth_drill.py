"""`growth_drill`: what pages and batches cost in small and in large countries, and whether that grows as it may.

Each country is made in a database of its own on PostgreSQL, and thrown away. Processor time is compared, not time on
the clock, so that other work of the machine disturbs little.
"""

import gc
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.management.bench_files import add, bench_file, read
from operations.management.growth import AGENCY_PEOPLE, measured
from operations.timing import BATCH, Grown, outgrown

SIZES = [1_000, 10_000, 100_000]


class Command(BaseCommand):
    help = "Measure pages and batches in countries of different sizes, and say what grows faster than it may."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, nargs="+", default=SIZES, help="Sizes (default: %(default)s).")
        parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
        parser.add_argument(
            "--add-to",
            type=bench_file,
            help="Write the figures into this file of `bench`, as “growth”; other sizes stay.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        sizes: list[int] = options["people"]
        if min(sizes) < AGENCY_PEOPLE:
            raise CommandError(f"It takes {AGENCY_PEOPLE} people at least.")
        # As the web server does once it has loaded everything (`config/wsgi.py`).
        gc.collect()
        gc.freeze()
        rows: list[Grown] = []
        for people in sizes:
            rows += measured(people)
            self.stderr.write(f"{people:,} people are measured.")
        if options["add_to"]:
            rows = put_into(options["add_to"], rows)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in rows], indent=1))
        else:
            self._write(rows)
        grown = outgrown(rows)
        if grown:
            raise CommandError("\n".join(grown))

    def _write(self, rows: list[Grown]) -> None:
        for each in sorted(rows, key=lambda row: (row.scope, row.name, row.people)):
            more = f"{each.count:>8,} of them, {each.grown_mb} MB" if each.scope == BATCH else ""
            figures = f"{each.people:>9,}{each.cpu_ms:>10.2f} ms{each.queries:>6} queries{more}"
            self.stdout.write(f"{each.scope:12}{each.name:28}{figures}")


def put_into(path: Path, rows: list[Grown]) -> list[Grown]:
    """Put rows into a file of `bench` in place of those of the same sizes; return all that it has now."""
    sizes = {each.people for each in rows}
    others = [Grown(**row) for row in read(path).get("growth", []) if row["people"] not in sizes]
    together = sorted([*others, *rows], key=lambda row: row.people)
    add(path, growth=[asdict(each) for each in together])
    return together
