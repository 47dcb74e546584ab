"""Issue what was completed and not announced, and seal what waits: the safety net, and a repair after imports."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certificates.models import Certificate
from certificates.services import award_missing, prepare_pending, why_waiting


class Command(BaseCommand):
    help = "Issues missing certificates and seals pending ones. A second run issues none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        sealed_before = Certificate.objects.filter(sealed_at__isnull=False).count()
        issued = award_missing()
        prepare_pending()
        sealed = Certificate.objects.filter(sealed_at__isnull=False).count() - sealed_before
        pending = list(Certificate.objects.unsealed().defer("payload"))
        counts = {"issued": issued, "sealed": sealed, "pending": len(pending)}
        words = "{issued} issued, {sealed} sealed, {pending} pending".format_map(counts)
        self.stdout.write(json.dumps(counts) if options["json"] else words)
        for certificate in pending:
            self.stderr.write(f"{certificate.code}: {why_waiting(certificate) or 'not sealed yet'}")
