"""Write sealed certificates to a folder: the PDFs, named by their codes, and a table that says what they are."""

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from certificates import wording
from certificates.models import Certificate
from core.files import harmless
from people.models import Agency

COLUMNS = [
    "code", "file", "sha256", "status", "kind", "language", "person", "name", "agency", "subject", "title",
    "academic_hours", "from", "to", "issued", "expires",
]  # fmt: skip


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
            rows = [_exported(certificate, folder) for certificate in certificates]
            with (folder / "manifest.csv").open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(rows)
        except OSError as error:
            raise CommandError(f"{error.filename or folder} could not be written or read: {error.strerror}.") from error
        self.stdout.write(json.dumps({"files": len(rows)}) if options["json"] else f"{len(rows)} certificates")


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


def _exported(certificate: Certificate, folder: Path) -> dict[str, Any]:
    """Copy one PDF and return its line of the manifest."""
    # The scan of one that was issued on paper may be a picture.
    name = f"{certificate.code}{Path(str(certificate.pdf.name)).suffix}"
    with certificate.pdf.open("rb") as pdf:
        (folder / name).write_bytes(pdf.read())
    payload = certificate.payload
    line = {
        "code": certificate.code,
        "file": name,
        "sha256": certificate.pdf_sha256,
        "status": certificate.status,
        "kind": certificate.kind,
        "language": certificate.language,
        "person": certificate.person.public_code,
        "name": payload["holder"]["native"],
        "agency": certificate.agency.code,
        "subject": payload["subject"]["code"],
        "title": payload["printed"]["subject"],
        "academic_hours": str(wording.half_hours(payload["minutes"]) / 2),
        **{name: payload["dates"][name] or "" for name in ("from", "to", "issued", "expires")},
    }
    return {column: harmless(value) for column, value in line.items()}
