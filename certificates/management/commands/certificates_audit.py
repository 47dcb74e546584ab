"""Prove that nothing was changed: the chain of the log, the words, the files, and that all of them agree."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certificates.services import audit


class Command(BaseCommand):
    help = "Proves that log, register and files of certificates agree. Exit code 1 when anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of lines to read")
        parser.add_argument("--kept", default="", metavar="DIGEST", help="a digest of the log that was noted elsewhere")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = audit(kept=options["kept"].strip().lower())
        if options["json"]:
            self.stdout.write(json.dumps(findings.as_json(), ensure_ascii=False))
        else:
            for sentence in findings.problems:
                self.stdout.write(sentence)
            self.stdout.write(
                f"{findings.certificates} certificates, {findings.entries} entries of the log, "
                f"{findings.count} problems. Newest digest: {findings.head or 'none'}"
            )
        if findings.count:
            raise SystemExit(1)
