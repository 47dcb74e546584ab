"""A report as a file or on stdout, exactly as the pages of the given account would show it."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from core.errors import DomainError
from library.models import Aspect
from people.models import Account, Language
from reports import formats
from reports.permissions import Readers, can_read, can_read_reports
from reports.queries import KINDS, Counting, number_of
from reports.services import content_of, freeze_report, frozen_before, read_report, read_snapshot


class Command(BaseCommand):
    help = "Writes a report. Out of scope: exit 1 and nothing written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(KINDS))
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the account that asks")
        parser.add_argument("--agency", default="", help="code; without it a coordinator gets the own agencies")
        parser.add_argument("--alone", action="store_true", help="the named agency without those below it")
        parser.add_argument("--workshop", default="", help="code")
        parser.add_argument("--module", default="", help="code")
        parser.add_argument("--programme", default="", help="code")
        parser.add_argument("--aspect", choices=Aspect.values, default="")
        parser.add_argument("--held-in", choices=Language.values, default="", help="language of the workshops")
        parser.add_argument("--figure", default="", help="whom a figure counts, for counted: confirmed, started …")
        parser.add_argument("--person", default="", help="public code, for attendance-explained")
        parser.add_argument("--outside", action="store_true", help="as figures leave the programme: frozen")
        parser.add_argument("--test", default="", help="code of the test, for item-analysis")
        parser.add_argument("--form", default="", help="form of the test, or all (default: the first)")
        parser.add_argument("--taken-in", choices=Language.values, default="", help="language of the attempts")
        parser.add_argument("--attempts", choices=[*Counting], default="", help="which of a person (default: first)")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, help="first day of the period")
        parser.add_argument("--to", dest="last_day", type=date.fromisoformat, help="last day of the period")
        parser.add_argument("--language", choices=Language.values, default=Language.EN.value)
        parser.add_argument("--format", choices=sorted(formats.TYPES), default="json")
        parser.add_argument("-o", "--output", type=Path, help="file to write (default: stdout)")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if account is None or not _may_ask(account, KINDS[options["name"]].readers):
            raise CommandError(f"{options['email']} may not read this report.")
        if options["first_day"] and options["last_day"] and options["last_day"] < options["first_day"]:
            raise CommandError("The period ends before it begins.")
        with override(options["language"]):
            content = self._frozen(account, options) if options["outside"] else _content(account, options)
        if options["output"] is None:
            sys.stdout.buffer.write(content)
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['output']} could not be written: {error.strerror}.") from error

    def _frozen(self, account: Account, options: dict[str, Any]) -> bytes:
        """A file as it was frozen: what leaves the programme has a number, and the same question the same bytes."""
        asked = {"name": options["name"], "account": account, **_asked(options)}
        try:
            before = frozen_before(**asked)
            number = (before or freeze_report(**asked)).number
            snapshot = read_snapshot(number=number, account=account)
            file = snapshot.files.get(language=options["language"], format=options["format"])
            content = content_of(file)
        except (DomainError, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Frozen as {number}, SHA-256 of this file {file.sha256}.")
        if before is not None:
            day = timezone.localdate(before.made_at)
            self.stderr.write(f"It was frozen on {day}; if facts have changed since, correct it on its page.")
        return content


def _may_ask(account: Account, readers: Readers) -> bool:
    """Whether somebody reads such reports; coordinators are told by the report itself that it is for managers."""
    return can_read(account, readers) or (readers == Readers.MANAGERS and can_read_reports(account))


def _content(account: Account, options: dict[str, Any]) -> bytes:
    try:
        report = read_report(name=options["name"], account=account, **_asked(options))
    except DomainError as error:
        raise CommandError(str(error)) from error
    now = timezone.localtime().replace(tzinfo=None)
    making = formats.Making(account.get_full_name(), now, number_of(report))
    return formats.rendered(report, options["format"], making)


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    names = (
        *("agency", "alone", "workshop", "module", "programme", "test", "form", "attempts", "aspect"),
        *("figure", "person", "first_day", "last_day", "outside"),
    )
    language = options["taken_in"] if options["test"] else options["held_in"]
    return {"language": language, **{name: options[name] for name in names}}
