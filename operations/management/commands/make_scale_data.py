"""Fills a database with a country full of people, to measure with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from operations.demo.evaluation import load_forms
from operations.services import load_scale


class Command(BaseCommand):
    help = "Fills a database with so many invented people and workshops, to measure with. Never for a real one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=100_000, help="How many people (default: %(default)s).")
        parser.add_argument("--workshops", type=int, default=2_000, help="How many workshops (default: %(default)s).")

    def handle(self, *_args: Any, **options: Any) -> None:
        people, workshops = options["people"], options["workshops"]
        if people < 10 or workshops < 1:  # noqa: PLR2004
            raise CommandError("It takes ten people and a workshop at least.")
        load_forms()
        try:
            number = load_scale(people=people, workshops=workshops, told=self._tell)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{number:,} rows are written.")

    def _tell(self, number: int) -> None:
        self.stderr.write(f"{number:,} rows so far")
