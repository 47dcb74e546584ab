"""`grant_role`: gives an account a role, for the first administrator and for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from people.models import Account, Agency, Membership, Role
from people.services import grant_role, join_agency, open_account_for_email

LEARNER = "learner"


class Command(BaseCommand):
    """Everybody with an account learns; `learner` therefore grants nothing beyond the account."""

    help = "Give an account a role (made with --create if there is none)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=[LEARNER, *Role.values])
        parser.add_argument("--agency", metavar="CODE", help="The agency: coordinated, or joined by a new person.")
        parser.add_argument("--create", action="store_true", help="Make the account if there is none.")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        role, agency = options["role"], self._agency(options["agency"])
        try:
            account = self._account(options["email"], create=options["create"])
            if agency is not None:
                self._join(account, agency)
            if role != LEARNER:
                grant_role(account=account, role=role, agency=agency if role == Role.COORDINATOR else None)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(f"{account.email}: {role}{f' of {agency.code}' if agency else ''}")

    @staticmethod
    def _agency(code: str | None) -> Agency | None:
        if code is None:
            return None
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            raise CommandError(f"No agency has the code {code}.")
        return agency

    @staticmethod
    def _account(email: str, *, create: bool) -> Account:
        account = Account.objects.filter(email=email.strip().lower()).first()
        if account is None and not create:
            raise CommandError(f"Nobody signs in as {email}; with --create the account is made.")
        return account or open_account_for_email(email=email)

    @staticmethod
    def _join(account: Account, agency: Agency) -> None:
        """A person who belongs to no agency belongs to this one from today."""
        person = account.person
        if person is not None and not Membership.objects.current().filter(person=person).exists():
            join_agency(person=person, agency=agency, since=timezone.localdate())
