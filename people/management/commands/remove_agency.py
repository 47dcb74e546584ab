"""`remove_agency`: takes an agency away that was made by mistake."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from people.models import Agency
from people.services import remove_agency


class Command(BaseCommand):
    """An agency that something names stays."""

    help = "Remove an agency that no person, workshop or other record names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")

    def handle(self, *_args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["code"]).first()
        if agency is None:
            raise CommandError(f"No agency has the code {options['code']}.")
        try:
            remove_agency(agency=agency)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(f"{options['code']}: removed")
