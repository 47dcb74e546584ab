"""`revoke_role`: ends a role of an account at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.models import Account, Agency, Role
from people.services import revoke_role


class Command(BaseCommand):
    """The account stays and goes on learning."""

    help = "End a role of an account at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--agency", metavar="CODE", help="End a coordinator's role for this agency only.")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(email=options["email"].strip().lower()).first()
        if account is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        agency = Agency.objects.filter(code=options["agency"]).first()
        if options["agency"] and agency is None:
            raise CommandError(f"No agency has the code {options['agency']}.")
        if not revoke_role(account=account, role=options["role"], agency=agency):
            raise CommandError(f"{account.email} does not have this role.")
        self.stderr.write(f"{account.email}: no longer {options['role']}{f' of {agency.code}' if agency else ''}")
