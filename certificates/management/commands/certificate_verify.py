"""Check a file: whether it is a certificate that was issued here, unchanged, and what that one is worth now."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.models import Certificate
from certificates.services import judge_file
from certificates.services.verification import FileVerdict, said_in

# Larger files are none of ours, and are not read.
MAX_BYTES = 50 * 1024 * 1024


class Command(BaseCommand):
    help = "Checks the file of a certificate. The exit code is 0 only for one that is valid."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a line to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} could not be read: {error.strerror}.") from error
        if len(data) > MAX_BYTES:
            raise CommandError(f"{path} is larger than 50 MB, so it is no certificate.")
        verdict = judge_file(data=data)
        if options["json"]:
            self.stdout.write(json.dumps(_answer(verdict), ensure_ascii=False))
        else:
            self.stdout.write(f"{path}: {' '.join(filter(None, (verdict.state, verdict.code)))}")
        if verdict.state != Certificate.Status.VALID:
            # Said already; only the exit code is left to say.
            raise SystemExit(1)


def _answer(verdict: FileVerdict) -> dict[str, Any]:
    signature, found = verdict.signature, verdict.certificate
    return {
        "status": verdict.state,
        "code": verdict.code,
        "signature": {
            "intact": signature.intact,
            "trusted": signature.trusted,
            # What stands behind the signature of a file that was issued is what extends it for long.
            "covers_whole_file": signature.covers_whole_file or (signature.signed and verdict.sealed),
            "key_given_up": verdict.given_up.isoformat() if verdict.given_up else None,
        },
        "credential": {"proofs": verdict.proofs, "status_bit": verdict.out_of_force},
        "fields": said_in(found.payload) if found else {},
    }
