"""Write questions of the bank to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.formats.exchange import FORMATS, written
from assessments.models import Category
from assessments.services import questions_in
from core.errors import FormatError
from people.models import Language


class Command(BaseCommand):
    help = "Writes the questions of a category, with all that lie below it, to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", required=True, choices=sorted(FORMATS), help="the format of the file")
        parser.add_argument("--category", required=True, metavar="SLUG")
        parser.add_argument("--language", default="en", choices=Language.values, help="of formats that carry one")
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        category = Category.objects.filter(slug=options["category"]).first()
        if category is None:
            raise CommandError(f"There is no category “{options['category']}”.")
        try:
            file = written(options["format"], questions_in(category=category), options["language"])
            options["output"].write_bytes(file.content)
        except FormatError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"The file could not be written: {error.strerror}.") from error
        for code, sentence in file.lost:
            self.stderr.write(f"{code}: {sentence}")
