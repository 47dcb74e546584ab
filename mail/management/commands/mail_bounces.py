"""Take in what another mail server says about a mail that did not arrive."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mail.bounces import read_bounce
from mail.services import note_bounce


class Command(BaseCommand):
    """Note that messages were sent back."""

    help = "Read a report of delivery (RFC 3464), as mail servers send it, and note which messages did not arrive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A mail as a file, or - for standard input.")
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = sys.stdin.buffer.read() if options["file"] == "-" else Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        bounce = read_bounce(source)
        messages = note_bounce(bounce=bounce) if bounce is not None else 0
        if options["json"]:
            self.stdout.write(json.dumps({"failed": bounce is not None, "messages": messages}))
        else:
            self.stdout.write(f"{messages} messages did not arrive")
