"""Write sealed certificates to a folder: the PDFs, named by their codes, and a table that says what they are."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from certificates import lists
from certificates.models import Certificate
from certificates.services import manifest_line
from people.models import Agency


class Command(BaseCommand):
    help = "Exports sealed certificates as PDFs with a manifest.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", help="code of an agency; with everything below it")
        parser.add_argument("-o", "--output", type=Path, required=True, help="folder to write to")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a line to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        certificates = _chosen(options["agency"])
        folder: Path = options["output"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = [_exported(certificate, folder) for certificate in certificates.iterator()]
            (folder / "manifest.csv").write_bytes(lists.manifest(lines))
        except OSError as error:
            raise CommandError(f"{error.filename or folder} could not be written or read: {error.strerror}.") from error
        self.stdout.write(json.dumps({"files": len(lines)}) if options["json"] else f"{len(lines)} certificates")


def _chosen(agency_code: str | None) -> QuerySet[Certificate]:
    sealed = Certificate.objects.filter(sealed_at__isnull=False, erased_at__isnull=True).select_related(
        "person", "agency"
    )
    if not agency_code:
        return sealed.order_by("issued_at", "pk")
    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        raise CommandError(f"There is no agency {agency_code}.")
    return sealed.filter(agency__in=Agency.objects.within(agency).values("pk")).order_by("issued_at", "pk")


def _exported(certificate: Certificate, folder: Path) -> dict[str, str]:
    """Copy one file and return its line of the manifest."""
    # The scan of one that was issued on paper may be a picture.
    name = f"{certificate.code}{Path(str(certificate.pdf.name)).suffix}"
    with certificate.pdf.open("rb") as pdf:
        (folder / name).write_bytes(pdf.read())
    return manifest_line(certificate, name)
