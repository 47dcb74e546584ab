"""Certificates of earlier years, issued on paper: a list and a ZIP file of scans, all of them or none."""

import hashlib
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from certificates import chain, codes, contents, wording
from certificates.columns import HEADINGS, CellError, PaperRow, missing_columns, read_rows
from certificates.models import Certificate, PaperBatch, names_in, private_storage
from certificates.services.awards import CertificateError, names_by_language
from certificates.services.log import note_sealed
from core.folding import fold
from core.spreadsheets import UnreadableError, read_table
from people.models import Account, Agency, Membership, Person
from people.services import PeopleError, create_person, join_agency

MAX_ROWS = 1000
# A person who is not on record yet.
NEW_PERSON = "new"
# How long files wait for whoever sent them to look at what they say.
HELD_FOR = timedelta(hours=2)
_INCOMING = "certificates/incoming"


@dataclass(frozen=True)
class PaperEntry:
    """A row and whose certificate it is: somebody on record, the person of an earlier line, or somebody new.

    With `candidates` or `lines` nobody but a person can say; `answer` is what was said.
    """

    row: PaperRow
    agency: Agency
    person: Person | None = None
    same_as: int | None = None
    candidates: tuple[Person, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether it must be said who the person is."""
        return bool(self.candidates or self.lines)

    @property
    def known_as(self) -> list[tuple[Person, str]]:
        """The people whom the row may be about, each with the agencies where they are or were."""
        return [
            (person, ", ".join(str(membership.agency) for membership in person.memberships.all()) or "–")
            for person in self.candidates
        ]

    def answered(self, answer: str) -> "PaperEntry | None":
        """The entry with an answer: a public code, "line-" and a number, or NEW_PERSON; None for another word."""
        if answer == NEW_PERSON:
            return replace(self, candidates=(), lines=())
        for person in self.candidates:
            if answer == person.public_code:
                return replace(self, person=person, candidates=(), lines=())
        for line in self.lines:
            if answer == f"line-{line}":
                return replace(self, same_as=line, candidates=(), lines=())
        return None


@dataclass
class PaperPlan:
    """What a list and its scans came to. With an error nothing can be entered; with a question it must be answered."""

    rows: int = 0
    entries: list[PaperEntry] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    @property
    def questions(self) -> list[PaperEntry]:
        """Rows of which somebody must say who the person is."""
        return [entry for entry in self.entries if entry.is_asked]

    @property
    def known(self) -> int:
        """How many rows are about somebody on record."""
        return sum(entry.person is not None for entry in self.entries)


def plan_papers(*, table: bytes, scans: IO[bytes], size: int) -> PaperPlan:
    """Look at a list and at the ZIP file of its scans; nothing is written. `size` is that of the ZIP file in bytes."""
    plan = PaperPlan()
    rows = _read(table, plan)
    _refuse_known_numbers(rows, plan)
    try:
        with contents.opened(scans, size) as archive:
            _look_at_scans(rows, archive, plan)
    except contents.ScanError as error:
        plan.errors.append(CellError(0, "", str(error)))
    _find_people(rows, plan)
    plan.errors.sort(key=lambda error: error.line)
    return plan


@transaction.atomic
def enter_papers(
    *,
    title: str,
    language: str,
    table: bytes,
    table_name: str,
    scans: IO[bytes],
    size: int,
    answers: Mapping[int, str],
    actor: Account,
) -> PaperBatch:
    """Enter all certificates of a list, each sealed with the bytes of its scan and never mailed to anybody.

    `language` is the one that the certificates are written in, `answers` say by line who a person is.
    Raises CertificateError when the list has an error or a question is open; then nothing is stored.
    """
    # Whoever clicks twice enters a list once: the second click waits here, and then finds the numbers known.
    Account.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    plan = plan_papers(table=table, scans=scans, size=size)
    if plan.errors:
        raise CertificateError(_("The list has errors. Look at it once more."))
    entries = [entry.answered(answers.get(entry.row.line, "")) if entry.is_asked else entry for entry in plan.entries]
    decided = [entry for entry in entries if entry is not None]
    if len(decided) < len(entries):
        raise CertificateError(_("Say of every person whether it is the one who is known."))
    batch = PaperBatch.objects.create(title=title, file_name=table_name[-200:], created_by=actor)
    with _removed_on_failure() as stored, contents.opened(scans, size) as archive:
        people: dict[int, Person] = {}
        certificates = []
        for entry in decided:
            people[entry.row.line] = _person(entry, people, language, actor)
            certificate = _drafted(entry, people[entry.row.line], batch, language)
            _seal(certificate, archive.read(entry.row.scan), entry.row.scan)
            stored.append(str(certificate.pdf.name))
            certificate.save()
            certificates.append(certificate)
        for certificate in certificates:
            after = {"code": certificate.code, "list": batch.pk, "sha256": certificate.pdf_sha256}
            record("certificates.paper_entered", obj=certificate, actor=actor, subject=certificate.person, after=after)
        record("certificates.papers_entered", obj=batch, actor=actor, after={"certificates": len(certificates)})
        for certificate in certificates:
            note_sealed(certificate)
    return batch


# --- Looking at a list ------------------------------------------------------------------------------------------------


def _read(table: bytes, plan: PaperPlan) -> list[PaperRow]:
    try:
        read = read_table(table)
    except UnreadableError as error:
        plan.errors.append(CellError(0, "", str(error)))
        return []
    plan.rows = len(read.rows)
    columns = read.columns(HEADINGS)
    if missing := missing_columns(columns):
        plan.errors += missing
        return []
    if plan.rows > MAX_ROWS:
        plan.errors.append(CellError(0, "", _("The list has more than 1,000 rows. Split it.")))
        return []
    if not plan.rows:
        plan.errors.append(CellError(0, "", _("The file has headings and no rows.")))
    rows, errors = read_rows(read.records(columns), today=timezone.localdate())
    plan.errors += errors
    return rows


def _refuse_known_numbers(rows: Sequence[PaperRow], plan: PaperPlan) -> None:
    """A certificate is entered once: the same number of the same day is the same certificate."""
    known = {
        (number, timezone.localdate(issued_at)): code
        for number, issued_at, code in Certificate.objects.filter(
            paper__isnull=False, number__in=[row.number for row in rows]
        ).values_list("number", "issued_at", "code")
    }
    for row in rows:
        if code := known.get((row.number, row.issued)):
            message = _("This certificate was entered before. Its code is %(code)s.") % {"code": codes.printed(code)}
            plan.errors.append(CellError(row.line, "number", message))


def _look_at_scans(rows: Sequence[PaperRow], archive: contents.Archive, plan: PaperPlan) -> None:
    named = {row.scan.casefold() for row in rows}
    for row in rows:
        if row.scan not in archive:
            message = _("The ZIP file has no “%(name)s”.") % {"name": row.scan}
            plan.errors.append(CellError(row.line, "scan", message))
            continue
        try:
            contents.check(archive.read(row.scan), row.scan)
        except contents.ScanError as error:
            plan.errors.append(CellError(row.line, "scan", str(error)))
    # Rows with errors name scans too, so nothing is called superfluous before all rows are clear.
    superfluous = [] if plan.errors else [name for name in archive.names() if name.casefold() not in named]
    for name in superfluous[:10]:
        message = _("The ZIP file has “%(name)s”, which no row names.") % {"name": name[:80]}
        plan.errors.append(CellError(0, "", message))


def _find_people(rows: Sequence[PaperRow], plan: PaperPlan) -> None:
    agencies = {each.code: each for each in Agency.objects.filter(code__in={row.agency for row in rows})}
    before: dict[str, list[PaperEntry]] = defaultdict(list)
    for row in rows:
        agency = agencies.get(row.agency)
        if agency is None:
            message = _("There is no agency “%(code)s”.") % {"code": row.agency}
            plan.errors.append(CellError(row.line, "agency", message))
            continue
        earlier = before[fold(row.family_name, row.given_name, row.patronymic)]
        entry = _entry(row, agency, earlier)
        earlier.append(entry)
        if entry.person is None and agency.closed_on is not None and agency.closed_on < row.issued:
            message = _("%(agency)s was closed before this day.") % {"agency": agency}
            plan.errors.append(CellError(row.line, "agency", message))
        plan.entries.append(entry)


def _entry(row: PaperRow, agency: Agency, earlier: Sequence[PaperEntry]) -> PaperEntry:
    """A name alone is no key: with the same agency it is taken for the same person, with another one it is asked."""
    same = next((entry for entry in earlier if entry.agency == agency), None)
    if same is not None:
        return PaperEntry(row, agency, person=same.person, same_as=same.row.line)
    alike = list(
        Person.objects.namesakes(row.family_name, row.given_name, row.patronymic)
        .order_by("pk")
        .prefetch_related("memberships__agency")
    )
    members = Membership.objects.filter(person__in=alike, agency=agency).values_list("person", flat=True)
    here = [person for person in alike if person.pk in set(members)]
    if len(here) == 1:
        return PaperEntry(row, agency, person=here[0])
    lines = tuple(entry.row.line for entry in earlier if entry.person is None and entry.same_as is None)
    return PaperEntry(row, agency, candidates=tuple(alike), lines=lines)


# --- Entering it ------------------------------------------------------------------------------------------------------


def _person(entry: PaperEntry, people: Mapping[int, Person], language: str, actor: Account) -> Person:
    """Return whose certificate a row is. Of somebody new, the paper says where that was in those days, and no more."""
    if entry.person is not None:
        return entry.person
    row = entry.row
    try:
        if entry.same_as is None:
            return create_person(
                agency=entry.agency,
                family_name=row.family_name,
                given_name=row.given_name,
                patronymic=row.patronymic,
                language=language,
                since=row.first_day,
                until=row.issued,
                actor=actor,
            )
        person = people[entry.same_as]
        if not person.memberships.on(row.issued).exists():
            join_agency(person=person, agency=entry.agency, since=row.first_day, until=row.issued)
    except PeopleError as error:
        raise CertificateError(_("Line %(line)d: %(error)s") % {"line": row.line, "error": error}) from error
    return person


def _drafted(entry: PaperEntry, person: Person, batch: PaperBatch, language: str) -> Certificate:
    row, code = entry.row, codes.new_code()
    return Certificate(
        code=code,
        kind=row.kind,
        paper=batch,
        number=row.number,
        person=person,
        agency=entry.agency,
        language=language,
        payload=_payload(entry, code, language),
        # Noon, so that no zone makes another day of it.
        issued_at=timezone.make_aware(datetime.combine(row.issued, time(12))),
    )


def _seal(certificate: Certificate, scan: bytes, name: str) -> None:
    certificate.sealed_at = timezone.now()
    certificate.payload_hash = chain.payload_hash(certificate.payload, certificate.salt)
    certificate.pdf_sha256 = hashlib.sha256(scan).hexdigest()
    certificate.pdf.save(f"{certificate.code}.{contents.check(scan, name)}", ContentFile(scan), save=False)


def _payload(entry: PaperEntry, code: str, language: str) -> dict[str, Any]:
    row = entry.row
    payload: dict[str, Any] = {
        "content": "paper",
        "holder": {"native": unicodedata.normalize("NFC", row.full_name), "latin": ""},
        "agency": names_by_language(entry.agency, "name"),
        "subject": {"kind": "paper", "code": row.number, "titles": {language: row.title}, "proves": row.kind},
        "minutes": row.minutes,
        "dates": {
            "from": row.first_day.isoformat(),
            "to": row.last_day.isoformat(),
            "issued": row.issued.isoformat(),
            "expires": None,
            "registered": timezone.localdate().isoformat(),
        },
        "result": None,
        "code": code,
        "issuer": _names_of_the_site(),
        "site": settings.SITE_ADDRESS.partition("://")[2],
        "address": f"{settings.SITE_ADDRESS}/v/{code}",
    }
    with override(language):
        payload["printed"] = wording.printed(payload)
    return payload


def _names_of_the_site() -> dict[str, str]:
    names = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            names[language] = _(settings.WAGTAIL_SITE_NAME)
    return names


@contextmanager
def _removed_on_failure() -> Iterator[list[str]]:
    """Names of stored files, which go again when what is done with them fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException as error:
        for name in stored:
            private_storage().delete(name)
        if isinstance(error, contents.ScanError):
            raise CertificateError(str(error)) from error
        raise


# --- Files that wait until somebody has looked at what they say ------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A list and its scans that wait. `size` is that of the ZIP file in bytes."""

    table: bytes
    scans: IO[bytes]
    size: int


def hold_papers(*, table: bytes, scans: File) -> str:
    """Keep files for two hours and return the key to them; a job removes what has waited longer."""
    key = uuid.uuid4().hex
    private_storage().save(f"{_INCOMING}/{key}.table", ContentFile(table))
    scans.seek(0)
    private_storage().save(f"{_INCOMING}/{key}.zip", scans)
    return key


@contextmanager
def held_papers(key: str) -> Iterator[Held]:
    """Open files that wait. Raises CertificateError when they are gone."""
    storage, name = private_storage(), f"{_INCOMING}/{uuid.UUID(key).hex}"
    try:
        with storage.open(f"{name}.table", "rb") as table:
            content = table.read()
        scans = storage.open(f"{name}.zip", "rb")
    except FileNotFoundError as error:
        raise CertificateError(_("The files are too old. Send them again.")) from error
    with scans:
        yield Held(content, scans, scans.size)


def let_go(key: str) -> None:
    """Remove files that were held."""
    for ending in ("table", "zip"):
        private_storage().delete(f"{_INCOMING}/{uuid.UUID(key).hex}.{ending}")


def forget_papers() -> int:
    """Remove files that were held longer than two hours. Returns how many."""
    storage = private_storage()
    before = timezone.now() - HELD_FOR
    names = [f"{_INCOMING}/{name}" for name in names_in(_INCOMING)]
    old = [name for name in names if storage.get_modified_time(name) < before]
    for name in old:
        storage.delete(name)
    return len(old)
