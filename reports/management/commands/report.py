"""A report as a file or on stdout, exactly as the pages of the given account would show it."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from people.models import Account, Language
from reports import formats
from reports.permissions import can_read_reports
from reports.queries import OutOfScopeError
from reports.services import REPORTS, read_report


class Command(BaseCommand):
    help = "Writes a report. Out of scope: exit 1 and nothing written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(REPORTS))
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the account that asks")
        parser.add_argument("--agency", default="", help="code; without it a coordinator gets the own agencies")
        parser.add_argument("--workshop", default="", help="code")
        parser.add_argument("--programme", default="", help="code")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, help="first day of the period")
        parser.add_argument("--to", dest="last_day", type=date.fromisoformat, help="last day of the period")
        parser.add_argument("--language", choices=Language.values, default=Language.EN.value)
        parser.add_argument("--format", choices=sorted(formats.TYPES), default="json")
        parser.add_argument("-o", "--output", type=Path, help="file to write (default: stdout)")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if account is None or not can_read_reports(account):
            raise CommandError(f"{options['email']} may read no reports.")
        with override(options["language"]):
            content = _content(account, options)
        if options["output"] is None:
            sys.stdout.buffer.write(content)
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['output']} could not be written: {error.strerror}.") from error


def _content(account: Account, options: dict[str, Any]) -> bytes:
    asked = {key: options[key] for key in ("name", "agency", "workshop", "programme", "first_day", "last_day")}
    try:
        report = read_report(account=account, **asked)
    except OutOfScopeError as error:
        raise CommandError(str(error)) from error
    making = formats.Making(account.get_full_name(), timezone.localtime().replace(tzinfo=None))
    return formats.rendered(report, options["format"], making)
